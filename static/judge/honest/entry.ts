// What honest people write with, as one bundle, so that there is one Yjs and one
// ProseMirror.
export * as Y from 'yjs'
export { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
export { Transform, canJoin, canSplit } from 'prosemirror-transform'
export { Fragment, Slice } from 'prosemirror-model'
export { read, step, syncFrame } from '../../src/editor/wire.ts'
export { schema } from '../../src/editor/schema.ts'
