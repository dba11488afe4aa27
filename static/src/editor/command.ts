import { chainCommands, lift, setBlockType, splitBlockAs, toggleMark, wrapIn } from 'prosemirror-commands'
import type { MarkType, Node, NodeType } from 'prosemirror-model'
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list'
import { TextSelection, type Command, type EditorState } from 'prosemirror-state'
import { redoCommand, undoCommand } from 'y-prosemirror'
import { joinAbove, moveBlocks } from './arrange.ts'
import { levels, mark, node } from './schema.ts'

/// Something the toolbar and the keyboard offer. The name is a key of the catalogue below
/// "editor.do.".
export interface Deed {
  readonly name: string
  readonly sign: string
  readonly keys: readonly string[]
  readonly run: Command
  /// Whether it is in force where the caret is; undefined for what never is.
  readonly isOn?: (state: EditorState) => boolean
  /// Whether there is a button for it where the caret is; undefined for always.
  readonly isOffered?: (state: EditorState) => boolean
}

const hasMark = (type: MarkType) => (state: EditorState): boolean => {
  const { from, to, $from, empty } = state.selection
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type)
}

const around = (state: EditorState, type: NodeType): Node | null => {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return $from.node(depth)
  return null
}

const isBlock = (type: NodeType, level?: number) => (state: EditorState): boolean => {
  const { parent } = state.selection.$from
  return parent.type === type && (level === undefined || parent.attrs.level === level)
}

const isClause = (kind: string | null) => ({ selection: { $from: { parent } } }: EditorState): boolean =>
  parent.type === node('clause') && parent.attrs.kind === kind

/// Makes clauses of a kind of the blocks that are selected. Those that are clauses already
/// keep their level, and each keeps its id.
const becomeClause = (kind: string | null): Command => (state, dispatch) => {
  const { from, to } = state.selection
  const { tr, doc } = state
  const type = node('clause')
  let hasWords = false
  doc.nodesBetween(from, to, (block, pos, parent) => {
    if (parent !== doc || !block.isTextblock) return false
    hasWords = true
    const { cid = null, level } = block.attrs
    const isOne = block.type === type
    if (!isOne || block.attrs.kind !== kind) tr.setNodeMarkup(pos, type, { cid, kind, level: isOne ? level : 1 })
    return false
  })
  if (tr.docChanged) dispatch?.(tr.scrollIntoView())
  return hasWords
}

const clause = (name: string, sign: string, key: string, kind: string | null): Deed =>
  ({ name, sign, keys: [key], run: becomeClause(kind), isOn: isClause(kind) })

const isWithin = (type: NodeType) => (state: EditorState): boolean => around(state, type) !== null

/// Wraps, or takes the wrapping off again.
const toggleWrap = (type: NodeType, wrap: Command): Command => (state, dispatch, view) =>
  isWithin(type)(state) ? lift(state, dispatch, view) : wrap(state, dispatch, view)

const toggleList = (type: NodeType): Command => (state, dispatch, view) =>
  isWithin(type)(state) ? liftListItem(node('list_item'))(state, dispatch) : wrapInList(type)(state, dispatch, view)

/// Moves a heading or a numbered clause to another level, a list's item to another depth.
const relevel = (by: 1 | -1): Command => (state, dispatch) => {
  const { $from } = state.selection
  const { parent } = $from
  const most = levels[parent.type.name]
  if (most === undefined) return by > 0 ? sinkListItem(node('list_item'))(state, dispatch) : liftListItem(node('list_item'))(state, dispatch)
  const level = parent.attrs.level + by
  if (level < 1 || level > most) return false
  dispatch?.(state.tr.setNodeAttribute($from.before(), 'level', level))
  return true
}

