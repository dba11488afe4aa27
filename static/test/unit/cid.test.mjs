import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from '../load.mjs'

// One bundle, so that there is one ProseMirror.
const { schema, clauseIds, EditorState, splitBlock, setBlockType, TextSelection } = await load('../test/unit/cid.entry.ts')

const write = (...words) => EditorState.create({
  doc: schema.node('doc', null, words.map((text, i) => schema.node('paragraph', { cid: `caaaaaaaaa${i}` }, text ? [schema.text(text)] : []))),
  plugins: [clauseIds()],
})
const at = (state, pos) => state.apply(state.tr.setSelection(TextSelection.create(state.doc, pos)))
const run = (state, command) => { command(state, tr => { state = state.apply(tr) }); return state }
const ids = state => state.doc.content.content.map(b => [b.attrs.cid, b.textContent])

test('the words before a split keep the id, those behind it get their own', () => {
  const [first, second, third] = ids(run(at(write('하나둘', '셋'), 3), splitBlock))
  assert.deepEqual(first, ['caaaaaaaaa0', '하나'])
  assert.equal(second[1], '둘')
  assert.match(second[0], /^c[a-z0-9]{10}$/)
  assert.notEqual(second[0], 'caaaaaaaaa0')
  assert.deepEqual(third, ['caaaaaaaaa1', '셋'])
})

test('Enter before the first word leaves the id with the words', () => {
  const [empty, words] = ids(run(at(write('하나'), 1), splitBlock))
  assert.equal(empty[1], '')
  assert.deepEqual(words, ['caaaaaaaaa0', '하나'])
})

test('a block that becomes another kind keeps its id', () => {
  const state = run(at(write('하나'), 1), setBlockType(schema.nodes.clause, { level: 1 }))
  assert.equal(state.doc.firstChild.type.name, 'clause')
  assert.deepEqual(ids(state), [['caaaaaaaaa0', '하나']])
})

test('of a block and its copy the first keeps the id', () => {
  const state = write('하나')
  const copied = state.apply(state.tr.insert(state.doc.content.size, state.doc.firstChild))
  const [first, second] = ids(copied)
  assert.equal(first[0], 'caaaaaaaaa0')
  assert.notEqual(second[0], 'caaaaaaaaa0')
})

test('words typed into a block leave all ids, and give one to whoever has none of their own', () => {
  const typed = state => ids(state.apply(state.tr.insertText('!', 1)))
  assert.deepEqual(typed(write('하나', '둘')), [['caaaaaaaaa0', '!하나'], ['caaaaaaaaa1', '둘']])
  const twins = EditorState.create({
    doc: schema.node('doc', null, ['하나', '둘'].map(text => schema.node('paragraph', { cid: 'caaaaaaaaa0' }, [schema.text(text)]))),
    plugins: [clauseIds()],
  })
  const [first, second] = typed(twins)
  assert.deepEqual(first, ['caaaaaaaaa0', '!하나'])
  assert.notEqual(second[0], 'caaaaaaaaa0')
})
