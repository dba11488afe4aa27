import { Schema, type Attrs, type AttributeSpec, type MarkSpec, type NodeSpec } from 'prosemirror-model'
import table from '../../../app/prose/schema.json' with { type: 'json' }

/// The version of the table this editor was built with. A document of a later one must
/// not be opened: what an editor can't build it deletes from the shared text.
export const schemaNumber: number = table.number

/// The name under which the text lies in the shared document.
export const rootName: string = table.root

/// The kinds of clause that a `kind` attribute names; without one a clause is operative.
export const kinds: readonly string[] = table.kinds

export const levels: Readonly<Record<string, number>> = table.levels

/// Whether a link may lead there: an address of a known scheme, without spaces.
export const mayLink = (href: string): boolean => {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):[^\s\u0000-\u0020\u007f]+$/i.exec(href) ?? []
  return scheme !== undefined && table.schemes.includes(scheme.toLowerCase())
}

/// Whether a text is a clause id as they are made.
export const isCid = (text: unknown): text is string => typeof text === 'string' && /^c[a-z0-9]{10}$/.test(text)

// How each node is written to the page and read from pasted pages. What may be where,
// and which attributes there are, stands in the table alone.

const identity = (attrs: Attrs): Record<string, string> =>
  isCid(attrs.cid) ? { id: attrs.cid, 'data-cid': attrs.cid } : {}

const cidOf = (dom: HTMLElement): string | null => isCid(dom.dataset.cid) ? dom.dataset.cid : null

const leveled = (name: string, dom: HTMLElement, otherwise: number): Attrs => {
  const level = Number(dom.dataset.level) || otherwise
  return { cid: cidOf(dom), level: Math.max(1, Math.min(level, levels[name] ?? 1)) }
}

const kindOf = (dom: HTMLElement): string | null => kinds.includes(dom.dataset.kind ?? '') ? dom.dataset.kind! : null

const shapes: Record<string, NodeSpec> = {
  paragraph: {
    parseDOM: [{ tag: 'p', getAttrs: dom => ({ cid: cidOf(dom) }) }],
    toDOM: node => ['p', identity(node.attrs), 0],
  },
  heading: {
    defining: true,
    parseDOM: [1, 2, 3, 4, 5, 6].map(n => ({ tag: `h${n}`, getAttrs: dom => leveled('heading', dom, n) })),
    // The title of the page is its h1.
    toDOM: node => [`h${node.attrs.level + 1}`, { ...identity(node.attrs), 'data-level': String(node.attrs.level) }, 0],
  },
  clause: {
    defining: true,
    parseDOM: [{ tag: 'p[data-node="clause"]', priority: 60, getAttrs: dom => ({ ...leveled('clause', dom, 1), kind: kindOf(dom) }) }],
    toDOM: node => ['p', {
      ...identity(node.attrs), 'data-node': 'clause', 'data-level': String(node.attrs.level),
      ...(node.attrs.kind === null ? {} : { 'data-kind': node.attrs.kind }),
    }, 0],
  },
  blockquote: {
    defining: true,
    parseDOM: [{ tag: 'blockquote', getAttrs: dom => ({ cid: cidOf(dom) }) }],
    toDOM: node => ['blockquote', identity(node.attrs), 0],
  },
  bullet_list: {
    parseDOM: [{ tag: 'ul', getAttrs: dom => ({ cid: cidOf(dom) }) }],
    toDOM: node => ['ul', identity(node.attrs), 0],
  },
  ordered_list: {
    parseDOM: [{ tag: 'ol', getAttrs: dom => ({ cid: cidOf(dom), order: Math.max(0, Number(dom.getAttribute('start') ?? 1) || 0) }) }],
    toDOM: node => ['ol', { ...identity(node.attrs), ...(node.attrs.order === 1 ? {} : { start: String(node.attrs.order) }) }, 0],
  },
  list_item: { defining: true, parseDOM: [{ tag: 'li' }], toDOM: () => ['li', 0] },
  // Too wide a table is pushed sideways, and the page stays.
  table: {
    isolating: true,
    parseDOM: [{ tag: 'table', getAttrs: dom => ({ cid: cidOf(dom) }) }],
    toDOM: node => ['div', { class: 'table-wrap' }, ['table', identity(node.attrs), ['tbody', 0]]],
  },
  table_row: { parseDOM: [{ tag: 'tr' }], toDOM: () => ['tr', 0] },
  table_cell: { isolating: true, parseDOM: [{ tag: 'td' }, { tag: 'th' }], toDOM: () => ['td', 0] },
  // An atom to whoever moves the caret; what it says is text within, which is edited in a
  // box of its own.
  footnote: {
    inline: true,
    atom: true,
    selectable: false,
    parseDOM: [
      { tag: 'span[data-footnote]' },
      // The number of one, in a page of ours, is no text of anybody's.
      { tag: '[role="doc-noteref"]', priority: 70, ignore: true },
    ],
    toDOM: () => ['span', { 'data-footnote': '' }, 0],
  },
  hard_break: { inline: true, selectable: false, parseDOM: [{ tag: 'br' }], toDOM: () => ['br'] },
}

const markShapes: Record<string, MarkSpec> = {
  link: {
    inclusive: false,
    parseDOM: [{ tag: 'a[href]', getAttrs: dom => {
      const href = dom.getAttribute('href') ?? ''
      return mayLink(href) ? { href } : false
    } }],
    toDOM: mark => ['a', { href: mark.attrs.href, rel: 'nofollow noreferrer' }, 0],
  },
  em: { parseDOM: [{ tag: 'em' }, { tag: 'i' }], toDOM: () => ['em', 0] },
  strong: { parseDOM: [{ tag: 'strong' }, { tag: 'b' }], toDOM: () => ['strong', 0] },
}

interface Row { readonly content?: string, readonly group?: string, readonly attrs?: Readonly<Record<string, unknown>> }

const attributes = (row: Row): Record<string, AttributeSpec> =>
  Object.fromEntries(Object.entries(row.attrs ?? {}).map(([name, value]) => [name, { default: value }]))

const nodeSpec = ([name, row]: [string, Row]): [string, NodeSpec] => {
  const spec: NodeSpec = { ...shapes[name], attrs: attributes(row) }
  if (row.content !== undefined) spec.content = row.content
  if (row.group !== undefined) spec.group = row.group
  return [name, spec]
}

const markSpec = ([name, row]: [string, Row]): [string, MarkSpec] => [name, { ...markShapes[name], attrs: attributes(row) }]

/// The grammar of a statement, made of the table that the server judges by.
export const schema = new Schema<string, string>({
  nodes: Object.fromEntries(Object.entries<Row>(table.nodes).map(nodeSpec)),
  marks: Object.fromEntries(Object.entries<Row>(table.marks).map(markSpec)),
  topNode: 'doc',
})

/// The node types by name; the table has them all.
export const node = (name: string) => {
  const type = schema.nodes[name]
  if (!type) throw new Error(`no node ${name} in the table`)
  return type
}

/// The mark types by name.
export const mark = (name: string) => {
  const type = schema.marks[name]
  if (!type) throw new Error(`no mark ${name} in the table`)
  return type
}
