import { baseKeymap, chainCommands } from 'prosemirror-commands'
import { undoInputRule } from 'prosemirror-inputrules'
import { keymap } from 'prosemirror-keymap'
import { EditorState, Plugin, type Command } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { initProseMirrorDoc, yCursorPlugin, ySyncPlugin, yUndoPlugin } from 'y-prosemirror'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Strings } from '../strings.ts'
import { shownAmendment } from './amendment.ts'
import { caretOf, selectionOf } from './caret.ts'
import { clauseIds } from './cid.ts'
import { deeds, plainKeys, type Deed } from './command.ts'
import { commentDeed } from './comment.ts'
import { footnoteDeed, footnotes } from './footnote.ts'
import { floor, wordsOnly } from './floor.ts'
import { afterFrame } from './frame.ts'
import { here } from './here.ts'
import { lengths } from './length.ts'
import { linkDeed } from './link.ts'
import { clauseNumbers } from './number.ts'
import { outline } from './outline.ts'
import { readable } from './paste.ts'
import { typedForms } from './rule.ts'
import { rootName, schema } from './schema.ts'
import { tableDeeds, tableKeys, tables } from './table.ts'
import { threadMarks } from './threads.ts'
import { buildToolbar, type Toolbar } from './toolbar.ts'
import { touchedClauses } from './touched.ts'

export interface Page {
  readonly t: Strings
  /// The id of the statement.
  readonly statement: string
  readonly mayComment: boolean
  readonly lang: string
  readonly toolbar: HTMLElement
  readonly text: HTMLElement
}

export interface Shared {
  readonly doc: Y.Doc
  readonly awareness: Awareness | null
  /// Clauses written in from an earlier document of this window.
  readonly touched: ReadonlySet<string>
  readonly isEditable: () => boolean
}

const keysOf = (groups: readonly (readonly Deed[])[]): Record<string, Command> =>
  Object.fromEntries(groups.flat().flatMap(deed => deed.keys.map(key => [key, deed.run])))

/// The keys of the toolbar's deeds. Tab isn't among them: it leaves the text, as it leaves
/// every other box, but for a table, whose last cell it leaves.
const keys = (groups: readonly (readonly Deed[])[], toToolbar: Command): Plugin[] => [
  keymap({ ...keysOf(groups), Escape: toToolbar, 'Alt-F10': toToolbar }),
  keymap(tableKeys),
  keymap({ ...plainKeys, Backspace: chainCommands(undoInputRule, plainKeys.Backspace!) }),
  keymap(baseKeymap),
]

/// Opens the shared text for reading and, as long as `isEditable`, for writing.
export const openView = (page: Page, shared: Shared): EditorView => {
  const { t } = page
  const [first = [], ...rest] = deeds
  const comment = page.mayComment ? [[commentDeed(t, page.statement)]] : []
  const groups = [[...first, linkDeed(t), footnoteDeed(t)], ...comment, ...rest.slice(0, -1), tableDeeds, ...rest.slice(-1)]
  const fragment = shared.doc.getXmlFragment(rootName)
  const { doc, mapping } = initProseMirrorDoc(fragment, schema)
  let toolbar: Toolbar | null = null
  const toToolbar: Command = () => {
    toolbar?.focus()
    return toolbar !== null
  }
  const plugins = [
    ySyncPlugin(fragment, { mapping }),
    ...shared.awareness ? [yCursorPlugin(shared.awareness, { cursorBuilder: caretOf, selectionBuilder: selectionOf })] : [],
    yUndoPlugin(),
    footnotes(t), typedForms(),
    ...keys(groups, toToolbar),
    floor(), wordsOnly(), tables(), clauseIds(), clauseNumbers(t('editor.do.note')), touchedClauses(shared.touched),
    here(), threadMarks(page.statement), shownAmendment(t), outline(), lengths(t),
    new Plugin({ view: view => ({ update: afterFrame(() => { if (!view.isDestroyed) toolbar?.show(view.state) }) }) }),
  ]
  page.text.replaceChildren()
  const view = new EditorView(page.text, {
    state: EditorState.create({ doc, plugins }),
    editable: shared.isEditable,
    transformPastedHTML: readable,
    attributes: () => ({
      id: 'editor-text', class: 'editor-text clause-words', lang: page.lang, spellcheck: 'true',
      role: 'textbox', 'aria-multiline': 'true', 'aria-label': t('editor.text'),
      'aria-readonly': String(!shared.isEditable()),
      ...shared.isEditable() ? { 'aria-describedby': 'editor-keys' } : { tabindex: '0' },
    }),
  })
  if (shared.isEditable()) {
    toolbar = buildToolbar(page.toolbar, t, groups, view)
    toolbar.show(view.state)
  }
  return view
}
