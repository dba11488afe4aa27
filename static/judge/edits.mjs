import * as Y from 'yjs'
import { Transform, canSplit, canJoin, findWrapping, liftTarget } from 'prosemirror-transform'
import { Fragment, Slice } from 'prosemirror-model'
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import { schema } from './schema.mjs'
import { roots } from './describe.mjs'
import { snippets, values, jsonValues } from './words.mjs'

/// The origin of edits a person made, which are what undo undoes.
export const typed = 'typed'

/// One edit of a random kind.
export const edit = (doc, undo, rnd) =>
  rnd.weighted([
    [50, () => proseEdit(doc, rnd)],
    [12, () => xmlEdit(doc, roots(doc).xml, rnd)],
    [20, () => textEdit(doc, doc.getText('text'), rnd)],
    [8, () => nestedEdit(doc, roots(doc).map, rnd)],
    [8, () => nestedEdit(doc, roots(doc).array, rnd)],
    [6, () => undo.undo()],
    [3, () => undo.redo()],
  ])()

// Through ProseMirror: what y-prosemirror makes of an editor's transaction.

const proseEdit = (doc, rnd) => {
  const fragment = roots(doc).prosemirror
  const { doc: before, meta } = initProseMirrorDoc(fragment, schema)
  const tr = new Transform(before.childCount ? before : schema.node('doc', null, [schema.node('paragraph')]))
  for (let n = rnd.chance(0.2) ? 3 : 1; n > 0; n--) proseStep(tr, rnd)
  doc.transact(() => updateYFragment(doc, fragment, tr.doc, meta), typed)
}

const proseStep = (tr, rnd) => {
  try {
    rnd.weighted(proseSteps)(tr, rnd)
  } catch (error) {
    // A step that doesn't fit where chance put it is no edit.
    if (!/ReplaceError|TransformError|RangeError/.test(error.name + error.constructor.name)) throw error
  }
}

const place = (tr, rnd) => rnd.below(tr.doc.content.size + 1)

const span = (tr, rnd) => {
  const from = place(tr, rnd)
  return [from, Math.min(tr.doc.content.size, from + rnd.below(rnd.chance(0.2) ? 30 : 6))]
}

/// The inside of a random block of text.
const textPlace = (tr, rnd) => {
  const blocks = []
  tr.doc.descendants((node, pos) => void (node.isTextblock && blocks.push([node, pos])))
  if (blocks.length === 0) return 0
  const [node, pos] = rnd.of(blocks)
  return pos + 1 + rnd.below(node.content.size + 1)
}

const marksOf = rnd => {
  const marks = []
  if (rnd.chance(0.3)) marks.push(schema.mark('strong'))
  if (rnd.chance(0.2)) marks.push(schema.mark('em'))
  if (rnd.chance(0.2)) marks.push(schema.mark('link', { href: 'https://example.org/' + rnd.below(3) }))
  if (rnd.chance(0.2)) marks.push(schema.mark('note', { id: rnd.below(3) }))
  return marks
}

const oneMark = rnd =>
  rnd.of([
    schema.mark('strong'), schema.mark('em'),
    schema.mark('link', { href: 'https://example.org/' + rnd.below(3) }),
    schema.mark('note', { id: rnd.below(3) }),
  ])

const type = (tr, rnd) => {
  const at = textPlace(tr, rnd)
  const marks = rnd.chance(0.5) ? tr.doc.resolve(at).marks() : marksOf(rnd)
  tr.insert(at, schema.text(rnd.of(snippets), marks))
}

const insertBlock = (tr, rnd) => {
  const text = rnd.chance(0.7) ? [schema.text(rnd.of(snippets), marksOf(rnd))] : []
  const node = rnd.of([
    () => schema.node('paragraph', { cid: 'c' + rnd.below(100) }, text),
    () => schema.node('heading', { level: 1 + rnd.below(3) }, text),
    () => schema.node('list', null, [schema.node('item', null, [schema.node('paragraph', null, text)])]),
  ])()
  const at = tr.doc.resolve(place(tr, rnd))
  tr.insert(at.depth ? at.before(1) : at.pos, node)
}

