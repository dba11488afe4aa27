import { createInterface } from 'node:readline'
import * as Y from 'yjs'
import { describe, vector, deletions, roots } from './describe.mjs'
import { openSession, play, settle, tellAll, answer } from './session.mjs'
import { serverUpdate } from './server.mjs'
import { positions, places } from './position.mjs'

// Judges another implementation of Yjs by the real one. Reads one JSON object a line
// and answers each with one; updates and state vectors are base64.

const bytes = text => new Uint8Array(Buffer.from(text, 'base64'))
const text = update => update && Buffer.from(update).toString('base64')

const sessions = new Map()

/// A document that makes no clean-ups of formatting of its own: what it says depends
/// only on what was applied, in that order.
const newOracle = gc => {
  const oracle = new Y.Doc({ gc })
  roots(oracle)
  oracle.on('afterTransaction', tr => { tr._needFormattingCleanup = false })
  return oracle
}

/// What Yjs does with updates, in either format.
const formats = {
  1: { apply: Y.applyUpdate, state: Y.encodeStateAsUpdate, merge: Y.mergeUpdates, diff: Y.diffUpdate, snapshot: Y.encodeSnapshot },
  2: { apply: Y.applyUpdateV2, state: Y.encodeStateAsUpdateV2, merge: Y.mergeUpdatesV2, diff: Y.diffUpdateV2, snapshot: Y.encodeSnapshotV2 },
}

const replay = (doc, updates, { apply } = formats[1]) => {
  for (const u of updates) apply(doc, u)
  return doc
}

const report = doc => ({
  tree: describe(doc),
  vector: vector(doc),
  deletions: deletions(doc),
  pending: Boolean(doc.store.pendingStructs || doc.store.pendingDs),
})

const sent = outbox => ({ updates: outbox.map(o => text(o.update)), updatesV2: outbox.map(o => text(o.v2)) })

const commands = {
  open: ({ session, seed, size, gc }) => {
    sessions.set(session, { ...openSession(seed, size), oracle: newOracle(gc), applied: [] })
    return {}
  },
  play: ({ session, steps, server }) => {
    const s = sessions.get(session)
    tellAll(s, server.map(bytes))
    return sent(play(s, steps))
  },
  settle: ({ session }) => sent(settle(sessions.get(session))),
  answer: ({ session, who, vector }) => ({ update: text(answer(sessions.get(session), who, bytes(vector))) }),
  /// What the judged implementation applied, in its order.
  apply: ({ session, updates }) => {
    const { oracle, applied } = sessions.get(session)
    for (const u of updates.map(bytes)) {
      applied.push(u)
      Y.applyUpdate(oracle, u)
    }
    return {}
  },
  report: ({ session }) => {
    const { oracle } = sessions.get(session)
    return { ...report(oracle), update: text(formats[1].state(oracle)), updateV2: text(formats[2].state(oracle)) }
  },
  server: ({ session, client, edits }) => {
    const { oracle, applied } = sessions.get(session)
    return { update: text(serverUpdate(replay(newOracle(oracle.gc), applied), client, edits)) }
  },
  positions: ({ session, at }) => ({ updates: positions(sessions.get(session).oracle, at).map(text) }),
  places: ({ session, positions }) => ({ places: places(sessions.get(session).oracle, positions.map(bytes)) }),
  snapshot: ({ session, format = 1 }) => ({ update: text(formats[format].snapshot(Y.snapshot(sessions.get(session).oracle))) }),
  /// The document as it was.
  at: ({ session, snapshot }) => {
    const was = newOracle(false)
    Y.createDocFromSnapshot(sessions.get(session).oracle, Y.decodeSnapshot(bytes(snapshot)), was)
    return { tree: describe(was) }
  },
  /// A fresh document made of updates.
  load: ({ updates, gc, format = 1 }) => report(replay(newOracle(gc), updates.map(bytes), formats[format])),
  merge: ({ updates, format = 1 }) => ({ update: text(formats[format].merge(updates.map(bytes))) }),
  diff: ({ update, vector, format = 1 }) => ({ update: text(formats[format].diff(bytes(update), bytes(vector))) }),
  close: ({ session }) => {
    sessions.delete(session)
    return {}
  },
}

// Standard output is for answers alone; what Yjs has to say goes elsewhere.
console.log = console.warn = console.error

for await (const line of createInterface({ input: process.stdin })) {
  let reply
  try {
    const request = JSON.parse(line)
    reply = commands[request.do](request)
  } catch (error) {
    reply = { error: error.stack }
  }
  process.stdout.write(JSON.stringify(reply) + '\n')
}
