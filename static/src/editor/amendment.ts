import type { Node } from 'prosemirror-model'
import { Plugin, PluginKey, type EditorState, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import type { Strings } from '../strings.ts'
import { blockMapping, changedStretch } from './blocks.ts'
import { isRemote } from './cid.ts'
import { make } from './dom.ts'
import { blockOf, pointOf, rangeOf } from './passage.ts'
import { betweenSyllables } from './rest.ts'
import { plainText } from './text.ts'

// One amendment at a time is shown in the text, as what it would take out and put in. Its
// words aren't in the document: nobody else sees them, and nothing is decided by it.

/// What an amendment changes of one clause, as the server says it of the text it has.
interface Change {
  readonly kind: 'text' | 'deletion' | 'move' | 'clause'
  readonly clause: string
  readonly now: string // the clause's plain text, of which the edits are
  readonly edits: readonly { readonly from: number, readonly to: number, readonly text: string }[]
  readonly deed: string // says what is done
  readonly text: string // of a new clause
}

interface Shown { readonly id: string, readonly marks: DecorationSet }

const key = new PluginKey<Shown>('amendment')

const askAgainAfter = 800 // ms of rest, once the words are others
const mostTries = 5 // to find the words that the server says there are

const start = '^' // before all clauses

const hidden = (says: string): HTMLElement => make('span', { class: 'visually-hidden' }, ` ${says} `)

const inserted = (t: Strings, text: string): HTMLElement => {
  const lines = text.split('\n').flatMap((line, i) => i === 0 ? [line] : [make('br'), line])
  return make('ins', {}, hidden(t('editor.amendment.added')), ...lines, hidden(t('editor.amendment.added.end')))
}

const widget = (pos: number, side: number, element: () => HTMLElement): Decoration =>
  Decoration.widget(pos, element, { side, ignoreSelection: true })

/// What shows one change; null if the text here isn't what the server has.
const marksOf = (t: Strings, doc: Node, change: Change): Decoration[] | null => {
  if (change.kind === 'clause') {
    const found = blockOf(doc, change.clause)
    if (!found && change.clause !== start) return null
    return [widget(found ? found.at + found.block.nodeSize : 0, -1, () =>
      make('div', { class: 'shown' }, make('p', {}, change.deed), make('p', { class: 'clause-words' }, inserted(t, change.text))))]
  }
  const found = blockOf(doc, change.clause)
  if (!found || plainText(found.block) !== change.now) return null
  if (change.kind === 'move') return [widget(found.at, 1, () => make('div', { class: 'shown' }, make('p', {}, change.deed)))]
  return change.edits.flatMap(edit => editMarks(t, doc, change.clause, edit))
}

const editMarks = (t: Strings, doc: Node, clause: string, { from, to, text }: Change['edits'][number]): Decoration[] => {
  const range = from < to ? rangeOf(doc, { clause, start: from, end: to }) : null
  const at = range?.to ?? pointOf(doc, clause, to)
  if (at === null) return []
  const removed = range ? [
    widget(range.from, -1, () => hidden(t('editor.amendment.removed'))),
    Decoration.inline(range.from, range.to, { nodeName: 'del' }),
    widget(range.to, 1, () => hidden(t('editor.amendment.removed.end'))),
  ] : []
  return text === '' ? removed : [...removed, widget(at, 2, () => inserted(t, text))]
}

const apply = (tr: Transaction, shown: Shown, old: EditorState): Shown => {
  const fresh: Shown | undefined = tr.getMeta(key)
  if (fresh) return fresh
  if (!tr.docChanged || shown.id === '') return shown
  const mapping = isRemote(tr) ? blockMapping(changedStretch(old.doc, tr.doc)) : tr.mapping
  return { id: shown.id, marks: shown.marks.map(mapping, tr.doc) }
}

const none: Shown = { id: '', marks: DecorationSet.empty }

const formOf = (event: Event): HTMLFormElement | null =>
  event.target instanceof HTMLFormElement && event.target.dataset.show ? event.target : null

const press = (id: string): void => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-show]')) {
    form.querySelector('button')?.setAttribute('aria-pressed', String(form.dataset.show === id))
  }
}

/// Says below the button why nothing is shown.
const tell = (id: string, says: string): void => {
  for (const form of document.querySelectorAll<HTMLFormElement>(`form[data-show="${CSS.escape(id)}"]`)) {
    form.querySelector('.hint')?.remove()
    if (says !== '') form.append(make('p', { class: 'hint', role: 'status' }, says))
  }
}

const follow = (t: Strings) => (view: EditorView) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let tries = 0
  const show = (shown: Shown) => {
    view.dispatch(view.state.tr.setMeta(key, shown))
    press(shown.id)
  }
  const current = () => key.getState(view.state) ?? none
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(current().id, false), askAgainAfter)
  }
  const take = (id: string, changes: readonly Change[], isAsked: boolean) => betweenSyllables(view, () => {
    if (changes.length === 0) {
      show(none)
      return tell(id, t('editor.amendment.stale'))
    }
    const marks = changes.map(change => marksOf(t, view.state.doc, change))
    if (marks.includes(null) && tries++ < mostTries) later()
    show({ id, marks: DecorationSet.create(view.state.doc, marks.flatMap(list => list ?? [])) })
    if (isAsked) view.dom.querySelector('ins, del, .shown')?.scrollIntoView({ block: 'center' })
  })
  const ask = async (id: string, isAsked: boolean) => {
    if (id === '') return
    const reply = await fetch(`/amendments/${id}/changes`).catch(() => null)
    const said: { changes: Change[] } | null = reply?.ok ? await reply.json().catch(() => null) : null
    if (view.isDestroyed || current().id !== id) return
    if (said) return take(id, said.changes, isAsked)
    show(none)
    tell(id, t('editor.amendment.offline'))
  }
  const choose = (event: Event) => {
    const form = formOf(event)
    if (!form) return
    event.preventDefault()
    event.stopPropagation()
    const id = form.dataset.show ?? ''
    tell(id, '')
    tries = 0
    betweenSyllables(view, () => {
      const isShown = current().id === id
      show(isShown ? none : { id, marks: DecorationSet.empty })
      if (!isShown) void ask(id, true)
    })
  }
  const hear = () => { if (current().id !== '') later() }
  document.addEventListener('submit', choose, { capture: true })
  document.addEventListener('news', hear)
  return {
    update: (view: EditorView, before: EditorState) => {
      if (view.state.doc === before.doc || current().id === '') return
      tries = 0
      later()
    },
    destroy: () => {
      clearTimeout(timer)
      press('')
      document.removeEventListener('submit', choose, { capture: true })
      document.removeEventListener('news', hear)
    },
  }
}

/// Shows an amendment in the text when its button in the margin is pressed, and takes it out
/// when that is pressed again, or another.
export const shownAmendment = (t: Strings) => new Plugin<Shown>({
  key,
  state: {
    init: () => none,
    apply: (tr, shown, old) => apply(tr, shown, old),
  },
  props: { decorations(state) { return this.getState(state)?.marks } },
  view: follow(t),
})