const split = (tr, rnd) => {
  const at = textPlace(tr, rnd)
  const depth = rnd.chance(0.3) ? 2 : 1
  if (canSplit(tr.doc, at, depth)) tr.split(at, depth)
}

const join = (tr, rnd) => {
  const at = tr.doc.resolve(textPlace(tr, rnd))
  if (at.depth && canJoin(tr.doc, at.before())) tr.join(at.before())
}

const wrap = (tr, rnd) => {
  const range = tr.doc.resolve(textPlace(tr, rnd)).blockRange()
  const wrapping = range && findWrapping(range, rnd.of([schema.nodes.blockquote, schema.nodes.list]))
  if (wrapping) tr.wrap(range, wrapping)
}

const lift = (tr, rnd) => {
  const range = tr.doc.resolve(textPlace(tr, rnd)).blockRange()
  const target = range && liftTarget(range)
  if (target != null) tr.lift(range, target)
}

const move = (tr, rnd) => {
  if (tr.doc.childCount < 2) return
  const from = rnd.below(tr.doc.childCount)
  const nodes = [...tr.doc.content.content]
  const [node] = nodes.splice(from, 1)
  nodes.splice(rnd.below(nodes.length + 1), 0, node)
  tr.replace(0, tr.doc.content.size, new Slice(Fragment.from(nodes), 0, 0))
}

const setAttribute = (tr, rnd) => {
  const at = tr.doc.resolve(textPlace(tr, rnd))
  if (!at.depth) return
  const [name, value] = at.parent.type.name === 'heading' ? ['level', 1 + rnd.below(6)] : ['cid', rnd.of([null, 'c1', 'c2'])]
  tr.setNodeAttribute(at.before(), name, value)
}

const retype = (tr, rnd) => {
  const at = textPlace(tr, rnd)
  tr.setBlockType(at, at, rnd.of([schema.nodes.paragraph, schema.nodes.heading]))
}

const proseSteps = [
  [40, type],
  [6, insertBlock],
  [10, (tr, rnd) => tr.delete(...span(tr, rnd))],
  [10, split],
  [6, join],
  [10, (tr, rnd) => tr.addMark(...span(tr, rnd), oneMark(rnd))],
  [6, (tr, rnd) => tr.removeMark(...span(tr, rnd), rnd.chance(0.3) ? undefined : oneMark(rnd))],
  [4, wrap],
  [3, lift],
  [3, move],
  [4, setAttribute],
  [3, retype],
  [2, (tr, rnd) => tr.insert(textPlace(tr, rnd), schema.node('image', { src: 'i' + rnd.below(9) }))],
]

// Directly on the shared types: what no editor of ours writes, but others may.

const xmlEdit = (doc, fragment, rnd) => {
  const parent = someParent(fragment, rnd)
  const at = rnd.below(parent.length + 1)
  doc.transact(() => rnd.weighted([
    [3, () => parent.insert(at, [element(rnd)])],
    [2, () => parent.insert(at, [new Y.XmlText(rnd.of(snippets))])],
    [0.5, () => parent.insert(at, [new Y.XmlHook('hook' + rnd.below(3))])],
    [2, () => at < parent.length && parent.delete(at, 1)],
    [2, () => parent instanceof Y.XmlElement && parent.setAttribute(rnd.of(['a', 'b', '']), rnd.of(values))],
    [1, () => parent instanceof Y.XmlElement && parent.removeAttribute(rnd.of(['a', 'b', '']))],
    [3, () => parent.get(at) instanceof Y.XmlText && textEdit(doc, parent.get(at), rnd)],
  ])(), typed)
}

const element = rnd => {
  const e = new Y.XmlElement(rnd.of(['paragraph', 'paragraph', 'odd', 'heading']))
  if (rnd.chance(0.3)) e.setAttribute('a', rnd.of(values))
  e.insert(0, [new Y.XmlText(rnd.of(snippets))])
  return e
}

