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

const blocksOf = root => {
  const blocks = []
  root.descendants((node, pos) => void (node.isTextblock && blocks.push({ node, pos, text: node.textBetween(0, node.content.size, undefined, '￼') })))
  return blocks
}

const isLow = code => code >= 0xdc00 && code < 0xe000

/// Where in a block a caret can be that cuts no word.
const gapsOf = ({ pos, text }) => {
  const inside = new Set([...text.matchAll(wordShape)].flatMap(({ index }) => [1, 2, 3, 4, 5].map(n => index + n)))
  const gaps = []
  for (let at = 0; at <= text.length; at++) if (!inside.has(at) && !isLow(text.charCodeAt(at))) gaps.push(pos + 1 + at)
  return gaps
}

const somewhere = (tr, rnd) => {
  const blocks = blocksOf(tr.doc)
  return blocks.length > 0 ? rnd.of(gapsOf(rnd.of(blocks))) : null
}

/// Where a random word stands.
const someWord = (tr, rnd) => {
  const words = blocksOf(tr.doc).flatMap(({ pos, text }) => [...text.matchAll(wordShape)].map(found => pos + 1 + found.index))
  return words.length > 0 ? rnd.of(words) : null
}

const someMark = rnd => rnd.of([schema.mark('strong'), schema.mark('em'), schema.mark('link', { href: 'https://example.org/' + rnd.below(3) })])

export const type = (tr, rnd, word) => {
  const at = somewhere(tr, rnd)
  const text = rnd.of(between) + word + rnd.of(between)
  if (at === null) return tr.insert(0, schema.node('paragraph', null, schema.text(text)))
  tr.insert(at, schema.text(text, rnd.chance(0.2) ? [someMark(rnd)] : tr.doc.resolve(at).marks()))
}

const kinds = [null, null, 'preambular', 'definition', 'note']

export const addBlock = (tr, rnd, word) => {
  const text = schema.text(word)
  const block = rnd.of([
    () => schema.node('paragraph', null, text),
    () => schema.node('clause', { kind: rnd.of(kinds), level: 1 + rnd.below(3) }, text),
    () => schema.node('bullet_list', null, [schema.node('list_item', null, [schema.node('paragraph', null, text)])]),
  ])()
  const at = tr.doc.resolve(rnd.below(tr.doc.content.size + 1))
  tr.insert(at.depth > 0 ? at.before(1) : at.pos, block)
}

export const deleteWord = (tr, rnd) => {
  const at = someWord(tr, rnd)
  if (at !== null) tr.delete(at, at + 6)
}

export const moveWord = (tr, rnd) => {
  const at = someWord(tr, rnd)
  if (at === null) return
  const cut = tr.doc.slice(at, at + 6)
  tr.delete(at, at + 6)
  tr.replace(somewhere(tr, rnd), undefined, cut)
}

/// Enter.
export const split = (tr, rnd) => {
  const at = somewhere(tr, rnd)
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
  const blocks = blocksOf(tr.doc)
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
  const at = somewhere(tr, rnd)
  if (at === null || tr.doc.resolve(at).depth !== 1) return
  const [name, attrs] = rnd.of([['paragraph', null], ['heading', { level: 1 + rnd.below(4) }], ['clause', { kind: rnd.of(kinds), level: 1 + rnd.below(3) }]])
  tr.setBlockType(at, at, schema.nodes[name], attrs)
}
