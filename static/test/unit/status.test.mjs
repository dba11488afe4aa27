import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from '../load.mjs'

const { beginning, after, statusOf, isEditable } = await load('editor/status.ts')

const told = (mayWrite, ...events) => {
  const standing = events.map(e => typeof e === 'string' ? { type: e } : e).reduce(after, beginning(mayWrite))
  return [statusOf(standing), isEditable(standing)]
}

test('the status says saved only once everything was acknowledged', () => {
  assert.deepEqual(told(true), ['connecting', false])
  assert.deepEqual(told(true, 'opened', 'arrived'), ['saved', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed'), ['saving', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', 'late'), ['unsaved', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', 'late', 'settled'), ['saved', true])
})

test('whoever is cut off goes on writing, and is told that it is not saved', () => {
  assert.deepEqual(told(true, 'opened', 'arrived', 'closed'), ['offline', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', 'closed'), ['offline_unsaved', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'closed', 'typed', 'resumed'), ['unsaved', true])
})

test('a reader is never told that something was saved', () => {
  assert.deepEqual(told(false, 'opened', 'arrived'), ['reading', false])
  assert.deepEqual(told(true, 'opened', 'arrived', { type: 'role', mayWrite: false }), ['reading', false])
})

test('an end says why, and what of it is unsaved', () => {
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', { type: 'ended', why: 'session' }), ['session_unsaved', true])
  assert.deepEqual(told(true, 'opened', 'arrived', { type: 'ended', why: 'access' }), ['access', false])
  assert.deepEqual(told(true, 'opened', 'arrived', { type: 'ended', why: 'outdated' }), ['outdated', false])
})

test('whoever agreed is told that unsaved words are kept on the device, and no longer once they are not', () => {
  const kept = { type: 'kept', kept: true }
  assert.deepEqual(told(true, kept, 'opened', 'arrived'), ['saved', true])
  assert.deepEqual(told(true, kept, 'opened', 'arrived', 'typed', 'late'), ['kept', true])
  assert.deepEqual(told(true, kept, 'opened', 'arrived', 'typed', 'closed'), ['offline_kept', true])
  assert.deepEqual(told(true, kept, 'opened', 'arrived', 'typed', { type: 'ended', why: 'session' }), ['session_kept', true])
  assert.deepEqual(told(true, kept, 'opened', 'arrived', 'typed', 'closed', { type: 'kept', kept: false }), ['offline_unsaved', true])
})

test('whoever writes while there is no room is told so until it is saved', () => {
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', 'full', 'closed'), ['full_unsaved', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', 'full', 'closed', 'opened', 'arrived'), ['full_unsaved', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', { type: 'kept', kept: true }, 'full'), ['full_kept', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', 'full', 'closed', 'opened', 'settled'), ['saved', true])
  assert.deepEqual(told(true, 'opened', 'arrived', 'typed', 'full', { type: 'ended', why: 'access' }), ['access', false])
})
