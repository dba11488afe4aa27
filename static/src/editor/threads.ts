import type { Node } from 'prosemirror-model'
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from 'prosemirror-state'
import type { Mapping } from 'prosemirror-transform'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror'
import * as Y from 'yjs'
import { blockMapping, changedStretch } from './blocks.ts'
import { isRemote } from './cid.ts'
import { afterFrame } from './frame.ts'
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

// The marks are kept as the decorations that show them, which are found by place: so a
// change costs what changed, and not what there is.
interface Marks {
  readonly shown: DecorationSet
  /// Counts marks that went away with their words.
  readonly lost: number
  /// The text in which the ends were named last.
  readonly named: Node
}

const key = new PluginKey<Marks>('threads')

const renewAfter = 300 // ms of rest before the ends are named anew
const reloadAfter = 500 // ms: of much that happens at once one reading tells
const retryAfter = 2_000 // ms of rest, where what the server says isn't what is here yet

const decorationOf = ({ thread, from, to, ends }: Mark): Decoration =>
  Decoration.inline(from, to, { class: 'thread-words', ...thread === pending ? {} : { 'data-thread': thread } }, { thread, ends })

const markOf = ({ from, to, spec }: Decoration): Mark => ({ thread: spec.thread, ends: spec.ends, from, to })

/// The marks that touch a place.
const marksIn = (state: EditorState, from?: number, to?: number): Mark[] =>
  key.getState(state)?.shown.find(from, to).map(markOf) ?? []

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

// In blocks that others wrote in, the names of the ends tell.
const found = (state: EditorState, mark: Mark): Mark[] => {
  const sync = ySyncPluginKey.getState(state)
  if (!mark.ends || !sync?.binding) return []
  const at = (end: Y.RelativePosition): number | null =>
    relativePositionToAbsolutePosition(sync.doc, sync.type, end, sync.binding.mapping)
  const from = at(mark.ends.from)
  const to = at(mark.ends.to)
  return from !== null && to !== null && from < to && to <= state.doc.content.size ? [{ ...mark, from, to }] : []
}

/// Maps the marks; what goes away is counted.
const mapped = (marks: Marks, mapping: Mapping, doc: Node): Marks => {
  let lost = marks.lost
  const shown = marks.shown.map(mapping, doc, { onRemove: () => { lost++ } })
  return { ...marks, shown, lost }
}

/// What others write: the blocks that stayed keep their marks, and those in between are
/// looked for.
const carried = (marks: Marks, old: EditorState, state: EditorState): Marks => {
  const stretch = changedStretch(old.doc, state.doc)
  // Removing empties the list that it is given.
  const within = marks.shown.find(stretch.from, stretch.oldTo).filter(({ from, to }) => from < stretch.oldTo && to > stretch.from)
  const kept = marks.shown.remove([...within]).map(blockMapping(stretch), state.doc)
  const again = within.flatMap(decoration => found(state, markOf(decoration)))
  return { ...marks, shown: kept.add(state.doc, again.map(decorationOf)), lost: marks.lost + within.length - again.length }
}

/// Takes marks out and puts others in.
interface Swap { readonly remove: readonly Decoration[], readonly add: readonly Mark[], readonly named?: Node }

