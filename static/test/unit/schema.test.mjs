import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { load } from '../load.mjs'

const table = JSON.parse(readFileSync(new URL('../../../app/prose/schema.json', import.meta.url), 'utf8'))
const { schema, schemaNumber, mayLink } = await load('editor/schema.ts')

test('the editor has the nodes, attributes and marks of the table, and no others', () => {
  assert.equal(schemaNumber, table.number)
  assert.deepEqual(Object.keys(schema.nodes).sort(), Object.keys(table.nodes).sort())
  assert.deepEqual(Object.keys(schema.marks).sort(), Object.keys(table.marks).sort())
  for (const [name, row] of Object.entries(table.nodes)) {
    assert.deepEqual(Object.keys(schema.nodes[name].spec.attrs ?? {}).sort(), Object.keys(row.attrs ?? {}).sort(), name)
    assert.equal(schema.nodes[name].spec.content ?? '', row.content ?? '', name)
  }
})

test('links lead to the web or to a mailbox', () => {
  for (const href of ['https://example.org/가', 'http://example.org', 'mailto:a@example.org', 'HTTPS://EXAMPLE.ORG']) assert.ok(mayLink(href), href)
  for (const href of ['javascript:alert(1)', 'data:text/html,x', '/path', '', 'https:', 'https://a b', ' https://example.org']) assert.ok(!mayLink(href), href)
})
