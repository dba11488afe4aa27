import type { Node } from 'prosemirror-model'
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror'
import * as Y from 'yjs'
import { isRemote } from './cid.ts'
import { passageIn, rangeOf, wordsOf, type Passage, type Range } from './passage.ts'
import { betweenSyllables } from './rest.ts'

// Threads hang on words. The server says where these are in the text as it is committed;
// from then on the marks here go along with what is written, until it says so anew.

/// A thread as the server lists it, as far as its words matter.
interface Listed {
  readonly id: string
  readonly on?: { readonly now?: Passage & { readonly text: string } }
}

// The shared document's names for the first and the last character.
interface Ends { readonly from: Y.RelativePosition, readonly to: Y.RelativePosition }

interface Mark extends Range { readonly thread: string, readonly ends: Ends | null }

/// Words that are being commented on are marked as a thread without an id is.
const pending = ''

interface Marks { readonly list: readonly Mark[], readonly shown: DecorationSet }

const key = new PluginKey<Marks>('threads')

const renewAfter = 300 // ms of rest before the ends are named anew
const reloadAfter = 500 // ms: of much that happens at once one reading tells
const retryAfter = 2_000 // ms of rest, where what the server says isn't what is here yet

const show = (doc: Node, list: readonly Mark[]): Marks => ({
  list,
  shown: DecorationSet.create(doc, list.map(({ thread, from, to }) =>
    Decoration.inline(from, to, { class: 'thread-words', ...thread === pending ? {} : { 'data-thread': thread } }))),
})

/// Names the ends of a range, as long as the shared document has what the editor shows.
const endsOf = (state: EditorState, { from, to }: Range): Ends | null => {
  const sync = ySyncPluginKey.getState(state)
  if (!sync?.binding) return null
  const at = (pos: number): Y.RelativePosition => absolutePositionToRelativePosition(pos, sync.type, sync.binding.mapping)
  const last = at(to - 1)
  // Behind the last character, so that what is written there isn't taken in.
  return { from: at(from), to: last.item ? new Y.RelativePosition(last.type, last.tname, last.item, -1) : at(to) }
}

const named = (state: EditorState, range: Range & { readonly thread: string }): Mark =>
  ({ thread: range.thread, from: range.from, to: range.to, ends: endsOf(state, range) })

// What others write comes as a new document, through which nothing can be mapped
// (y-prosemirror replaces all of it): there the names of the ends tell.
const found = (state: EditorState, mark: Mark): Mark[] => {
  const sync = ySyncPluginKey.getState(state)
  if (!mark.ends || !sync?.binding) return []
  const at = (end: Y.RelativePosition): number | null =>
    relativePositionToAbsolutePosition(sync.doc, sync.type, end, sync.binding.mapping)
  const from = at(mark.ends.from)
  const to = at(mark.ends.to)
  return from !== null && to !== null && from < to && to <= state.doc.content.size ? [{ ...mark, from, to }] : []
}

// What is written here isn't in the shared document yet: there the mapping tells.
const mapped = (tr: Transaction, marks: Marks): Marks => ({
  list: marks.list.flatMap(mark => {
    const from = tr.mapping.map(mark.from, 1)
    const to = tr.mapping.map(mark.to, -1)
    return from < to ? [{ ...mark, from, to }] : []
  }),
  shown: marks.shown.map(tr.mapping, tr.doc),
})

const apply = (tr: Transaction, marks: Marks, state: EditorState): Marks => {
  const list: readonly Mark[] | undefined = tr.getMeta(key)
  if (list) return show(tr.doc, list)
  if (!tr.docChanged) return marks
  return isRemote(tr) ? show(tr.doc, marks.list.flatMap(mark => found(state, mark))) : mapped(tr, marks)
}

/// Where the server's word for a thread's words can be taken: where they read as it says.
const placed = (state: EditorState, listed: readonly Listed[]): { marks: Mark[], isComplete: boolean } => {
  const onWords = listed.flatMap(({ id, on }) => on?.now ? [{ id, now: on.now }] : [])
  const marks = onWords.flatMap(({ id, now }) => {
    const range = wordsOf(state.doc, now) === now.text ? rangeOf(state.doc, now) : null
    return range ? [named(state, { ...range, thread: id })] : []
  })
  return { marks, isComplete: marks.length === onWords.length }
}

const listOf = (state: EditorState): readonly Mark[] => key.getState(state)?.list ?? []

/// Marks words while somebody says something about them.
export const markPending = (view: EditorView, range: Range): void => {
  const mark = named(view.state, { ...range, thread: pending })
  view.dispatch(view.state.tr.setMeta(key, [...listOf(view.state), mark]))
}