const apply = (tr: Transaction, marks: Marks, old: EditorState, state: EditorState): Marks => {
  const swap: Swap | undefined = tr.getMeta(key)
  if (swap) return { ...marks, named: swap.named ?? marks.named, shown: marks.shown.remove([...swap.remove]).add(tr.doc, swap.add.map(decorationOf)) }
  if (!tr.docChanged) return marks
  // What is written here isn't in the shared document yet: there the mapping tells.
  return isRemote(tr) ? carried(marks, old, state) : mapped(marks, tr.mapping, tr.doc)
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

const swap = (view: EditorView, change: Swap): void => view.dispatch(view.state.tr.setMeta(key, change))

const pendingIn = (state: EditorState): Decoration[] =>
  key.getState(state)?.shown.find(undefined, undefined, spec => spec.thread === pending) ?? []

/// Marks words while somebody says something about them.
export const markPending = (view: EditorView, range: Range): void =>
  swap(view, { remove: [], add: [named(view.state, { ...range, thread: pending })] })

/// What the marked words are by now; null if they are gone.
export const pendingPassage = (state: EditorState): Passage | null => {
  const [mark] = pendingIn(state)
  return mark ? passageIn(state.doc, mark) : null
}

export const unmarkPending = (view: EditorView): void => swap(view, { remove: pendingIn(view.state), add: [] })

// Nothing but the margin scrolls, and only where it stands beside the text.
const reveal = (card: Element): void => {
  const margin = card.closest('live-zone')
  if (!margin) return
  const [inner, outer] = [card.getBoundingClientRect(), margin.getBoundingClientRect()]
  if (inner.top < outer.top || inner.bottom > outer.bottom) margin.scrollTop += inner.top - outer.top
}

/// Says which cards beside the text belong to where the caret is, and takes it back from
/// those that did.
const showCurrent = (state: EditorState, before: ReadonlySet<string>): ReadonlySet<string> => {
  const { from, to } = state.selection
  const current = new Set(marksIn(state, from, to).map(({ thread }) => `thread-${thread}`))
  for (const id of before) if (!current.has(id)) document.getElementById(id)?.removeAttribute('aria-current')
  const cards = [...current].flatMap(id => document.getElementById(id) ?? [])
  const fresh = new Set(cards.filter(card => card.getAttribute('aria-current') !== 'true'))
  for (const card of fresh) card.setAttribute('aria-current', 'true')
  const [first] = cards.sort((a, b) => a.compareDocumentPosition(b) & 4 /* it follows */ ? -1 : 1)
  if (first && fresh.has(first)) reveal(first) // whoever types on may look elsewhere meanwhile
  return current
}

/// Goes from a card to its words; where they aren't marked, the link leads to the clause.
const seeWords = (view: EditorView, event: MouseEvent): void => {
  const link = event.target instanceof Element ? event.target.closest('.thread-card-see') : null
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  const card = link.closest('.thread-card')
  const mark = marksIn(view.state).find(({ thread }) => thread !== pending && `thread-${thread}` === card?.id)
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
  let current: ReadonlySet<string> = new Set()
  const showSoon = afterFrame(() => { if (!view.isDestroyed) current = showCurrent(view.state, current) })
  const take = (listed: readonly Listed[]) => betweenSyllables(view, () => {
    const now = placed(view.state, listed)
    isComplete = now.isComplete
    // What couldn't be placed stays where it was seen last.
    const open = new Set(listed.map(({ id }) => id))
    const fresh = new Set(now.marks.map(({ thread }) => thread))
    const old = key.getState(view.state)?.shown.find(undefined, undefined, ({ thread }) => thread !== pending && (fresh.has(thread) || !open.has(thread))) ?? []
    swap(view, { remove: old, add: now.marks })
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
  // Only where something was written since they were named last are the ends others.
  const rename = () => betweenSyllables(view, () => {
    const marks = key.getState(view.state)
    if (!marks) return
    const { from, to } = changedStretch(marks.named, view.state.doc)
    const old = marks.shown.find(from, to)
    swap(view, { remove: old, add: old.map(decoration => named(view.state, markOf(decoration))), named: view.state.doc })
  })
  const hear = () => later(load, reloadAfter)
  const see = (event: MouseEvent) => seeWords(view, event)
  document.addEventListener('click', see)
  document.addEventListener('news', hear)
  window.addEventListener('online', hear)
  void load()
  return {
    update: (view: EditorView, before: EditorState) => {
      const marks = key.getState(view.state), old = key.getState(before)
      if (view.state.selection !== before.selection || marks?.shown !== old?.shown) showSoon()
      if (view.state.doc === before.doc) return
      // A clause that is moved is taken out and put in anew: where its words are now only the
      // server tells.
      if (marks?.lost !== old?.lost) isComplete = false
      if (marks?.shown !== DecorationSet.empty) later(rename, renewAfter)
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
    init: (_, state) => ({ shown: DecorationSet.empty, lost: 0, named: state.doc }),
    apply: (tr, marks, old, state) => apply(tr, marks, old, state),
  },
  props: { decorations(state) { return this.getState(state)?.shown } },
  view: follow(statement),
})