/// Enter goes on with the next clause; in an empty one it comes back to plain paragraphs. Both
/// halves carry the id at first: the one with the words is to keep it.
const nextClause: Command = (state, dispatch) => {
  const { $from } = state.selection
  if ($from.parent.type !== node('clause')) return false
  if ($from.parent.content.size === 0) return setBlockType(node('paragraph'))(state, dispatch)
  return splitBlockAs(parent => parent.type === node('clause') ? { type: parent.type, attrs: parent.attrs } : null)(state, dispatch)
}

/// Backspace at the start of a heading or clause makes it a paragraph before it joins it
/// to what stands above.
const plainFirst: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  if (!empty || !(state.selection instanceof TextSelection) || $from.parentOffset > 0 || $from.parent.type === node('paragraph')) return false
  return setBlockType(node('paragraph'))(state, dispatch)
}

const lineBreak: Command = (state, dispatch) => {
  if (!state.selection.$from.parent.isTextblock) return false
  dispatch?.(state.tr.replaceSelectionWith(node('hard_break').create()).scrollIntoView())
  return true
}

const heading = (level: number): Deed => ({
  name: `heading${level}`, sign: `H${level}`, keys: [`Mod-Alt-${level}`],
  run: setBlockType(node('heading'), { level }), isOn: isBlock(node('heading'), level),
})

/// What can be done to the text, in the order of the toolbar; the groups are parted by a line.
export const deeds: readonly (readonly Deed[])[] = [
  [
    { name: 'strong', sign: 'B', keys: ['Mod-b'], run: toggleMark(mark('strong'), null, { enterInlineAtoms: false }), isOn: hasMark(mark('strong')) },
    { name: 'em', sign: 'I', keys: ['Mod-i'], run: toggleMark(mark('em'), null, { enterInlineAtoms: false }), isOn: hasMark(mark('em')) },
  ],
  [
    { name: 'paragraph', sign: '¶', keys: ['Mod-Alt-p'], run: setBlockType(node('paragraph')), isOn: isBlock(node('paragraph')) },
    heading(1), heading(2), heading(3), heading(4),
  ],
  [
    clause('clause', '1.1', 'Mod-Alt-0', null),
    clause('preambular', 'PP', 'Alt-Shift-p', 'preambular'),
    clause('definition', 'D', 'Alt-Shift-d', 'definition'),
    clause('note', '※', 'Alt-Shift-n', 'note'),
  ],
  [
    { name: 'bullets', sign: '•', keys: ['Mod-Shift-8'], run: toggleList(node('bullet_list')), isOn: isWithin(node('bullet_list')) },
    { name: 'numbers', sign: 'a.', keys: ['Mod-Shift-7'], run: toggleList(node('ordered_list')), isOn: isWithin(node('ordered_list')) },
    { name: 'quote', sign: '❝', keys: ['Mod-Shift-9'], run: toggleWrap(node('blockquote'), wrapIn(node('blockquote'))), isOn: isWithin(node('blockquote')) },
  ],
  [
    { name: 'shallower', sign: '⇤', keys: ['Alt-Shift-ArrowLeft'], run: relevel(-1) },
    { name: 'deeper', sign: '⇥', keys: ['Alt-Shift-ArrowRight'], run: relevel(1) },
  ],
  [
    { name: 'up', sign: '↑', keys: ['Alt-ArrowUp'], run: moveBlocks(-1) },
    { name: 'down', sign: '↓', keys: ['Alt-ArrowDown'], run: moveBlocks(1) },
    { name: 'join', sign: '⤴', keys: ['Alt-Shift-ArrowUp'], run: joinAbove },
  ],
  [
    { name: 'undo', sign: '↶', keys: ['Mod-z'], run: undoCommand },
    { name: 'redo', sign: '↷', keys: ['Mod-y', 'Mod-Shift-z'], run: redoCommand },
  ],
]

/// Keys that have no button.
export const plainKeys: Readonly<Record<string, Command>> = {
  Enter: chainCommands(splitListItem(node('list_item')), nextClause),
  Backspace: plainFirst,
  'Shift-Enter': lineBreak,
}
