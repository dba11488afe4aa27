import type { EditorState } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import type { Strings } from '../strings.ts'
import type { Deed } from './command.ts'
import { openDialog } from './dialog.ts'
import { make } from './dom.ts'
import { mark, mayLink } from './schema.ts'

const link = mark('link')

/// The address under the caret, or an empty text.
const hrefAt = (state: EditorState): string => {
  const { $from, to } = state.selection
  let href = ''
  state.doc.nodesBetween($from.pos, Math.max(to, $from.pos + 1), found => {
    href ||= link.isInSet(found.marks)?.attrs.href ?? ''
  })
  return href
}

/// From where to where a link goes that the caret is in.
const extent = (state: EditorState): { from: number, to: number } => {
  const { $from, from, to, empty } = state.selection
  if (!empty) return { from, to }
  const found = { from, to }
  $from.parent.forEach((child, offset) => {
    const start = $from.start() + offset
    const end = start + child.nodeSize
    if (start <= from && from <= end && link.isInSet(child.marks)) Object.assign(found, { from: start, to: end })
  })
  return found
}

/// Words without a scheme are taken for an address of the web.
const completed = (typed: string): string => {
  const text = typed.trim()
  if (/^[^\s@:/]+@[^\s@:/]+$/.test(text)) return `mailto:${text}`
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`
}

const apply = (view: EditorView, href: string): void => {
  const { from, to } = extent(view.state)
  const tr = view.state.tr.removeMark(from, to, link)
  if (href !== '' && from < to) tr.addMark(from, to, link.create({ href }))
  if (href !== '' && from === to) tr.insert(from, view.state.schema.text(href, [link.create({ href })]))
  view.dispatch(tr)
}

// An empty address takes the link away.
const askForLink = (t: Strings, view: EditorView): void => {
  const input = make('input', { id: 'link-address', inputmode: 'url', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'link-hint' })
  input.value = hrefAt(view.state)
  const problem = make('p', { class: 'field-error', role: 'alert' })
  const form = make('form', { method: 'dialog' },
    make('label', { for: 'link-address' }, t('editor.link.address')),
    make('p', { class: 'hint', id: 'link-hint' }, t('editor.link.hint')),
    problem, input,
    make('div', { class: 'form-actions' },
      make('button', { class: 'button-primary' }, t('editor.link.set')),
      make('button', { type: 'button' }, t('editor.link.cancel'))))
  const dialog = openDialog(t('editor.link.title'), form)
  form.querySelector('[type=button]')?.addEventListener('click', () => dialog.close())
  form.addEventListener('submit', event => {
    event.preventDefault()
    const href = input.value.trim() === '' ? '' : completed(input.value)
    if (href !== '' && !mayLink(href)) {
      problem.textContent = t('editor.link.bad')
      return
    }
    dialog.close()
    apply(view, href)
  })
  dialog.addEventListener('close', () => view.focus())
}

/// Linking words to an address, which a dialog asks for.
export const linkDeed = (t: Strings): Deed => ({
  name: 'link',
  sign: '↗',
  keys: ['Mod-k'],
  isOn: state => hrefAt(state) !== '',
  run: (state, dispatch, view) => {
    if (!state.selection.$from.parent.isTextblock) return false
    if (dispatch && view) askForLink(t, view)
    return true
  },
})
