import WebSocket from 'ws'
import { Y, read, step, syncFrame } from './kit.mjs'
import { rootName } from './text.mjs'
import { typed } from './writing.mjs'

/// One window of one person: a real Yjs document that follows the protocol of
/// y-websocket, and now and then does what that allows and few do.
export class Tab {
  /// `told` hears of each update, `refused` of each refusal.
  constructor({ name, person, store, told, refused }) {
    Object.assign(this, { name, person, refused, socket: null, isSynced: false, mood: 'plain', late: null, sent: 0 })
    this.doc = new Y.Doc()
    if (store) Y.applyUpdate(this.doc, store)
    this.undo = new Y.UndoManager(this.doc.getXmlFragment(rootName), { trackedOrigins: new Set([typed]), captureTimeout: 0 })
    this.doc.on('update', (update, origin) => {
      told(update)
      if (origin !== this) this.deliver(update)
    })
  }

  get isOpen() { return this.socket?.readyState === WebSocket.OPEN }

  get vector() { return Buffer.from(Y.encodeStateVector(this.doc)).toString('base64') }

  /// Goes online. `first` is done as soon as there is a connection, before the forum
  /// said what it has: what is typed then arrives before what it builds on.
  connect(address, first = () => {}) {
    if (this.socket) return
    const socket = new WebSocket(address, ['madang.1', `bearer.${this.person.token}`])
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    socket.on('open', () => {
      socket.send(syncFrame(step.ask, Y.encodeStateVector(this.doc)))
      first()
    })
    socket.on('message', data => { if (this.socket === socket) this.hear(read(new Uint8Array(data))) })
    socket.on('close', (code, reason) => {
      if (this.socket !== socket) return
      this.forget()
      if (code >= 4400) this.refused(`${this.name} was sent away: ${code} ${reason}`)
    })
    socket.on('error', () => {}) // and is closed
  }

  /// Loses the connection, with whatever is on its way.
  cut() {
    this.socket?.terminate()
    this.forget()
  }

  forget() { Object.assign(this, { socket: null, isSynced: false, late: null }) }

  hear(said) {
    if (said.kind === 'refusal') this.refused(`${this.name} was refused: ${said.code}`)
    if (said.kind !== 'sync') return
    if (said.step === step.ask) return this.answer(said.body)
    Y.applyUpdate(this.doc, said.body, this)
    if (said.step === step.answer) this.isSynced = true
  }

  /// Says what the forum lacks, which always comes with all deletions there ever were;
  /// or everything.
  answer(vector) {
    const all = this.mood === 'whole' ? undefined : vector
    this.socket.send(syncFrame(step.answer, Y.encodeStateAsUpdate(this.doc, all)))
  }

  deliver(update) {
    if (!this.isOpen) return
    if (this.mood === 'late' && !this.late) {
      this.late = update
      return
    }
    this.send(update)
    if (this.mood === 'twice') this.send(update)
    this.catchUp()
  }

  /// Sends what was held back, after what came behind it.
  catchUp() {
    if (this.late) this.send(this.late)
    this.late = null
  }

  send(update) {
    if (!this.isOpen) return
    this.sent++
    this.socket.send(syncFrame(step.update, update))
  }
}
