import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from '../load.mjs'

const { numbers } = await load('editor/number.ts')

const read = text => numbers(text.split(' ').map(word => {
  const [, letter, level] = /^([a-z])(\d)$/.exec(word)
  return { kind: { o: null, p: 'preambular', d: 'definition', n: 'note' }[letter], level: Number(level) }
})).map(number => number ?? '-').join(' ')

test('each kind of clause is counted by itself, by its levels', () => {
  assert.equal(read('p1 p1 d1 d2 d1 o1 o2 o2 n1 o1 p1 o3 d2'), 'PP1 PP2 D1 D1.1 D2 1 1.1 1.2 - 2 PP3 2.1 D2.1')
})

test('clauses are counted through the whole text', () => {
  assert.equal(read('o1 o2 o2 o1 o3 o2 o1'), '1 1.1 1.2 2 2.1 2.2 3')
})

test('the first clause of a kind is on its first level, whatever it says', () => {
  assert.equal(read('o1 d3 d3 p2'), '1 D1 D1.1 PP1')
})
