// What the crowd is made of, as one bundle, so that there is one Yjs.
export * as Y from 'yjs'
export { WebsocketProvider } from 'y-websocket'
export { Provider } from '../src/editor/provider.ts'
export { read } from '../src/editor/wire.ts'
export { schemaNumber } from '../src/editor/schema.ts'
