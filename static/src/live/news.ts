// What to do with a fragment. Pure: nothing here touches the page.

/// One changed part of a page, as the server sends it.
export interface Fragment {
  readonly id?: string
  readonly html?: string
  readonly seq: number
  readonly in?: string
  readonly kind: string
}

/// What waits for the reader to ask for it: parts by id in the order they came, and how
/// many comments were made that belong on another page.
export interface News {
  readonly waiting: ReadonlyMap<string, Fragment>
  readonly elsewhere: number
}

export const none: News = { waiting: new Map(), elsewhere: 0 }

/// What becomes of a fragment: the page is renewed by it, it waits, or it is counted.
export type Fate = 'renew' | 'wait' | 'count' | 'nothing'

/// `has` answers whether the page has an element of that id; a quiet page changes nothing
/// by itself.
export const fateOf = (f: Fragment, has: (id: string) => boolean, isQuiet: boolean): Fate => {
  if (!f.id || !f.html) return 'nothing'
  if (has(f.id)) return isQuiet ? 'wait' : 'renew'
  if (f.in && has(f.in)) return 'wait'
  return f.kind === 'posted' && f.id.startsWith('comment-') ? 'count' : 'nothing'
}

export const wait = (news: News, f: Fragment): News =>
  ({ ...news, waiting: new Map([...news.waiting, [f.id ?? '', f]]) })

export const count = (news: News): News => ({ ...news, elsewhere: news.elsewhere + 1 })
