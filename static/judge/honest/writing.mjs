import { initProseMirrorDoc, updateYFragment, Transform, canJoin, canSplit, Fragment, Slice, schema } from './kit.mjs'
import { rootName, wordShape } from './text.mjs'

// What people do to a text in an editor: each function changes a ProseMirror document
// by steps, and y-prosemirror makes of that what it makes of them. Everybody types
// whole words and cuts between words only, so that it can be told what became of each.

/// The origin of edits a person made, which are what undo undoes.
export const typed = 'typed'

/// Lets somebody edit a document.
export const write = (doc, act) => {
  const fragment = doc.getXmlFragment(rootName)
  const { doc: before, meta } = initProseMirrorDoc(fragment, schema)
  const tr = new Transform(before)
  act(tr)
  if (tr.steps.length > 0) doc.transact(() => updateYFragment(doc, fragment, tr.doc, meta), typed)
}

/// Typed between words. No syllable of these begins a word.
const between = [' ', ' ', '', '', ', ', '😀', '👩‍👩‍👧‍👦', '🇰🇷', '👍🏽', '𠮷野家', '漢字', 'é', 'ㅎㅏㄴ', ' the ', '. ']

/// The words of a node, and where each of their units is. What stands among them and isn't
/// a word, as a footnote or a line break, is one unit.
const lineOf = (node, pos) => {
  let text = ''
  const places = []
  node.forEach((child, offset) => {
    const units = child.isText ? child.text : '￼'
    for (let i = 0; i < units.length; i++) places.push(pos + 1 + offset + i)
    text += units
  })
  return { node, pos, text, places: [...places, pos + 1 + node.content.size] }
}

/// Everything that holds words: blocks, cells of tables, footnotes.
const linesOf = root => {
  const lines = []
  root.descendants((node, pos) => void (node.inlineContent && lines.push(lineOf(node, pos))))
  return lines
}

const isBlock = ({ node }) => node.isTextblock && node.type.name !== 'table_cell'

const blocksOf = root => linesOf(root).filter(isBlock)

const isLow = code => code >= 0xdc00 && code < 0xe000

/// Where in a line a caret can be that cuts no word.
const gapsOf = ({ text, places }) => {
  const inside = new Set([...text.matchAll(wordShape)].flatMap(({ index }) => [1, 2, 3, 4, 5].map(n => index + n)))
  return places.filter((_, at) => !inside.has(at) && !isLow(text.charCodeAt(at)))
}

const somewhere = (lines, rnd) => lines.length > 0 ? rnd.of(gapsOf(rnd.of(lines))) : null

/// Where a random word stands.
const someWord = (tr, rnd) => {
  const words = linesOf(tr.doc).flatMap(({ text, places }) => [...text.matchAll(wordShape)].map(found => places[found.index]))
  return words.length > 0 ? rnd.of(words) : null
}

/// Puts words somewhere; in a footnote they are plain.
const put = (tr, at, text, marks) => tr.insert(at, schema.text(text, tr.doc.resolve(at).parent.type.name === 'footnote' ? [] : marks))

const someMark = rnd => rnd.of([schema.mark('strong'), schema.mark('em'), schema.mark('link', { href: 'https://example.org/' + rnd.below(3) })])

export const type = (tr, rnd, word) => {
  const at = somewhere(linesOf(tr.doc), rnd)
  const text = rnd.of(between) + word + rnd.of(between)
  if (at === null) return tr.insert(0, schema.node('paragraph', null, schema.text(text)))
  put(tr, at, text, rnd.chance(0.2) ? [someMark(rnd)] : tr.doc.resolve(at).marks())
}

const kinds = [null, null, 'preambular', 'definition', 'note']

const cellOf = text => schema.node('table_cell', null, text)
const rowOf = (columns, text) => schema.node('table_row', null, Array.from({ length: columns }, (_, i) => cellOf(i === 0 ? text : undefined)))

export const addBlock = (tr, rnd, word) => {
  const text = schema.text(word)
  const block = rnd.of([
    () => schema.node('paragraph', null, text),
    () => schema.node('clause', { kind: rnd.of(kinds), level: 1 + rnd.below(3) }, text),
    () => schema.node('bullet_list', null, [schema.node('list_item', null, [schema.node('paragraph', null, text)])]),
    () => schema.node('table', null, [rowOf(2, text), rowOf(2)]),
  ])()
  const at = tr.doc.resolve(rnd.below(tr.doc.content.size + 1))
  tr.insert(at.depth > 0 ? at.before(1) : at.pos, block)
}

/// A footnote that says the word.
export const addNote = (tr, rnd, word) => {
  const at = somewhere(linesOf(tr.doc).filter(({ node }) => node.isTextblock), rnd)
  if (at !== null) tr.insert(at, schema.node('footnote', null, schema.text(word)))
}

