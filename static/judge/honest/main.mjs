import { createInterface } from 'node:readline'
import { Session } from './session.mjs'

// Plays sessions of honest people with the real Yjs and the forum's own schema. Reads
// one JSON object a line and answers each with one:
//
//   {seed, id, addresses: [ws://..., ...], writers: [{token}, ...], reader: {token}}
//   ->  {findings: [what must not be, ...], tally, text}      text: one line a block

// Standard output is for answers alone; what Yjs has to say goes elsewhere.
console.log = console.warn = console.error

for await (const line of createInterface({ input: process.stdin })) {
  const session = new Session(JSON.parse(line))
  let reply
  try {
    reply = await session.play()
  } catch (error) {
    reply = { error: error.stack }
  }
  session.close()
  process.stdout.write(JSON.stringify(reply) + '\n')
}
