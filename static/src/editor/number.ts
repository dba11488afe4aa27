import { DOMSerializer, type Node } from 'prosemirror-model'
import { Plugin, PluginKey } from 'prosemirror-state'
import type { EditorView, NodeView } from 'prosemirror-view'
import { hasSameBlocks } from './cid.ts'
import { isCid } from './schema.ts'

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

/// What the style sheet draws beside a clause.
interface Label { readonly number: string, readonly depth: string }

type Labels = readonly { readonly cid: unknown, readonly label: Label }[]

const key = new PluginKey<Labels>('numbers')

const labelsOf = (doc: Node, noteLabel: string): Labels => {
  const clauses: (Counted & { cid: unknown })[] = []
  doc.forEach(({ type, attrs: { cid, kind, level } }) => { if (type.name === 'clause') clauses.push({ cid, kind, level }) })
  const counted = numbers(clauses)
  return clauses.map(({ cid }, i) => {
    const number = counted[i]
    return { cid, label: { number: number ?? noteLabel, depth: String(number ? number.split('.').length : 1) } }
  })
}

const write = (dom: HTMLElement, { number, depth }: Label): void => {
  if (dom.dataset.number !== number) dom.dataset.number = number
  if (dom.dataset.depth !== depth) dom.dataset.depth = depth
}

/// Shows each clause its number, as an attribute that the style sheet draws; a note its
/// label. They aren't decorations: prosemirror-view asks at each key for those of every
/// block, and goes through all others each time.
export const clauseNumbers = (noteLabel: string) => {
  let isBare = true // whether a clause was drawn without a number
  // A clause that is drawn anew, as those are in which others write, has its number at once.
  const clause = (shown: Node, view: EditorView): NodeView => {
    const { dom, contentDOM } = DOMSerializer.renderSpec(document, shown.type.spec.toDOM!(shown)) as { dom: HTMLElement, contentDOM: HTMLElement }
    const found = isBare || !isCid(shown.attrs.cid) ? null : key.getState(view.state)?.find(({ cid }) => cid === shown.attrs.cid)
    if (found) write(dom, found.label)
    else isBare = true
    return { dom, contentDOM, ignoreMutation: mutation => mutation.type === 'attributes' && mutation.target === dom }
  }
  const show = (view: EditorView): void => {
    isBare = false
    const shown = view.dom.querySelectorAll<HTMLElement>(':scope > [data-node="clause"]')
    key.getState(view.state)?.forEach(({ label }, i) => { if (shown[i]) write(shown[i], label) })
  }
  return new Plugin<Labels>({
    key,
    state: {
      init: (_, state) => labelsOf(state.doc, noteLabel),
      apply: (tr, old) => tr.docChanged && !hasSameBlocks(tr.doc, tr.before) ? labelsOf(tr.doc, noteLabel) : old,
    },
    props: { nodeViews: { clause } },
    view: view => {
      show(view)
      return { update: (view, before) => { if (isBare || key.getState(view.state) !== key.getState(before)) show(view) } }
    },
  })
}
