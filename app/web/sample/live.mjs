// Joins a text with the provider that users of Yjs know, adds words at its end, waits
// until they are saved, and prints what it says.
//
//   npm install yjs y-websocket ws
//   MADANG_TOKEN=… MADANG_STATEMENT=… node live.mjs

import { readVarString, readVarUint } from 'lib0/decoding'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const forum = 'https://forum.example'
const { MADANG_TOKEN, MADANG_STATEMENT, MADANG_WORDS = ' Said by a program.' } = process.env

const doc = new Y.Doc()
const provider = new WebsocketProvider(`${forum.replace('http', 'ws')}/live/statements`, MADANG_STATEMENT, doc, {
  protocols: ['madang.1', `bearer.${MADANG_TOKEN}`], // a browser can set no header on a socket
  WebSocketPolyfill: WebSocket, // in Node only
  disableBc: true, // or words that aren't saved would go to other tabs, past the forum
})

// What y-websocket doesn't know it leaves to us.
let role, saved = 0
provider.messageHandlers[64] = (_, decoder) => { // acknowledgement: committed up to here
  if (readVarUint(decoder) === doc.clientID) saved = readVarUint(decoder)
}
provider.messageHandlers[65] = (_, decoder) => console.error('refused:', readVarString(decoder))
provider.messageHandlers[66] = (_, decoder) => { role = readVarString(decoder) }

// After these codes nothing gets better by coming back; after all others the provider does.
provider.on('closed', ({ code, reason }) => {
  console.error('sent away:', code, reason)
  process.exit(1)
})

const until = async isSo => {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 20))
}

// A text is blocks with texts in them, as y-prosemirror keeps a document.
const textsIn = parent => parent.toArray().flatMap(node => node instanceof Y.XmlText ? [node] : textsIn(node))
const texts = () => textsIn(doc.getXmlFragment('prosemirror'))

await until(() => provider.synced && role)
if (role === 'writer') {
  const last = texts().at(-1)
  last.insert(last.length, MADANG_WORDS)
  await until(() => saved >= Y.getState(doc.store, doc.clientID))
}
console.log(texts().map(text => text.toJSON()).join('\n'))
provider.ws.once('close', () => process.exit())
provider.destroy()
