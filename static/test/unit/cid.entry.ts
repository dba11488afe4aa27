export { setBlockType, splitBlock } from 'prosemirror-commands'
export { EditorState, TextSelection } from 'prosemirror-state'
export { clauseIds } from '../../src/editor/cid.ts'
export { schema } from '../../src/editor/schema.ts'