/// A random cell of a random table: the table, where it starts, the row and the column.
const someCell = (tr, rnd) => {
  const tables = []
  tr.doc.forEach((table, start) => { if (table.type.name === 'table' && table.childCount > 0) tables.push({ table, start }) })
  if (tables.length === 0) return null
  const { table, start } = rnd.of(tables)
  const row = rnd.below(table.childCount)
  return { table, start, row, column: rnd.below(table.child(row).childCount + 1) }
}

const sizeBefore = (parent, n) => parent.content.content.slice(0, n).reduce((sum, child) => sum + child.nodeSize, 0)

/// A new row, with the word in it.
export const addRow = (tr, rnd, word) => {
  const cell = someCell(tr, rnd)
  if (cell) tr.insert(cell.start + 1 + sizeBefore(cell.table, cell.row), rowOf(Math.max(1, cell.table.child(cell.row).childCount), schema.text(word)))
}

/// A new column: a cell in every row, that of the first with the word in it.
export const addColumn = (tr, rnd, word) => {
  const cell = someCell(tr, rnd)
  if (!cell) return
  const places = cell.table.content.content.map((row, n) => cell.start + 1 + sizeBefore(cell.table, n) + 1 + sizeBefore(row, cell.column))
  places.forEach((at, n) => tr.insert(tr.mapping.map(at), cellOf(n === 0 ? schema.text(word) : undefined)))
}

/// A row goes, and with the last one the table.
export const deleteRow = (tr, rnd) => {
  const cell = someCell(tr, rnd)
  if (!cell) return
  const { table, start, row } = cell
  const from = start + 1 + sizeBefore(table, row)
  if (table.childCount === 1) tr.delete(start, start + table.nodeSize)
  else tr.delete(from, from + table.child(row).nodeSize)
}

/// A column goes, and with the last one the table.
export const deleteColumn = (tr, rnd) => {
  const cell = someCell(tr, rnd)
  if (!cell) return
  const { table, start, column } = cell
  const rows = table.content.content
  if (rows.every(row => row.childCount <= 1)) return tr.delete(start, start + table.nodeSize)
  const spans = rows.flatMap((row, n) => {
    const from = start + 2 + sizeBefore(table, n) + sizeBefore(row, column)
    return column < row.childCount ? [[from, from + row.child(column).nodeSize]] : []
  })
  for (const [from, to] of spans.reverse()) tr.delete(from, to)
}

export const deleteWord = (tr, rnd) => {
  const at = someWord(tr, rnd)
  if (at !== null) tr.delete(at, at + 6)
}

export const moveWord = (tr, rnd) => {
  const at = someWord(tr, rnd)
  if (at === null) return
  const word = tr.doc.textBetween(at, at + 6)
  const marks = tr.doc.nodeAt(at).marks
  tr.delete(at, at + 6)
  put(tr, somewhere(linesOf(tr.doc), rnd), word, marks)
}

/// Enter.
export const split = (tr, rnd) => {
  const at = somewhere(blocksOf(tr.doc), rnd)
  if (at !== null && canSplit(tr.doc, at)) tr.split(at)
}

/// Backspace at the beginning of a block.
export const join = (tr, rnd) => {
  const blocks = blocksOf(tr.doc)
  if (blocks.length === 0) return
  const { pos } = rnd.of(blocks)
  if (tr.doc.resolve(pos).nodeBefore?.isTextblock && canJoin(tr.doc, pos)) tr.join(pos)
}

export const moveBlock = (tr, rnd) => {
  const nodes = [...tr.doc.content.content]
  if (nodes.length < 2) return
  const [moved] = nodes.splice(rnd.below(nodes.length), 1)
  nodes.splice(rnd.below(nodes.length + 1), 0, moved)
  tr.replace(0, tr.doc.content.size, new Slice(Fragment.from(nodes), 0, 0))
}

const stretch = (tr, rnd) => {
  const blocks = linesOf(tr.doc).filter(({ node }) => node.isTextblock)
  if (blocks.length === 0) return [0, 0]
  const { pos, node } = rnd.of(blocks)
  const from = pos + 1 + rnd.below(node.content.size + 1)
  return [from, Math.min(pos + 1 + node.content.size, from + rnd.below(80))]
}

export const format = (tr, rnd) => tr.addMark(...stretch(tr, rnd), someMark(rnd))

export const unformat = (tr, rnd) => tr.removeMark(...stretch(tr, rnd), rnd.chance(0.5) ? someMark(rnd) : undefined)

/// Marks a whole block.
export const mark = (tr, nth, name) => {
  const blocks = blocksOf(tr.doc)
  if (blocks.length === 0) return
  const { pos, node } = blocks[nth % blocks.length]
  tr.addMark(pos + 1, pos + 1 + node.content.size, schema.mark(name))
}

export const retype = (tr, rnd) => {
  const at = somewhere(blocksOf(tr.doc), rnd)
  if (at === null || tr.doc.resolve(at).depth !== 1) return
  const [name, attrs] = rnd.of([['paragraph', null], ['heading', { level: 1 + rnd.below(4) }], ['clause', { kind: rnd.of(kinds), level: 1 + rnd.below(3) }]])
  tr.setBlockType(at, at, schema.nodes[name], attrs)
}
