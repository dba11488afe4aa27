import type { Node } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import { Decoration, DecorationSet } from 'prosemirror-view'
import { hasSameBlocks, isRemote } from './cid.ts'

/// A clause as it is counted; kind null is an operative one.
export interface Counted { readonly kind: string | null, readonly level: number }

// As the server has them; its reasons stand in app/prose/number.go.
const prefixes: Readonly<Record<string, string>> = { preambular: 'PP', definition: 'D' }

/// The numbers of clauses, in order: "1", "1.1" of operative ones, "PP1" of preambular
/// ones, "D1" of definitions; notes have none. Each kind is counted by itself through the
/// whole text, whatever stands between; a clause counts as at most one level deeper than
/// the one of its kind before it.
export const numbers = (clauses: readonly Counted[]): (string | null)[] => {
  const counts = new Map<string, number[]>()
  return clauses.map(({ kind, level: wanted }) => {
    if (kind === 'note') return null
    const key = kind ?? ''
    const former = counts.get(key) ?? []
    const level = Math.max(1, Math.min(wanted, former.length + 1))
    const count = [...former.slice(0, level), ...(level > former.length ? [0] : [])]
    count[level - 1]! += 1
    counts.set(key, count)
    return (prefixes[key] ?? '') + count.join('.')
  })
}

const decorate = (doc: Node, noteLabel: string): DecorationSet => {
  const clauses: (Counted & { from: number, to: number })[] = []
  doc.forEach((block, from) => {
    if (block.type.name !== 'clause') return
    clauses.push({ from, to: from + block.nodeSize, kind: block.attrs.kind, level: block.attrs.level })
  })
  const counted = numbers(clauses)
  return DecorationSet.create(doc, clauses.map((c, i) => {
    const number = counted[i]
    const depth = number ? number.split('.').length : 1
    return Decoration.node(c.from, c.to, { 'data-number': number ?? noteLabel, 'data-depth': String(depth) })
  }))
}

/// Shows each clause its number, as an attribute that the style sheet draws; a note its
/// label.
export const clauseNumbers = (noteLabel: string) => new Plugin<DecorationSet>({
  state: {
    init: (_, state) => decorate(state.doc, noteLabel),
    apply: (tr, old) => {
      if (!tr.docChanged) return old
      // What comes from others replaces blocks as a whole, and their numbers with them.
      return !isRemote(tr) && hasSameBlocks(tr.doc, tr.before) ? old.map(tr.mapping, tr.doc) : decorate(tr.doc, noteLabel)
    },
  },
  props: { decorations(state) { return this.getState(state) } },
})
