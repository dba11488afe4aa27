import * as Y from 'yjs'
import { roots } from './describe.mjs'

// Relative positions, as the real Yjs makes and finds them.

const typeAt = (doc, path) => path.slice(1).reduce((t, index) => t.get(index), roots(doc)[path[0]])

const id = ({ client, clock }) => `${client}:${clock}`

const place = ({ type, index }) =>
  type._item ? `${id(type._item.id)}${type._item.deleted ? ' gone' : ''} ${index}` : `${Y.findRootTypeKey(type)} ${index}`

/// The encoded position of each {path, index, assoc}.
export const positions = (doc, asked) =>
  asked.map(({ path, index, assoc }) =>
    Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(typeAt(doc, path), index, assoc)))

/// Where each position is now, in words; empty if that can't be told.
export const places = (doc, encoded) =>
  encoded.map(p => {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(p), doc)
    return found ? place(found) : ''
  })
