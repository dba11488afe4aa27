// One run of one engine: node --expose-gc engine.mjs yjs|ywasm FILE MERGED
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as Y from 'yjs'

const [, , which, file, merged] = process.argv

const bytes = readFileSync(file)
const updates = []
for (let at = 0; at < bytes.length;) {
  const length = bytes.readUInt32LE(at)
  updates.push(new Uint8Array(bytes.subarray(at + 4, at + 4 + length)))
  at += 4 + length
}

const engines = {
  yjs: () => ({
    open: () => new Y.Doc(),
    apply: Y.applyUpdate,
    encode: Y.encodeStateAsUpdate,
    merge: Y.mergeUpdates,
    memory: () => process.memoryUsage().heapUsed,
  }),
  ywasm: () => {
    const W = createRequire(import.meta.url)('ywasm')
    return {
      open: () => new W.YDoc({}),
      apply: (doc, update) => W.applyUpdate(doc, update, undefined),
      encode: doc => W.encodeStateAsUpdate(doc, undefined),
      merge: null, // it offers none
      memory: () => W.__wasm.memory.buffer.byteLength,
    }
  },
}

const engine = engines[which]()

const timed = work => {
  globalThis.gc()
  const began = performance.now()
  const result = work()
  return [performance.now() - began, result]
}

const doc = engine.open()
const [apply] = timed(() => { for (const u of updates) engine.apply(doc, u) })
const [encode, state] = timed(() => engine.encode(doc))
globalThis.gc()
const before = engine.memory()
const loaded = engine.open()
const [load] = timed(() => engine.apply(loaded, state))
globalThis.gc()
const memory = (engine.memory() - before) / 1e3
const [merge] = engine.merge ? timed(() => engine.merge(updates.slice(0, Number(merged)))) : [0]
console.log(JSON.stringify({ apply, load, encode, merge, memory }))
