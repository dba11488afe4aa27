import * as Y from 'yjs'

// What a document says, as plain JSON that another implementation can be held
// against. Runs of text with equal formatting are one run; halves of surrogate pairs
// read as U+FFFD, which is what becomes of them on the wire.

const base64 = bytes => Buffer.from(bytes).toString('base64')

const number = n =>
  Number.isFinite(n) && !Object.is(n, -0) ? n : { $: Object.is(n, -0) ? '-0' : String(n) }

const object = (o, f) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k.toWellFormed(), f(v)]))

export const value = v => {
  if (v === undefined) return { $: 'undefined' }
  if (v === null || typeof v === 'boolean') return v
  if (typeof v === 'string') return v.toWellFormed()
  if (typeof v === 'number') return number(v)
  if (typeof v === 'bigint') return { $: 'n' + v }
  if (v instanceof Uint8Array) return { $: 'b' + base64(v) }
  if (v instanceof Y.Doc) return { $: 'doc ' + v.guid, options: value(v._item.content.opts) }
  if (v instanceof Y.AbstractType) return shared(v)
  return Array.isArray(v) ? v.map(value) : object(v, value)
}

const shared = t => {
  if (t instanceof Y.XmlText || t instanceof Y.Text) return { text: delta(t) }
  if (t instanceof Y.XmlHook) return { hook: t.hookName }
  if (t instanceof Y.XmlElement) return element(t)
  if (t instanceof Y.XmlFragment) return { nodes: t.toArray().map(shared) }
  if (t instanceof Y.Map) return { map: object(Object.fromEntries(t.entries()), value) }
  return { array: t.toArray().map(value) }
}

const element = e => ({
  name: e.nodeName,
  attributes: object(e.getAttributes(), value),
  nodes: e.toArray().map(shared),
})

const delta = text => {
  const runs = []
  for (const { insert, attributes } of text.toDelta()) {
    const marks = object(attributes ?? {}, value)
    const last = runs.at(-1)
    if (typeof insert !== 'string') runs.push({ embed: value(insert), marks })
    else if (last?.string !== undefined && same(last.marks, marks)) last.string += insert
    else runs.push({ string: insert, marks })
  }
  for (const run of runs) if (run.string !== undefined) run.string = run.string.toWellFormed()
  return runs
}

const sorted = v =>
  v && typeof v === 'object' && !Array.isArray(v)
    ? Object.fromEntries(Object.keys(v).sort().map(k => [k, sorted(v[k])]))
    : Array.isArray(v) ? v.map(sorted) : v

export const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/// The root types every session uses. They are made before anything is applied: a root
/// that is first met in an update has no type yet.
export const roots = doc => ({
  prosemirror: doc.getXmlFragment('prosemirror'),
  xml: doc.getXmlFragment('xml'),
  text: doc.getText('text'),
  map: doc.getMap('map'),
  array: doc.getArray('array'),
})

export const describe = doc => object(roots(doc), shared)

export const vector = doc =>
  [...Y.decodeStateVector(Y.encodeStateVector(doc))].map(([client, clock]) => `${client}:${clock}`).sort()

export const deletions = doc =>
  [...Y.createDeleteSetFromStructStore(doc.store).clients]
    .flatMap(([client, items]) => items.map(({ clock, len }) => `${client}:${clock}+${len}`))
    .sort()
