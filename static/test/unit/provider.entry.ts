export { Provider } from '../../src/editor/provider.ts'
export { read, step, syncFrame } from '../../src/editor/wire.ts'
export * as Y from 'yjs'
