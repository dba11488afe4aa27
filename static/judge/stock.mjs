// A person with the provider that users of Yjs know, as it comes from npm: it joins a
// statement with a bearer token, adds words at the end of the text, waits until it
// reads somebody else's, and prints the whole text, one line a block.
//
//	node stock.mjs ws://HOST/live/statements ID TOKEN OWN-WORDS AWAITED-WORDS
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const [address, id, token, own, awaited] = process.argv.slice(2)

const doc = new Y.Doc()
const provider = new WebsocketProvider(address, id, doc, {
  protocols: ['madang.1', `bearer.${token}`],
  WebSocketPolyfill: WebSocket,
  disableBc: true,
})
const text = doc.getXmlFragment('prosemirror')

const texts = parent => parent.toArray().flatMap(node => node instanceof Y.XmlText ? [node] : texts(node))
const lines = () => texts(text).map(node => node.toJSON()).join('\n')

/// Resolves once the condition holds, looked at with every change.
const until = condition => new Promise(resolve => {
  const look = () => {
    if (!condition()) return
    doc.off('update', look)
    provider.off('sync', look)
    resolve()
  }
  doc.on('update', look)
  provider.on('sync', look)
  look()
})

provider.on('connection-close', event => {
  if (event?.code >= 4400) {
    console.error(`sent away: ${event.code} ${event.reason}`)
    process.exit(1)
  }
})

await until(() => provider.synced)
const last = texts(text).at(-1)
last.insert(last.length, own)
await until(() => lines().includes(awaited))
console.log(lines())
provider.ws.once('close', () => process.exit(0))
provider.destroy()
