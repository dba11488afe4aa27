import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { load } from '../load.mjs'

const { zeros } = await load('live/work.ts')

test('the browser counts the zeros of a hash as anybody else does', () => {
  let most = 0
  for (let n = 0; n < 20_000; n++) {
    const text = `${'a challenge of some length '.repeat(n % 5)}:${n}`
    const want = Math.clz32(createHash('sha256').update(text).digest().readInt32BE())
    assert.equal(zeros(text), want, text)
    most = Math.max(most, want)
  }
  assert.ok(most > 10)
})
