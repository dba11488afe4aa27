import * as Y from 'yjs'
import { roots } from './describe.mjs'

/// The update that real Yjs makes of the edits a server makes, on a copy of the document
/// that is made as ours was: where people type at one place at once, Yjs depends on the
/// order in which it learns of it.
export const serverUpdate = (copy, client, edits) => {
  const types = roots(copy)
  copy.clientID = client
  let update = null
  copy.on('update', u => { update = u })
  copy.transact(() => { for (const e of edits) make(types, e) })
  return update
}

const find = (types, path) => {
  let t = types[path[0]]
  for (const index of path.slice(1)) t = t.get(index)
  // Search markers make Yjs forget the marks before them, so that what an edit cleans
  // up depends on where the caret was before.
  if (t._searchMarker) t._searchMarker = null
  return t
}

const make = (types, { path, ...e }) => {
  const target = find(types, path)
  switch (e.do) {
    case 'element': {
      const element = new Y.XmlElement(e.name)
      for (const key of Object.keys(e.attributes).sort()) element.setAttribute(key, e.attributes[key])
      return target.insert(e.index, [element])
    }
    case 'text': return target.insert(e.index, [new Y.XmlText()])
    case 'remove': return target.delete(e.index, e.length)
    case 'insert': return target.insert(e.index, e.string, e.marks ?? undefined)
    case 'embed': return target.insertEmbed(e.index, e.embed, e.marks ?? {})
    case 'format': return target.format(e.index, e.length, e.marks)
    case 'attribute': return target.setAttribute(e.name, e.value)
    case 'noattribute': return target.removeAttribute(e.name)
    case 'set': return target.set(e.name, e.value)
    case 'unset': return target.delete(e.name)
    case 'values': return target.insert(e.index, e.values)
    default: throw new Error('unknown edit ' + e.do)
  }
}
