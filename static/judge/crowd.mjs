import { createInterface } from 'node:readline'
import WebSocket from 'ws'
import { load } from '../test/load.mjs'

// People with real Yjs documents whose windows stay open whatever happens: some with the
// provider that comes from npm, some with the forum's own. Reads one JSON object a line;
// a `text` is answered by one, and news are told as they come:
//
//   {do: "join", who, kind: "stock" | "ours", address, id, token}
//   {do: "type", who, word, bold, at}      at: from 0 to 1, where
//   {do: "text", who}  ->  {who, text, idle}      idle: online, and all was saved
//   {do: "leave"}
//   <- {who, saved: [word, ...]}  {who, closed: code, reason}  {who, refused: code}
const { Y, WebsocketProvider, Provider, read, schemaNumber } = await load('../judge/crowd.entry.ts')

const tell = message => process.stdout.write(JSON.stringify(message) + '\n')

// Standard output is for messages alone; what Yjs has to say goes elsewhere.
console.log = console.warn = console.error

const rootName = 'prosemirror'
const words = /[가-닣][다-힣]{5}/g
const textsIn = parent => parent.toArray().flatMap(node => node instanceof Y.XmlText ? [node] : textsIn(node))
const plain = text => text.toDelta().map(run => run.insert).join('')

class Person {
  constructor({ who, kind, address, id, token }) {
    Object.assign(this, { who, unsaved: [], isOnline: false, protocols: ['madang.1', `bearer.${token}`] })
    this.doc = new Y.Doc()
    this.root = this.doc.getXmlFragment(rootName)
    this.provider = kind === 'stock' ? this.stock(address, id) : this.ours(`${address}/${id}`)
  }

  stock(address, id) {
    const provider = new WebsocketProvider(address, id, this.doc, {
      protocols: this.protocols, WebSocketPolyfill: WebSocket, disableBc: true, maxBackoffTime: 1000,
    })
    provider.on('sync', isSynced => { this.isOnline = isSynced })
    provider.on('connection-close', event => { if (provider.wsconnected) this.closed(event) })
    // It has handlers by type, and none for the forum's own messages; frames of those
    // have been read as far as the type.
    const own = (_, decoder) => { this.hear(read(decoder.arr)); decoder.pos = decoder.arr.length }
    for (let type = 64; type < 71; type++) provider.messageHandlers[type] = own
    return provider
  }

  ours(address) {
    const open = to => {
      const socket = new WebSocket(to, this.protocols)
      socket.addEventListener('message', event => this.hear(read(new Uint8Array(event.data))))
      socket.addEventListener('open', () => socket.addEventListener('close', event => this.closed(event)))
      socket.addEventListener('error', () => {})
      return socket
    }
    return new Provider(this.doc, { address, schema: schemaNumber, awareness: null, open }, {
      opened: () => {}, closed: () => {}, role: () => {}, typed: () => {}, settled: () => {}, noticed: () => {},
      arrived: () => { this.isOnline = true },
      ended: why => tell({ who: this.who, refused: why }),
      ruined: code => tell({ who: this.who, refused: code }),
      compare: async () => null,
    })
  }

  closed(event) {
    this.isOnline = false
    tell({ who: this.who, closed: event?.code ?? 0, reason: event?.reason ?? '' })
  }

  hear(said) {
    if (said.kind === 'refusal') tell({ who: this.who, refused: said.code })
    if (said.kind === 'sync' && said.step === 0) this.settle(Y.decodeStateVector(said.body).get(this.doc.clientID) ?? 0)
    if (said.kind === 'ack' && said.client === this.doc.clientID) this.settle(said.clock)
  }

  settle(clock) {
    const saved = this.unsaved.filter(({ end }) => end <= clock)
    this.unsaved = this.unsaved.filter(({ end }) => end > clock)
    if (saved.length > 0) tell({ who: this.who, saved: saved.map(({ word }) => word) })
  }

  /// Puts a word behind another, or at the end of a text.
  type({ word, bold, at }) {
    const texts = textsIn(this.root)
    if (texts.length === 0 || this.unsaved.length > 60) return
    const text = texts[Math.floor(at * texts.length)]
    const gaps = [...plain(text).matchAll(words)].map(found => found.index + 6).concat(text.length)
    this.doc.transact(() => text.insert(gaps[Math.floor(at * 7919) % gaps.length], word, bold ? { strong: {} } : {}))
    this.unsaved.push({ word, end: Y.getState(this.doc.store, this.doc.clientID) })
  }

  get text() { return textsIn(this.root).map(text => plain(text) + '\n').join('') }
}

const people = new Map()
const commands = {
  join: command => { people.set(command.who, new Person(command)) },
  type: command => people.get(command.who).type(command),
  text: ({ who }) => {
    const { text, isOnline, unsaved } = people.get(who)
    tell({ who, text, idle: isOnline && unsaved.length === 0 })
  },
  leave: () => process.exit(0),
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  commands[command.do](command)
}
process.exit(0)
