import * as Y from 'yjs'
import { random } from './random.mjs'
import { edit, typed } from './edits.mjs'
import { roots } from './describe.mjs'

// Some people with real Yjs documents and a bad network between them. Every update
// they make is also offered to the implementation that is being judged, and what it
// writes itself comes back to them.

const person = rnd => {
  const doc = new Y.Doc({ gc: rnd.chance(0.8) })
  // Now and then a client id beyond 32 bits, which Yjs tolerates.
  doc.clientID = rnd.chance(0.1) ? rnd.bits() * 2 ** 20 + rnd.below(2 ** 20) : rnd.bits()
  const undo = new Y.UndoManager(Object.values(roots(doc)), {
    trackedOrigins: new Set([typed]),
    captureTimeout: rnd.chance(0.5) ? 0 : 1e9,
  })
  return { doc, undo, inbox: [], away: false }
}

export const openSession = (seed, size) => {
  const rnd = random(seed)
  const people = Array.from({ length: size }, () => person(rnd))
  const session = { rnd, people, outbox: [] }
  for (const p of people) {
    p.doc.on('update', (update, origin) => send(session, p, update, origin))
    // Yjs says the same again in format V2, right behind.
    p.doc.on('updateV2', (v2, origin) => { if (origin !== fromNetwork) session.outbox.at(-1).v2 = v2 })
  }
  return session
}

const fromNetwork = 'network'

const send = (session, from, update, origin) => {
  // Applying a peer's update makes an update event too; it is old news.
  if (origin === fromNetwork) return
  session.outbox.push({ update })
  for (const p of session.people) if (p !== from) p.inbox.push(update)
}

/// The server's own edits reach everybody.
export const tellAll = (session, updates) => {
  for (const p of session.people) p.inbox.push(...updates)
}

const receive = (p, rnd) => {
  if (p.inbox.length === 0) return
  const at = rnd.chance(0.5) ? 0 : rnd.below(p.inbox.length)
  // Sometimes it comes twice.
  const [update] = rnd.chance(0.1) ? [p.inbox[at]] : p.inbox.splice(at, 1)
  Y.applyUpdate(p.doc, update, fromNetwork)
}

/// So many edits and deliveries; answers what the people sent meanwhile.
export const play = (session, steps) => {
  const { rnd, people } = session
  for (let i = 0; i < steps; i++) {
    const p = rnd.of(people)
    if (rnd.chance(0.04)) p.away = !p.away
    if (rnd.chance(0.5)) edit(p.doc, p.undo, rnd)
    else if (!p.away) receive(p, rnd)
  }
  return collect(session)
}

/// Everybody comes back and receives all that waits, until nobody has anything to say.
export const settle = session => {
  while (session.people.some(p => p.inbox.length))
    for (const p of session.people) while (p.inbox.length) receive(p, session.rnd)
  return collect(session)
}

const collect = session => session.outbox.splice(0)

/// What a person answers to a state vector.
export const answer = (session, who, vector) =>
  Y.encodeStateAsUpdate(session.people[who].doc, vector)
