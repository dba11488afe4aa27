import type { Node } from 'prosemirror-model'
import { Plugin, PluginKey, type EditorState, type Transaction } from 'prosemirror-state'
import { changedStretch } from './blocks.ts'
import { isRemote } from './cid.ts'
import { plainText } from './text.ts'

// Which clauses were written in from this window: if its document has to be thrown away,
// their words are compared with the server's, and what is missing is offered for copying.

const key = new PluginKey<ReadonlySet<string>>('touched')

const blocksIn = (doc: Node, from: number, to: number): Node[] => {
  const blocks: Node[] = []
  doc.nodesBetween(from, to, block => {
    blocks.push(block)
    return false
  })
  return blocks
}

const add = (seen: ReadonlySet<string>, before: Node, after: Node): ReadonlySet<string> => {
  const { from, oldTo, to } = changedStretch(before, after)
  const old = new Set(blocksIn(before, from, oldTo))
  const fresh = blocksIn(after, from, to).flatMap(node => node.attrs.cid && !old.has(node) && !seen.has(node.attrs.cid) ? [node.attrs.cid] : [])
  return fresh.length === 0 ? seen : new Set([...seen, ...fresh])
}

/// Remembers them. What was touched in an earlier document goes on to count.
export const touchedClauses = (earlier: ReadonlySet<string>) => new Plugin<ReadonlySet<string>>({
  key,
  state: {
    init: () => earlier,
    apply: (tr: Transaction, seen, before, after) =>
      tr.docChanged && !isRemote(tr) ? add(seen, before.doc, after.doc) : seen,
  },
})

export const touchedIn = (state: EditorState): ReadonlySet<string> => key.getState(state) ?? new Set()

/// The words of a clause.
export interface Words { readonly cid: string, readonly words: string }

/// The words of clauses written in here that the other text doesn't have.
export const missingFrom = (other: Node, ours: Node, touched: ReadonlySet<string>): Words[] => {
  const there = new Set<string>()
  other.forEach(block => { there.add(plainText(block)) })
  const missing: Words[] = []
  ours.forEach(block => {
    const words = plainText(block)
    if (touched.has(block.attrs.cid) && words.trim() !== '' && !there.has(words)) missing.push({ cid: block.attrs.cid, words })
  })
  return missing
}

/// Those words that stand nowhere in the text, not even in the middle of a clause.
export const absentFrom = (text: Node, words: readonly Words[]): Words[] => {
  const blocks: string[] = []
  text.forEach(block => { blocks.push(plainText(block)) })
  return words.filter(one => !blocks.some(block => block.includes(one.words)))
}