const someParent = (parent, rnd) => {
  const children = parent.toArray().filter(c => c instanceof Y.XmlElement)
  return children.length && rnd.chance(0.6) ? someParent(rnd.of(children), rnd) : parent
}

const marks = rnd => {
  const given = {}
  for (const key of ['b', 'c', 'i']) if (rnd.chance(0.4)) given[key] = rnd.chance(0.3) ? null : rnd.of(jsonValues)
  return given
}

const textEdit = (doc, text, rnd) => {
  const at = rnd.below(text.length + 1)
  const n = Math.min(text.length - at, rnd.below(8))
  doc.transact(() => rnd.weighted([
    [6, () => text.insert(at, rnd.of(snippets))],
    [4, () => text.insert(at, rnd.of(snippets), marks(rnd))],
    [4, () => n && text.delete(at, n)],
    [5, () => n && text.format(at, n, marks(rnd))],
    [1, () => text.insertEmbed(at, rnd.of(jsonValues.filter(v => typeof v === 'object')), marks(rnd))],
    [0.5, () => text.insertEmbed(at, new Y.Map([['k', rnd.of(values)]]))],
    [1, () => text.applyDelta([...(at ? [{ retain: at, attributes: marks(rnd) }] : []), { insert: rnd.of(snippets) }])],
  ])(), typed)
}

/// A type that lies in maps and lists, or one that lies in it.
const nestedEdit = (doc, type, rnd) => {
  const children = type instanceof Y.Map ? [...type.values()] : type.toArray()
  const inner = children.filter(child => child instanceof Y.AbstractType)
  if (inner.length && rnd.chance(0.5)) return someEdit(doc, rnd.of(inner), rnd)
  return type instanceof Y.Map ? mapEdit(doc, type, rnd) : arrayEdit(doc, type, rnd)
}

const someEdit = (doc, type, rnd) => {
  if (type instanceof Y.Text) return textEdit(doc, type, rnd)
  return type instanceof Y.XmlFragment ? xmlEdit(doc, type, rnd) : nestedEdit(doc, type, rnd)
}

const nested = rnd =>
  rnd.of([
    () => new Y.Map([['k', rnd.of(values)], ['deeper', new Y.Array()]]),
    () => Y.Array.from([rnd.of(listValues), new Y.Map()]),
    () => new Y.Text('nested 글'),
    () => new Y.XmlFragment(),
    () => new Y.XmlText('nested 글'),
    () => element(rnd),
  ])()

/// A marker of another document, which nobody here opens.
const subDocument = rnd =>
  new Y.Doc({
    guid: 'sub' + rnd.below(1000),
    gc: rnd.chance(0.7),
    autoLoad: rnd.chance(0.3),
    meta: rnd.chance(0.5) ? rnd.of(values.filter(v => v !== undefined)) : null,
  })

const mapEdit = (doc, map, rnd) => {
  const key = rnd.of(['a', 'b', '', '한'])
  doc.transact(() => rnd.weighted([
    [6, () => map.set(key, rnd.of(values))],
    [1, () => map.set(key, new Uint8Array([1, 2, rnd.below(256)]))],
    [1.5, () => map.set(key, nested(rnd))],
    [0.5, () => map.set(key, subDocument(rnd))],
    [3, () => map.delete(key)],
  ])(), typed)
}

/// Yjs takes these into lists as they are; undefined and bigints only inside of others.
const listValues = values.filter(v => v !== undefined && typeof v !== 'bigint')

const arrayEdit = (doc, array, rnd) => {
  const at = rnd.below(array.length + 1)
  doc.transact(() => rnd.weighted([
    [5, () => array.insert(at, Array.from({ length: 1 + rnd.below(4) }, () => rnd.of(listValues)))],
    [1.5, () => array.insert(at, [nested(rnd)])],
    [1, () => array.insert(at, [new Uint8Array(rnd.below(4))])],
    [0.5, () => array.insert(at, [subDocument(rnd)])],
    [4, () => array.length > at && array.delete(at, Math.min(array.length - at, 1 + rnd.below(3)))],
  ])(), typed)
}
