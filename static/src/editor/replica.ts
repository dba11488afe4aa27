import type { Node } from 'prosemirror-model'
import { initProseMirrorDoc } from 'y-prosemirror'
import * as Y from 'yjs'
import { rootName, schema } from './schema.ts'

/// What a document reads.
export const textOf = (doc: Y.Doc): Node => initProseMirrorDoc(doc.getXmlFragment(rootName), schema).doc

/// Whether all that an update builds on is in the document. What isn't would wait for it for
/// ever, unseen; so this is tried on another document.
export const fits = (doc: Y.Doc, update: Uint8Array): boolean => {
  const trial = new Y.Doc()
  try {
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(doc))
    Y.applyUpdate(trial, update)
    return trial.store.pendingStructs === null && trial.store.pendingDs === null
  } catch {
    return false // no update at all
  } finally {
    trial.destroy()
  }
}
