import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from '../load.mjs'

const { newId, passageIn, rangeOf, schema, wordsOf } = await load('../test/unit/passage.entry.ts')

const cid = n => `c${String(n).padStart(10, '0')}`
const text = words => ({ type: 'text', text: words })
const paragraph = (id, ...content) => ({ type: 'paragraph', attrs: { cid: id }, content })
const doc = schema.nodeFromJSON({ type: 'doc', content: [
  paragraph(cid(1), text('둘 👍 three'), { type: 'hard_break' }, text('four'), { type: 'footnote', content: [text('a note')] }, text(' five')),
  { type: 'bullet_list', attrs: { cid: cid(2) }, content: [
    { type: 'list_item', content: [paragraph(null, text('one'))] },
    { type: 'list_item', content: [paragraph(null), paragraph(null, text('two'))] },
  ] },
  paragraph(cid(3), text('last')),
  { type: 'table', attrs: { cid: cid(4) }, content: [['a', 'bb'], ['c', 'dd']].map(cells =>
    ({ type: 'table_row', content: cells.map(words => ({ type: 'table_cell', content: [text(words)] })) })) },
] })

test('every passage of a clause is found in the editor, and is the same passage from there', () => {
  for (const [clause, words] of [
    [cid(1), '둘 👍 three\nfour^[a note] five'], [cid(1), 'four^[a note]'], [cid(1), '👍'], [cid(1), 'five'],
    [cid(2), 'one\n\ntwo'], [cid(2), 'two'], [cid(3), 'last'], [cid(4), 'bb'], [cid(4), 'bb\nc'], [cid(4), 'dd'],
  ]) {
    const whole = wordsOf(doc, { clause, start: 0, end: 1000 })
    const passage = { clause, start: whole.indexOf(words), end: whole.indexOf(words) + words.length }
    const range = rangeOf(doc, passage)
    assert.deepEqual(passageIn(doc, range), passage, words)
    if (!words.includes('^')) assert.equal(doc.textBetween(range.from, range.to, '\n', '\n'), words)
  }
})

test('a selection that goes on into the next clause ends with its first, without spaces around it', () => {
  const { from } = rangeOf(doc, { clause: cid(1), start: 11, end: 15 })
  const passage = passageIn(doc, { from, to: doc.content.size - 2 })
  assert.equal(passage.clause, cid(1))
  assert.ok(wordsOf(doc, passage).endsWith('five'))
  const { from: space } = rangeOf(doc, { clause: cid(1), start: 1, end: 2 })
  assert.equal(passageIn(doc, { from: space, to: space + 1 }), null)
  assert.equal(wordsOf(doc, passageIn(doc, { from: space, to: space + 3 })), '👍')
})

test('what is no place in the text is none in the editor', () => {
  assert.equal(rangeOf(doc, { clause: cid(9), start: 0, end: 1 }), null)
  assert.equal(rangeOf(doc, { clause: cid(3), start: 0, end: 99 }), null)
  assert.equal(rangeOf(doc, { clause: cid(3), start: 2, end: 2 }), null)
})

test('ids are UUIDs of version 7 that tell the time they were made', () => {
  const id = newId(Date.UTC(2026, 10, 26))
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(parseInt(id.replaceAll('-', '').slice(0, 12), 16), Date.UTC(2026, 10, 26))
  assert.notEqual(newId(), newId())
})