/// What the marked words are by now; null if they are gone.
export const pendingPassage = (state: EditorState): Passage | null => {
  const mark = listOf(state).find(({ thread }) => thread === pending)
  return mark ? passageIn(state.doc, mark) : null
}

export const unmarkPending = (view: EditorView): void => {
  view.dispatch(view.state.tr.setMeta(key, listOf(view.state).filter(({ thread }) => thread !== pending)))
}

// Nothing but the margin scrolls, and only where it stands beside the text.
const reveal = (card: Element): void => {
  const margin = card.closest('live-zone')
  if (!margin) return
  const [inner, outer] = [card.getBoundingClientRect(), margin.getBoundingClientRect()]
  if (inner.top < outer.top || inner.bottom > outer.bottom) margin.scrollTop += inner.top - outer.top
}

/// Says which cards beside the text belong to where the caret is.
const showCurrent = (state: EditorState): void => {
  const { from, to } = state.selection
  const current = new Set(listOf(state).filter(mark => mark.from <= to && from <= mark.to).map(({ thread }) => `thread-${thread}`))
  for (const card of document.querySelectorAll('.thread-card')) {
    if (current.has(card.id)) card.setAttribute('aria-current', 'true')
    else card.removeAttribute('aria-current')
  }
  const first = document.querySelector('.thread-card[aria-current]')
  if (first) reveal(first)
}

/// Goes from a card to its words; where they aren't marked, the link leads to the clause.
const seeWords = (view: EditorView, event: MouseEvent): void => {
  const link = event.target instanceof Element ? event.target.closest('.thread-card-see') : null
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  const card = link.closest('.thread-card')
  const mark = listOf(view.state).find(({ thread }) => thread !== pending && `thread-${thread}` === card?.id)
  if (!mark) return
  event.preventDefault()
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, mark.from, mark.to)).scrollIntoView())
  view.focus()
}

/// Asks the server where the words are: at first, when there is news of threads, and where
/// its answer didn't fit what is here or words went away, once that rests.
const follow = (statement: string) => (view: EditorView) => {
  const timers = new Map<() => void, ReturnType<typeof setTimeout>>()
  const later = (act: () => void, after: number) => {
    clearTimeout(timers.get(act))
    timers.set(act, setTimeout(act, after))
  }
  let isComplete = true
  let asked = 0
  const take = (listed: readonly Listed[]) => betweenSyllables(view, () => {
    const now = placed(view.state, listed)
    isComplete = now.isComplete
    // What couldn't be placed stays where it was seen last.
    const open = new Set(listed.map(({ id }) => id))
    const fresh = new Set(now.marks.map(({ thread }) => thread))
    const kept = listOf(view.state).filter(({ thread }) => thread === pending || open.has(thread) && !fresh.has(thread))
    view.dispatch(view.state.tr.setMeta(key, [...kept, ...now.marks]))
    if (!isComplete) later(load, retryAfter)
  })
  const load = async () => {
    const turn = ++asked
    const reply = await fetch(`/api/v1/statements/${statement}/threads?state=open`).catch(() => null)
    const list: { items: Listed[] } | null = reply?.ok ? await reply.json().catch(() => null) : null
    if (turn !== asked || view.isDestroyed) return
    if (list) take(list.items)
    else isComplete = false
  }
  const rename = () => betweenSyllables(view, () => {
    view.dispatch(view.state.tr.setMeta(key, listOf(view.state).map(mark => named(view.state, mark))))
  })
  const hear = () => later(load, reloadAfter)
  const see = (event: MouseEvent) => seeWords(view, event)
  document.addEventListener('click', see)
  document.addEventListener('news', hear)
  window.addEventListener('online', hear)
  void load()
  return {
    update: (view: EditorView, before: EditorState) => {
      if (view.state.selection !== before.selection || listOf(view.state) !== listOf(before)) showCurrent(view.state)
      if (view.state.doc === before.doc) return
      // A clause that is moved is taken out and put in anew: where its words are now only the
      // server tells.
      if (listOf(view.state).length < listOf(before).length) isComplete = false
      if (listOf(view.state).length > 0) later(rename, renewAfter)
      if (!isComplete) later(load, retryAfter)
    },
    destroy: () => {
      for (const timer of timers.values()) clearTimeout(timer)
      document.removeEventListener('click', see)
      document.removeEventListener('news', hear)
      window.removeEventListener('online', hear)
    },
  }
}

/// Marks the words that open threads are about.
export const threadMarks = (statement: string) => new Plugin<Marks>({
  key,
  state: {
    init: (_, state) => show(state.doc, []),
    apply: (tr, marks, _, state) => apply(tr, marks, state),
  },
  props: { decorations(state) { return this.getState(state)?.shown } },
  view: follow(statement),
})
