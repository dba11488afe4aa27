import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from '../load.mjs'

const { Provider, read, step, syncFrame, Y } = await load('../test/unit/provider.entry.ts')

const acked = (client, clock) => {
  const number = n => n > 127 ? [n % 128 | 128, ...number(Math.floor(n / 128))] : [n]
  return new Uint8Array([64, ...number(client), ...number(clock), 1])
}

/// A document on the line of a server that has nothing yet, whose frames are shown by hand.
const begin = () => {
  const doc = new Y.Doc(), text = doc.getText('text'), sockets = [], shown = []
  const events = []
  const listener = new Proxy({}, { get: (_, name) => () => { events.push(name) } })
  const provider = new Provider(doc, {
    address: 'ws://forum/live/1', schema: 1, owner: '', awareness: null,
    spare: act => () => { shown.push(act) },
    open: () => {
      const socket = { sent: [], readyState: 1, send: frame => { socket.sent.push(read(frame)) }, close: () => {} }
      sockets.push(socket)
      return socket
    },
  }, listener)
  const frame = () => { for (const act of shown.splice(0)) act() }
  /// The server asks what is new, and has nothing itself.
  const meet = () => {
    const socket = sockets.at(-1)
    socket.onopen()
    const empty = new Y.Doc()
    socket.onmessage({ data: syncFrame(step.ask, Y.encodeStateVector(empty)) })
    socket.onmessage({ data: syncFrame(step.answer, Y.encodeStateAsUpdate(empty)) })
    socket.sent.length = 0
    return socket
  }
  const acknowledge = (socket, clock) => socket.onmessage({ data: acked(doc.clientID, clock) })
  const heardBy = socket => {
    const there = new Y.Doc()
    for (const said of socket.sent) Y.applyUpdate(there, said.body)
    return there.getText('text').toString()
  }
  return { doc, text, provider, events, frame, meet, acknowledge, heardBy }
}

test('what is typed within a frame goes as one message once that is shown', () => {
  const { text, frame, meet, events, heardBy } = begin()
  const socket = meet()
  for (const letter of 'abc') text.insert(text.length, letter)
  assert.deepEqual(socket.sent, [])
  assert.equal(events.filter(event => event === 'typed').length, 3)
  frame()
  assert.equal(socket.sent.length, 1)
  assert.equal(heardBy(socket), 'abc')
})

test('nothing is called saved while some of it wasn\'t even sent', () => {
  const { text, frame, meet, events, acknowledge, provider } = begin()
  const socket = meet()
  acknowledge(socket, 0) // of the answer
  text.insert(0, 'abc')
  frame()
  text.delete(1, 1) // which no clock counts
  acknowledge(socket, 3)
  assert.ok(provider.isUnsaved)
  assert.ok(!events.includes('settled'))
  frame()
  acknowledge(socket, 3)
  assert.ok(!provider.isUnsaved)
  assert.deepEqual(events.filter(event => event === 'settled'), ['settled'])
})

test('what was typed is sent before the window leaves, and once when the line comes back', () => {
  const { text, frame, meet, provider, heardBy } = begin()
  const first = meet()
  text.insert(0, 'left')
  provider.flush()
  assert.equal(heardBy(first), 'left')
  text.insert(4, ' here')
  first.onclose({ code: 4401, reason: '' })
  provider.resume()
  const second = meet() // with the answer
  frame()
  assert.deepEqual(second.sent, [])
  text.insert(9, ' now')
  provider.destroy()
  assert.equal(second.sent.length, 1)
})
