// An editor without its window, as one bundle, so that there is one ProseMirror.
export * as Y from 'yjs'
export { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
export { baseKeymap, chainCommands, splitBlock } from 'prosemirror-commands'
export { EditorState, TextSelection } from 'prosemirror-state'
export { clauseIds } from '../src/editor/cid.ts'
export { deeds, plainKeys } from '../src/editor/command.ts'
export { rootName, schema } from '../src/editor/schema.ts'
export { insertFootnote } from '../src/editor/footnote.ts'
