import type { Node } from 'prosemirror-model'
import { Plugin, PluginKey, TextSelection, type Command, type EditorState, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView, type NodeView } from 'prosemirror-view'
import type { Strings } from '../strings.ts'
import type { Deed } from './command.ts'
import { openDialog } from './dialog.ts'
import { make } from './dom.ts'
import { node } from './schema.ts'

const isNote = (found: Node | null | undefined): found is Node => found?.type === node('footnote')

/// A footnote and where it is.
interface Placed { readonly pos: number, readonly text: string }

// Blocks that nobody touches are the same ones, however often a text is looked through.
const known = new WeakMap<Node, readonly Placed[]>()

/// The footnotes of a block, in order, from its own beginning.
const notesIn = (block: Node): readonly Placed[] => {
  const seen = known.get(block)
  if (seen) return seen
  const notes: Placed[] = []
  block.descendants((found, pos) => { if (isNote(found)) notes.push({ pos, text: found.textContent }) })
  known.set(block, notes)
  return notes
}

/// The footnotes of a text, in order.
const notesOf = (doc: Node): Placed[] => {
  const notes: Placed[] = []
  doc.forEach((block, at) => { for (const { pos, text } of notesIn(block)) notes.push({ pos: at + 1 + pos, text }) })
  return notes
}

/// The footnote that the caret stands behind or before, or that alone is selected.
const noteAt = ({ selection: { empty, $from, $to } }: EditorState): Placed | null => {
  const { nodeBefore, nodeAfter, pos } = $from
  if (isNote(nodeAfter) && (empty || $to.pos === pos + nodeAfter.nodeSize)) return { pos, text: nodeAfter.textContent }
  return empty && isNote(nodeBefore) ? { pos: pos - nodeBefore.nodeSize, text: nodeBefore.textContent } : null
}

/// Puts a footnote behind what is selected.
export const insertFootnote = (text: string): Command => (state, dispatch) => {
  const { $to } = state.selection
  if (!$to.parent.isTextblock) return false
  const { schema, tr } = state
  dispatch?.(tr.insert($to.pos, node('footnote').create(null, text === '' ? null : schema.text(text))).scrollIntoView())
  return true
}

/// Makes a footnote say something else. Only what differs is written, for others may be
/// writing in it too.
const reword = (tr: Transaction, { pos, text }: Placed, wanted: string): Transaction => {
  let start = 0
  while (start < text.length && start < wanted.length && text[start] === wanted[start]) start++
  let end = 0
  while (end < text.length - start && end < wanted.length - start && text.at(-1 - end) === wanted.at(-1 - end)) end++
  return tr.insertText(wanted.slice(start, wanted.length - end), pos + 1 + start, pos + 1 + text.length - end)
}

/// The footnote that was opened, wherever it is by now: the one nearest to where it was
/// that says what it said.
const again = (doc: Node, opened: Placed): Placed | null => {
  const alike = notesOf(doc).filter(note => note.text === opened.text)
  const distance = (note: Placed) => Math.abs(note.pos - opened.pos)
  return alike.sort((a, b) => distance(a) - distance(b))[0] ?? null
}

/// Writes what the box holds: into the footnote that was opened, or into a new one if
/// there is none any more. An empty box takes the footnote away.
const write = (view: EditorView, opened: Placed | null, typed: string): void => {
  const text = typed.replace(/\s+/g, ' ').trim()
  const note = opened && again(view.state.doc, opened)
  if (note && text === '') view.dispatch(view.state.tr.delete(note.pos, note.pos + view.state.doc.nodeAt(note.pos)!.nodeSize))
  else if (note) view.dispatch(reword(view.state.tr, note, text))
  else if (text !== '') insertFootnote(text)(view.state, view.dispatch)
}

const askForNote = (t: Strings, view: EditorView, opened: Placed | null): void => {
  const box = make('textarea', { id: 'footnote-text', rows: '4', lang: view.dom.lang, dir: 'auto', 'aria-describedby': 'footnote-hint' })
  box.value = opened?.text ?? ''
  const form = make('form', { method: 'dialog' },
    make('label', { for: 'footnote-text' }, t('editor.footnote.text')),
    make('p', { class: 'hint', id: 'footnote-hint' }, t('editor.footnote.hint')),
    box,
    make('div', { class: 'form-actions' },
      make('button', { class: 'button-primary' }, t('editor.footnote.set')),
      make('button', { type: 'button' }, t('editor.footnote.cancel'))))
  const dialog = openDialog(t(opened ? 'editor.footnote.edit' : 'editor.footnote.new'), form)
  box.focus()
  form.querySelector('[type=button]')?.addEventListener('click', () => dialog.close())
  form.addEventListener('submit', event => {
    event.preventDefault()
    dialog.close()
    write(view, opened, box.value)
  })
  dialog.addEventListener('close', () => view.focus())
}

