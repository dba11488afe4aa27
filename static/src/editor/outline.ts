import type { Node } from 'prosemirror-model'
import { Plugin, TextSelection } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { make } from './dom.ts'
import { numbers, type Counted } from './number.ts'
import { blockOf } from './passage.ts'
import { isCid } from './schema.ts'

// The outline beside the text, which the page brings, goes along with what is written.

interface Entry { readonly cid: string, readonly level: number, readonly text: string }

const after = 500 // ms of rest
const longest = 60 // letters of a line, as on the reading view

const lineOf = (block: Node): string => {
  const letters = [...block.textContent.split(/\s+/).join(' ').trim()]
  return letters.length > longest ? letters.slice(0, longest).join('') + '…' : letters.join('')
}

/// The headings; of a text without headings the numbered clauses of the first level.
export const outlineOf = (doc: Node): Entry[] => {
  const headings: Entry[] = [], clauses: (Counted & Entry)[] = []
  doc.forEach(block => {
    const { cid, level, kind } = block.attrs
    const entry = { cid, level, text: lineOf(block) }
    if (block.type.name === 'heading') headings.push(entry)
    if (block.type.name === 'clause') clauses.push({ ...entry, kind })
  })
  const isShown = ({ cid, text }: Entry) => isCid(cid) && text !== ''
  if (headings.some(isShown)) return headings.filter(isShown)
  const counted = numbers(clauses)
  return clauses.flatMap(({ cid, level, text }, i) => counted[i] && level <= 1 && isShown({ cid, level, text }) ? [{ cid, level: 1, text: `${counted[i]} ${text}` }] : [])
}

const lists = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(':is(.outline, .outline-fold) ol')]

const show = (entries: readonly Entry[]): void => {
  for (const list of lists()) {
    const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null
    list.replaceChildren(...entries.map(({ cid, level, text }) =>
      make('li', { 'data-level': String(level) }, make('a', { href: `#${cid}` }, text))))
    if (focused) list.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus()
  }
}

/// A line leads into the text, with the caret.
const goInto = (view: EditorView, event: MouseEvent): void => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(':is(.outline, .outline-fold) a') : null
  const found = link && blockOf(view.state.doc, link.hash.slice(1))
  if (!found || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(found.at + 1))).scrollIntoView())
  view.focus()
}

export const outline = () => new Plugin({
  view: view => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let shown = ''
    const renew = () => {
      if (lists().length === 0) return
      const entries = outlineOf(view.state.doc)
      const now = JSON.stringify(entries)
      if (now !== shown) show(entries)
      shown = now
    }
    const go = (event: MouseEvent) => goInto(view, event)
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(renew, after)
    }
    document.addEventListener('click', go)
    soon()
    return {
      update: (view, before) => { if (view.state.doc !== before.doc) soon() },
      destroy: () => {
        clearTimeout(timer)
        document.removeEventListener('click', go)
      },
    }
  },
})
