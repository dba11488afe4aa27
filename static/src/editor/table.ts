import { Fragment, Slice, type Node } from 'prosemirror-model'
import { Plugin, TextSelection, type Command, type EditorState, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import type { Deed } from './command.ts'
import { node } from './schema.ts'

// Tables are rows of cells with words in them, and nothing else: what Word and Markdown
// have in common. Two people who add a row and a column at once make a row that is short;
// it is shown, and goes out, as if empty cells followed.

/// The table that the caret is in.
interface Spot { readonly table: Node, readonly start: number, readonly row: number, readonly column: number }

const spotOf = ({ selection: { $from } }: EditorState): Spot | null => {
  if ($from.depth < 3 || $from.node(1).type !== node('table')) return null
  return { table: $from.node(1), start: $from.before(1), row: $from.index(1), column: $from.index(2) }
}

export const isInTable = (state: EditorState): boolean => spotOf(state) !== null

const cell = () => node('table_cell').create()

const rowOf = (columns: number) => node('table_row').create(null, Array.from({ length: Math.max(columns, 1) }, cell))

/// Where a row begins, and where a cell of it does.
const rowPos = ({ table, start }: Spot, row: number): number => {
  let pos = start + 1
  for (let i = 0; i < row; i++) pos += table.child(i).nodeSize
  return pos
}

const cellPos = (spot: Spot, row: number, column: number): number => {
  let pos = rowPos(spot, row) + 1
  const cells = spot.table.child(row)
  for (let i = 0; i < Math.min(column, cells.childCount); i++) pos += cells.child(i).nodeSize
  return pos
}

const caretIn = (tr: Transaction, pos: number): Transaction => tr.setSelection(TextSelection.near(tr.doc.resolve(pos))).scrollIntoView()

/// A table of two rows and three columns behind the block that the caret is in.
export const insertTable: Command = (state, dispatch) => {
  const { $to } = state.selection
  if ($to.depth === 0 || isInTable(state)) return false
  const at = $to.after(1)
  dispatch?.(caretIn(state.tr.insert(at, node('table').create(null, [rowOf(3), rowOf(3)])), at + 3))
  return true
}

const addRow: Command = (state, dispatch) => {
  const spot = spotOf(state)
  if (!spot) return false
  const at = rowPos(spot, spot.row + 1)
  dispatch?.(caretIn(state.tr.insert(at, rowOf(spot.table.child(spot.row).childCount)), at + 2))
  return true
}

const addColumn: Command = (state, dispatch) => {
  const spot = spotOf(state)
  if (!spot) return false
  if (!dispatch) return true
  const { tr } = state
  spot.table.forEach((_, __, row) => { tr.insert(tr.mapping.map(cellPos(spot, row, spot.column + 1)), cell()) })
  dispatch(caretIn(tr, tr.mapping.map(cellPos(spot, spot.row, spot.column + 1), -1) + 1))
  return true
}

const removeTable = (tr: Transaction, { table, start }: Spot): Transaction => tr.delete(start, start + table.nodeSize)

const removeRow: Command = (state, dispatch) => {
  const spot = spotOf(state)
  if (!spot) return false
  const from = rowPos(spot, spot.row)
  dispatch?.(spot.table.childCount === 1 ? removeTable(state.tr, spot) : state.tr.delete(from, from + spot.table.child(spot.row).nodeSize))
  return true
}

const removeColumn: Command = (state, dispatch) => {
  const spot = spotOf(state)
  if (!spot) return false
  if (!dispatch) return true
  const { tr } = state
  const { table, column } = spot
  if (table.content.content.every(row => row.childCount <= 1)) {
    dispatch(removeTable(tr, spot))
    return true
  }
  table.forEach((row, _, index) => {
    if (column >= row.childCount) return
    const from = tr.mapping.map(cellPos(spot, index, column))
    tr.delete(from, from + row.child(column).nodeSize)
  })
  dispatch(tr)
  return true
}

const goTo = (state: EditorState, dispatch: ((tr: Transaction) => void) | undefined, pos: number): boolean => {
  dispatch?.(caretIn(state.tr, pos + 1))
  return true
}

/// Tab goes from cell to cell; out of the last one, and the first, it leaves the text as it
/// does everywhere.
const goBy = (by: 1 | -1): Command => (state, dispatch) => {
  const spot = spotOf(state)
  if (!spot) return false
  const { table, row, column } = spot
  const next = column + by
  if (next >= 0 && next < table.child(row).childCount) return goTo(state, dispatch, cellPos(spot, row, next))
  const beside = table.maybeChild(row + by)
  if (!beside || beside.childCount === 0) return false
  return goTo(state, dispatch, cellPos(spot, row + by, by > 0 ? 0 : beside.childCount - 1))
}

/// Enter goes to the cell below, and in the last row makes another one.
const goDown: Command = (state, dispatch, view) => {
  const spot = spotOf(state)
  if (!spot) return false
  if (spot.row + 1 === spot.table.childCount) return addRow(state, dispatch, view)
  return goTo(state, dispatch, cellPos(spot, spot.row + 1, Math.min(spot.column, spot.table.child(spot.row + 1).childCount - 1)))
}

/// At the edge of a cell nothing is deleted: the next cell isn't more of its words.
const stayAt = (edge: 'start' | 'end'): Command => state => {
  const { selection: { empty, $from } } = state
  const isAtEdge = $from.parentOffset === (edge === 'start' ? 0 : $from.parent.content.size)
  return empty && isAtEdge && isInTable(state)
}

/// What can be done to tables, in the order of the toolbar. All but the first are offered
/// in a table only.
export const tableDeeds: readonly Deed[] = [
  { name: 'table', sign: '▦', keys: ['Mod-Alt-t'], run: insertTable },
  { name: 'row', sign: '+↓', keys: ['Alt-Shift-ArrowDown'], run: addRow, isOffered: isInTable },
  { name: 'column', sign: '+→', keys: ['Alt-Shift-c'], run: addColumn, isOffered: isInTable },
  { name: 'row_away', sign: '−↓', keys: ['Alt-Shift-Backspace'], run: removeRow, isOffered: isInTable },
  { name: 'column_away', sign: '−→', keys: ['Alt-Shift-Delete'], run: removeColumn, isOffered: isInTable },
]

/// Keys within tables that have no button.
export const tableKeys: Readonly<Record<string, Command>> = {
  Tab: goBy(1), 'Shift-Tab': goBy(-1), Enter: goDown, Backspace: stayAt('start'), Delete: stayAt('end'),
}

/// Blocks as one line of words, with line breaks between them.
const asWords = (content: Fragment): Node[] => {
  const words: Node[] = []
  const take = (block: Node): void => {
    if (block.isInline) words.push(block)
    else if (!block.isTextblock) block.forEach(take)
    else {
      if (words.length > 0) words.push(node('hard_break').create())
      block.forEach(take)
    }
  }
  content.forEach(take)
  return words
}

const pasted = (slice: Slice, view: EditorView): Slice =>
  isInTable(view.state) ? new Slice(Fragment.from(asWords(slice.content)), 0, 0) : slice

/// Tells the cells of each first row that they name the columns.
const heads = (doc: Node): DecorationSet => {
  const found: Decoration[] = []
  doc.forEach((table, pos) => {
    const first = table.type === node('table') ? table.firstChild : null
    first?.forEach((one, offset) => {
      const from = pos + 2 + offset
      found.push(Decoration.node(from, from + one.nodeSize, { role: 'columnheader' }))
    })
  })
  return DecorationSet.create(doc, found)
}

/// What tables need beside their deeds: heads, and pasted blocks that become words.
export const tables = () => new Plugin<DecorationSet>({
  state: {
    init: (_, state) => heads(state.doc),
    apply: (tr, old) => tr.docChanged ? heads(tr.doc) : old,
  },
  props: {
    decorations(state) { return this.getState(state) },
    transformPasted: (slice, view) => pasted(slice, view),
  },
})
