import type { Node } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import { Decoration, DecorationSet } from 'prosemirror-view'

/// The numbers of the numbered clauses, in order: "1", "1.1", "1.1.1". Counting goes on
/// through the whole text, whatever stands between; a clause counts as at most one level
/// deeper than the one before it.
export const numbers = (clauseLevels: readonly number[]): string[] => {
  let count: number[] = []
  return clauseLevels.map(wanted => {
    const level = Math.max(1, Math.min(wanted, count.length + 1))
    count = [...count.slice(0, level), ...(level > count.length ? [0] : [])]
    count[level - 1]! += 1
    return count.join('.')
  })
}

const decorate = (doc: Node): DecorationSet => {
  const clauses: { from: number, to: number, level: number }[] = []
  doc.forEach((block, from) => {
    if (block.type.name === 'clause') clauses.push({ from, to: from + block.nodeSize, level: block.attrs.level })
  })
  const counted = numbers(clauses.map(c => c.level))
  return DecorationSet.create(doc, clauses.map((c, i) => {
    const number = counted[i]!
    return Decoration.node(c.from, c.to, { 'data-number': number, 'data-depth': String(number.split('.').length) })
  }))
}

/// Shows each numbered clause its number, as an attribute that the style sheet draws.
export const clauseNumbers = () => new Plugin<DecorationSet>({
  state: {
    init: (_, state) => decorate(state.doc),
    apply: (tr, old) => tr.docChanged ? decorate(tr.doc) : old,
  },
  props: { decorations(state) { return this.getState(state) } },
})