/// A footnote where the caret is, or the one there for changing it; a dialog asks what it
/// says.
export const footnoteDeed = (t: Strings): Deed => ({
  name: 'footnote',
  sign: 'x¹',
  keys: ['Mod-Alt-f'],
  isOn: state => noteAt(state) !== null,
  run: (state, dispatch, view) => {
    if (!state.selection.$to.parent.isTextblock && noteAt(state) === null) return false
    if (dispatch && view) askForNote(t, view, noteAt(state))
    return true
  },
})

/// What stands in the text for a footnote: its number. What it says stands in the list at
/// the end, and is read out with it.
const reference = (t: Strings, shown: Node): NodeView => {
  const dom = make('sup', { class: 'footnote-ref', role: 'doc-noteref', contenteditable: 'false' })
  const name = (found: Node) => dom.setAttribute('aria-label', `${t('editor.do.footnote')}: ${found.textContent}`)
  name(shown)
  return {
    dom,
    update: found => {
      if (!isNote(found)) return false
      name(found)
      return true
    },
    ignoreMutation: () => true,
  }
}

const key = new PluginKey<DecorationSet>('footnotes')

/// Right behind something that can't be written in, Chromium doesn't know of a syllable that
/// it put there itself, and writes its letters again with each key. Behind an empty picture,
/// which can be, it does.
const foothold = (): HTMLElement => make('img', { class: 'ProseMirror-separator', alt: '' })

const numbered = (doc: Node): DecorationSet => DecorationSet.create(doc, notesOf(doc).flatMap(({ pos }, i) => {
  const end = pos + doc.nodeAt(pos)!.nodeSize
  return [
    Decoration.node(pos, end, { 'data-number': String(i + 1) }),
    Decoration.widget(end, foothold, { side: -1, raw: true, ignoreSelection: true, key: 'foothold' }),
  ]
}))

/// The list at the end, in which each footnote is read and, by whoever may write, opened.
const endnotes = (t: Strings, view: EditorView): { update: () => void, destroy: () => void } => {
  const title = make('h2', { id: 'endnotes-title' }, t('editor.footnote.list'))
  const list = make('ol')
  const section = make('section', { class: 'endnotes', role: 'doc-endnotes', 'aria-labelledby': 'endnotes-title', lang: view.dom.lang }, title, list)
  view.dom.after(section)
  let shown: readonly Placed[] | null = null
  const item = (note: Placed): HTMLElement => {
    const opener = make('button', { type: 'button' }, t('editor.footnote.open'))
    opener.addEventListener('click', () => {
      const found = again(view.state.doc, note)
      if (!found) return
      const behind = found.pos + view.state.doc.nodeAt(found.pos)!.nodeSize
      view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, behind)).scrollIntoView())
      if (view.editable) askForNote(t, view, found)
      else view.focus()
    })
    return make('li', {}, make('span', { dir: 'auto' }, note.text), ' ', opener)
  }
  const update = () => {
    const notes = notesOf(view.state.doc)
    const isSame = shown?.length === notes.length && shown.every((note, i) => note.text === notes[i]!.text)
    if (isSame) return
    list.replaceChildren(...notes.map(item))
    section.hidden = notes.length === 0
    shown = notes
  }
  update()
  return { update, destroy: () => section.remove() }
}

/// Numbers the footnotes by their places, lists them at the end, and opens one that is
/// pressed.
export const footnotes = (t: Strings) => new Plugin<DecorationSet>({
  key,
  state: {
    init: (_, state) => numbered(state.doc),
    apply: (tr, old) => tr.docChanged ? numbered(tr.doc) : old,
  },
  props: {
    decorations(state) { return this.getState(state) },
    nodeViews: { footnote: shown => reference(t, shown) },
    handleClickOn: (view, _, found, pos, event, direct) => {
      if (!direct || !isNote(found) || !view.editable || event.shiftKey) return false
      askForNote(t, view, { pos, text: found.textContent })
      return true
    },
  },
  view: view => endnotes(t, view),
})
