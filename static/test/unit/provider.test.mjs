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
      const socket = { sent: [], readyState: 1, binaryType: '', send: frame => { socket.sent.push(read(frame)) }, close: () => {} }
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
  return { doc, text, provider, events, sockets, frame, meet, acknowledge, heardBy }
}

test('what is typed within a frame goes as one message once that is shown', () => {
  const { text, frame, meet, events, heardBy, provider } = begin()
  const socket = meet()
  for (const letter of 'abc') text.insert(text.length, letter)
  assert.deepEqual(socket.sent, [])
  assert.equal(events.filter(event => event === 'typed').length, 3)
  frame()
  assert.equal(socket.sent.length, 1)
  assert.equal(heardBy(socket), 'abc')
  provider.destroy()
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
  provider.destroy()
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

/// Lets time pass as timers and the clock tell it.
const passing = ctx => {
  ctx.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  return ms => { for (let left = ms; left > 0; left -= 100) ctx.mock.timers.tick(100) }
}

test('a line that died without a word is given up, and what was typed goes by the next one', ctx => {
  const pass = passing(ctx)
  const { text, frame, meet, events, sockets, acknowledge, heardBy, provider } = begin()
  const dead = meet()
  acknowledge(dead, 0)
  text.insert(0, 'before')
  frame()
  for (let i = 0; i < 8; i++) { // whoever types on doesn't put it off
    pass(2_000)
    text.insert(text.length, '.')
    frame()
  }
  assert.ok(events.includes('closed'))
  pass(1_000)
  assert.equal(sockets.length, 2)
  const next = sockets[1]
  next.onopen()
  dead.onmessage({ data: acked(1, 1) }) // too late
  const empty = new Y.Doc()
  next.onmessage({ data: syncFrame(step.ask, Y.encodeStateVector(empty)) })
  next.onmessage({ data: syncFrame(step.answer, Y.encodeStateAsUpdate(empty)) })
  assert.equal(heardBy({ sent: next.sent.filter(said => said.step === step.answer) }), `before${'.'.repeat(8)}`)
  acknowledge(next, 14)
  assert.ok(!provider.isUnsaved)
  pass(60_000)
  assert.equal(sockets.length, 2)
  provider.destroy()
})

test('whoever comes back to a line that was silent finds out whether it is one', ctx => {
  const pass = passing(ctx)
  const { meet, acknowledge, provider, sockets, events } = begin()
  const line = meet()
  acknowledge(line, 0)
  provider.resume()
  assert.deepEqual(line.sent, []) // it was heard just now
  pass(30_000)
  provider.resume()
  provider.resume()
  assert.deepEqual(line.sent.map(said => said.step), [step.ask])
  line.onmessage({ data: syncFrame(step.answer, Y.encodeStateAsUpdate(new Y.Doc())) })
  pass(30_000)
  assert.equal(sockets.length, 1)
  provider.resume()
  pass(20_000) // the device slept, and the network forgot it
  assert.ok(events.includes('closed'))
  pass(1_000)
  assert.equal(sockets.length, 2)
  provider.destroy()
})

test('a line on which nothing happens is asked now and then, and one that sends slowly is waited for', ctx => {
  const pass = passing(ctx)
  const { text, frame, meet, acknowledge, provider, sockets } = begin()
  const line = meet()
  acknowledge(line, 0)
  pass(120_000)
  assert.deepEqual(line.sent.map(said => said.step), [step.ask])
  line.onmessage({ data: syncFrame(step.answer, Y.encodeStateAsUpdate(new Y.Doc())) })
  text.insert(0, 'x'.repeat(400_000)) // which takes a slow phone a minute and a half
  frame()
  pass(100_000)
  assert.equal(sockets.length, 1)
  acknowledge(line, 400_000)
  assert.ok(!provider.isUnsaved)
  provider.destroy()
})
