import type { Node } from 'prosemirror-model'
import { Plugin, type EditorState, type Transaction } from 'prosemirror-state'
import { Mapping } from 'prosemirror-transform'
import { ySyncPluginKey } from 'y-prosemirror'
import { isCid } from './schema.ts'

// Threads hang on clause ids. So an id stays with its words through splitting, wrapping
// and turning into something else, and only whoever makes a block gives it an id: two
// editors that did so for the same block would go on for ever.

/// A new clause id: "c" and 10 characters of [a-z0-9].
export const newCid = (): string => {
  const signs = 'abcdefghijklmnopqrstuvwxyz0123456789'
  // 252 is the largest multiple of 36 in a byte: beyond it the first signs would be likelier.
  let id = ''
  while (id.length < 10) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < 252) id += signs[byte % 36]
  }
  return 'c' + id
}

/// Whether a transaction carries what others wrote, or what undoing brought back.
export const isRemote = (tr: Transaction): boolean => Boolean(tr.getMeta(ySyncPluginKey)?.isChangeOrigin)

interface Block { readonly node: Node, readonly pos: number, readonly before: string | null }

/// The top-level blocks, each with the id of the block it came from.
const blocksOf = (doc: Node, old: Node, back: Mapping): Block[] => {
  const blocks: Block[] = []
  doc.forEach((node, pos) => {
    const from = Math.min(back.map(pos + 1, 1), old.content.size)
    const origin = old.childCount === 0 ? null : old.resolve(from).index(0)
    const source = origin === null ? null : old.maybeChild(Math.min(origin, old.childCount - 1))
    blocks.push({ node, pos, before: source?.attrs.cid ?? null })
  })
  return blocks
}

/// Which of the blocks that carry an id keeps it: the one that had it before, and of
/// these the first that has words; of copies the first.
const keeper = (rivals: readonly Block[], cid: string): Block => {
  const originals = rivals.filter(b => b.before === cid)
  const likely = originals.length > 0 ? originals : rivals
  return likely.find(b => b.node.content.size > 0) ?? likely[0]!
}

/// Who keeps each id that is there.
const keepers = (blocks: readonly Block[]): Map<string, Block> => {
  const rivals = new Map<string, Block[]>()
  for (const block of blocks) {
    const cid: unknown = block.node.attrs.cid
    if (isCid(cid)) rivals.set(cid, [...rivals.get(cid) ?? [], block])
  }
  return new Map([...rivals].map(([cid, blocks]) => [cid, keeper(blocks, cid)]))
}

/// The id each top-level block is to have, for those where it has to change.
export const assignments = (doc: Node, old: Node, back: Mapping): { pos: number, cid: string }[] => {
  const blocks = blocksOf(doc, old, back)
  const taken = keepers(blocks)
  const made: { pos: number, cid: string }[] = []
  const untouched = new Set<Node>()
  old.forEach(node => { untouched.add(node) })
  for (const block of blocks) {
    const has: unknown = block.node.attrs.cid
    if (isCid(has) && taken.get(has) === block) continue
    if (!isCid(has) && untouched.has(block.node)) continue
    const cid = isCid(block.before) && !taken.has(block.before) ? block.before : newCid()
    taken.set(cid, block)
    made.push({ pos: block.pos, cid })
  }
  return made
}

/// The places of blocks within others that carry an id, which only top-level ones may.
const strays = (doc: Node): number[] => {
  const found: number[] = []
  doc.descendants((node, pos, parent) => {
    if (parent !== doc && node.attrs.cid) found.push(pos)
    return !node.isTextblock
  })
  return found
}

/// Whether two texts have the same blocks in the same order, and differ in the words of
/// some at most. Blocks that didn't change are the same objects, so that this costs
/// nothing beside looking at all of them.
export const hasSameBlocks = (doc: Node, old: Node): boolean => {
  if (doc.childCount !== old.childCount) return false
  for (let i = 0; i < doc.childCount; i++) {
    const one = doc.child(i), other = old.child(i)
    if (one !== other && !(one.isTextblock && one.sameMarkup(other))) return false
  }
  return true
}

// Texts whose ids were looked at and found well.
const known = new WeakSet<Node>()

/// Whether each top-level block has an id, and none has that of another. Of a text that has
/// the same blocks as one of which that is known, it is known too.
const haveOwnIds = (doc: Node, old: Node): boolean => {
  const ids = new Set<unknown>()
  if (!known.has(old)) doc.forEach(({ attrs: { cid } }) => { if (isCid(cid)) ids.add(cid) })
  const isWell = known.has(old) || ids.size === doc.childCount
  if (isWell) known.add(doc)
  return isWell
}

const tidy = (transactions: readonly Transaction[], before: EditorState, state: EditorState): Transaction | null => {
  const own = transactions.filter(tr => tr.docChanged)
  if (own.length === 0 || own.some(isRemote)) return null
  if (hasSameBlocks(state.doc, before.doc) && haveOwnIds(state.doc, before.doc)) return null
  const steps = new Mapping(own.flatMap(tr => tr.mapping.maps))
  const tr = state.tr
  for (const pos of strays(state.doc)) tr.setNodeAttribute(pos, 'cid', null)
  for (const { pos, cid } of assignments(state.doc, before.doc, steps.invert())) tr.setNodeAttribute(pos, 'cid', cid)
  // No addToHistory here: the shared history takes the last such mark of a group, and
  // what the person did would be lost to undo with it.
  return tr.docChanged ? tr : null
}

/// Keeps every top-level block's id its own.
export const clauseIds = () => new Plugin({
  appendTransaction: tidy,
})
