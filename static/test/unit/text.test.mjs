import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { load } from '../load.mjs'

const { schema } = await load('editor/schema.ts')
const { hashedText, sha256 } = await load('editor/text.ts')

const vectors = JSON.parse(readFileSync(new URL('../../../app/prose/testdata/texthash.json', import.meta.url), 'utf8'))

test('a text has the same hash here as on the server', async () => {
  for (const { name, doc, hash } of vectors) {
    // A text that no editor can hold, as an empty span, has no place here.
    const read = schema.nodeFromJSON(doc)
    read.check()
    assert.equal(Buffer.from(await sha256(hashedText(read))).toString('hex'), hash, name)
  }
  assert.ok(vectors.length > 3)
})
