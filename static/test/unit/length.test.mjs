import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { load } from '../load.mjs'

const { schema } = await load('editor/schema.ts')
const { lengthOf } = await load('editor/length.ts')

const vectors = JSON.parse(readFileSync(new URL('../../../app/prose/testdata/length.json', import.meta.url), 'utf8'))

test('a text is as long here as on the server', () => {
  for (const { name, doc, clauses, ...length } of vectors) {
    const read = schema.nodeFromJSON(doc)
    assert.deepEqual({ ...lengthOf(read), clauses: read.childCount }, { ...length, clauses }, name)
  }
  assert.ok(vectors.length > 10)
})
