import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from '../load.mjs'

const { read, syncFrame, hashFrame, step } = await load('editor/wire.ts')

test('what we send reads back as it was meant', () => {
  const body = new Uint8Array(300).fill(7)
  assert.deepEqual(read(syncFrame(step.update, body)), { kind: 'sync', step: step.update, body })
  const hash = new Uint8Array(32).fill(9)
  assert.deepEqual(read(hashFrame(70_000, hash)), { kind: 'hash', seq: 70_000, hash })
})

test('an acknowledgement holds numbers beyond 32 bits', () => {
  const frame = Uint8Array.from([64, 255, 255, 255, 255, 255, 255, 255, 15, 5, 6])
  assert.deepEqual(read(frame), { kind: 'ack', client: Number.MAX_SAFE_INTEGER, clock: 5, seq: 6 })
})

test('a notice says its code, whatever its sentence', () => {
  const text = word => [word.length, ...Buffer.from(word)]
  const frame = Uint8Array.from([70, ...text('split'), ...text('editor.notice.split')])
  assert.deepEqual(read(frame), { kind: 'notice', code: 'split' })
})

test('a frame cut short is refused, one of a later version passed over', () => {
  assert.throws(() => read(Uint8Array.from([0, 2, 5, 1])), RangeError)
  assert.throws(() => read(Uint8Array.from([64, 200])), RangeError)
  assert.deepEqual(read(Uint8Array.from([99, 1, 2])), { kind: 'unknown' })
})
