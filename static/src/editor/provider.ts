import * as Y from 'yjs'
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates, type Awareness } from 'y-protocols/awareness'
import { askedDelay, delay } from '../backoff.ts'
import type { End } from './status.ts'
import { Watch } from './watch.ts'
import { awarenessFrame, hashFrame, read, step, syncFrame, type Said } from './wire.ts'

/// Why a document can't go on: a refusal's code, or that the text went back in time.
export type Ruin = string

/// What happens to a document on the line. All are called from socket events.
export interface Listener {
  readonly opened: () => void
  /// The line is down and will be tried again.
  readonly closed: () => void
  /// It will not, unless `resume` is called.
  readonly ended: (why: End) => void
  readonly role: (mayWrite: boolean, schema: number) => void
  /// The server's whole text is in the document.
  readonly arrived: () => void
  /// Something was typed that the server doesn't have.
  readonly typed: () => void
  /// The server has everything that was typed.
  readonly settled: () => void
  /// The document has to be thrown away; the line is down for good.
  readonly ruined: (code: Ruin) => void
  /// Something happened to what was typed here; the code names a sentence.
  readonly noticed: (code: string) => void
  /// The server's hash of the text: answers ours if it differs.
  readonly compare: (hash: Uint8Array) => Promise<Uint8Array | null>
}

export interface Options {
  /// Address of the live text, without query.
  readonly address: string
  readonly schema: number
  /// Whose page it is: the line isn't opened as anybody else, who may have signed in since.
  readonly owner: string
  /// Presence; null where nobody is told who is there.
  readonly awareness: Awareness | null
  /// When the text may become another; at once if nothing is said.
  readonly when?: (act: () => void) => void
  /// Makes of sending one that happens a little later, once for all that was typed until
  /// then; at once if nothing is said.
  readonly spare?: (act: () => void) => () => void
  /// How a socket is opened; tests have their own way.
  readonly open?: (address: string) => WebSocket
}

const ends: Readonly<Record<number, End>> = { 4401: 'session', 4403: 'access', 4404: 'gone', 4426: 'outdated' }

const awarenessEvery = 100 // the server takes ten a second and keeps the newest

/// Keeps one document on the line until it is destroyed or ruined. Nothing of it is
/// shared with other windows.
export class Provider {
  readonly #doc: Y.Doc
  readonly #options: Options
  readonly #listener: Listener
  #socket: WebSocket | null = null
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #speakTimer: ReturnType<typeof setTimeout> | undefined
  #epoch: number | null = null
  #refusal: Ruin | null = null
  #isOver = false
  // Whether the server's text ever came.
  #isHere = false
  // Of the present connection: what the server lacks by its own account and wasn't answered
  // yet, whether it was ever answered (before it is, all goes into the answer, which may be
  // larger than any later message), how many messages it has yet to acknowledge, and up to
  // which clock it holds what was typed here.
  #asked: Uint8Array | null = null
  #isAnswered = false
  #pending = 0
  #held = 0
  // What was typed since the last frame of the page, and wasn't sent yet.
  #typed: Uint8Array[] = []
  readonly #sendSoon: () => void
  #unsaved = false
  // Whether the server still hears us.
  readonly #watch = new Watch(() => this.#ask(), () => this.#giveUp())

  constructor(doc: Y.Doc, options: Options, listener: Listener) {
    this.#doc = doc
    this.#options = options
    this.#listener = listener
    this.#sendSoon = (options.spare ?? (act => act))(() => this.flush())
    options.awareness?.on('update', this.#present)
    this.#connect()
  }

  /// Whether something typed here isn't saved.
  get isUnsaved(): boolean { return this.#unsaved }

  /// The epoch of the document; null as long as the server hasn't said it.
  get epoch(): number | null { return this.#epoch }

  /// Tries at once, whatever there is to wait for; finds out whether a line that was silent
  /// is one.
  resume(): void {
    if (this.#isOver) return
    if (this.#socket !== null) return this.#watch.wake()
    this.#attempt = 0
    this.#connect()
  }

  /// Sends at once what was typed.
  flush(): void {
    const updates = this.#typed.splice(0)
    if (updates.length > 0 && this.#isAnswered && this.#socket?.readyState === 1) this.#post(syncFrame(step.update, Y.mergeUpdates(updates)))
  }

  /// Leaves for good.
  destroy(): void {
    this.flush()
    this.#isOver = true
    clearTimeout(this.#retry)
    clearTimeout(this.#speakTimer)
    this.#watch.stop()
    this.#doc.off('update', this.#send)
    this.#options.awareness?.off('update', this.#present)
    this.#socket?.close()
    this.#socket = null
  }

  #connect(): void {
    clearTimeout(this.#retry)
    const { address, schema, owner, open = (to: string) => new WebSocket(to) } = this.#options
    const query = new URLSearchParams({ schema: String(schema), owner })
    if (this.#epoch !== null) query.set('epoch', String(this.#epoch))
    const socket = open(`${address}?${query}`)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    this.#isAnswered = false
    this.#asked = null
    this.#pending = 0
    this.#typed = []
    socket.onopen = () => {
      socket.send(syncFrame(step.ask, Y.encodeStateVector(this.#doc)))
      this.#listener.opened()
      this.#speakSoon()
    }
    socket.onmessage = event => {
      if (this.#socket !== socket) return // it was given up
      this.#hear(new Uint8Array(event.data as ArrayBuffer))
      this.#watch.heard(this.#pending > 0)
    }
    socket.onclose = event => { if (this.#socket === socket) this.#lose(event.code, event.reason) }
  }

  #lose(code: number, reason: string): void {
    this.#socket = null
    this.#watch.stop()
    this.#forgetOthers()
    if (this.#isOver) return
    if (code === 4409 || code === 4410) return this.#ruin(this.#refusal ?? (code === 4410 ? 'live.epoch' : 'live.diverged'))
    const end = ends[code]
    if (end) return this.#listener.ended(end)
    this.#listener.closed()
    this.#retry = setTimeout(() => this.#connect(), delay(this.#attempt++, askedDelay(reason)))
  }

  // Asks for what is new only to hear something.
  #ask(): void {
    const frame = syncFrame(step.ask, Y.encodeStateVector(this.#doc))
    this.#socket?.send(frame)
    this.#watch.sent(frame.length)
  }

  // Nobody is told goodbye: it would wait for an answer, too.
  #giveUp(): void {
    const dead = this.#socket
    this.#lose(1006, '')
    dead?.close()
  }

  #ruin(code: Ruin): void {
    this.destroy()
    this.#listener.ruined(code)
  }

  #forgetOthers(): void {
    const { awareness } = this.#options
    if (!awareness) return
    const others = [...awareness.getStates().keys()].filter(id => id !== this.#doc.clientID)
    removeAwarenessStates(awareness, others, this)
  }

  #hear(frame: Uint8Array): void {
    const said = read(frame)
    switch (said.kind) {
      case 'sync': return said.step === step.ask ? this.#beAsked(said.body) : this.#whenever(() => this.#take(said.step, said.body))
      case 'ack': return this.#acknowledge(said)
      case 'awareness':
        return this.#whenever(() => { if (this.#options.awareness) applyAwarenessUpdate(this.#options.awareness, said.update, this) })
      case 'ask': return this.#speakSoon()
      case 'role': return this.#listener.role(said.mayWrite, said.schema)
      case 'epoch': return this.#begin(said.epoch)
      case 'refusal':
        this.#refusal = said.code
        return
      case 'notice': return this.#listener.noticed(said.code)
      case 'hash': return this.#whenever(() => void this.#compare(said))
    }
  }

  /// A document belongs to one epoch: what is typed in it can't be taken to another.
  #begin(epoch: number): void {
    if (this.#epoch !== null && this.#epoch !== epoch) return this.#ruin('live.epoch')
    this.#epoch = epoch
  }

  // What others did, and what is said of it, happens in the order in which it came.
  #whenever(act: () => void): void {
    const { when = (act: () => void) => act() } = this.#options
    when(() => { if (!this.#isOver) act() })
  }

  #take(which: number, body: Uint8Array): void {
    Y.applyUpdate(this.#doc, body, this)
    this.#attempt = 0
    if (which !== step.answer) return
    if (!this.#isHere) this.#doc.on('update', this.#send) // not before: Yjs would write all of it out anew for nobody
    this.#isHere = true
    this.#listener.arrived()
    this.#answer()
  }

  #beAsked(lacking: Uint8Array): void {
    this.#asked = lacking
    this.#answer()
  }

  // What earlier windows left on the device joins the text when that has come, and goes with
  // the answer.
  #answer(): void {
    if (this.#isOver || this.#asked === null || !this.#isHere) return
    const known = Y.decodeStateVector(this.#asked)
    this.#held = Math.max(this.#held, known.get(this.#doc.clientID) ?? 0)
    this.#isAnswered = true
    this.#watch.start()
    this.#typed = []
    this.#post(syncFrame(step.answer, Y.encodeStateAsUpdate(this.#doc, this.#asked)))
    this.#asked = null
  }

  #post(frame: Uint8Array<ArrayBuffer>): void {
    this.#pending++
    this.#socket?.send(frame)
    this.#watch.sent(frame.length)
  }

  readonly #send = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return
    this.#unsaved = true
    this.#listener.typed()
    if (!this.#isAnswered || this.#socket?.readyState !== 1) return // it goes with the answer
    this.#typed.push(update)
    this.#sendSoon()
  }

  #acknowledge({ client, clock }: Extract<Said, { kind: 'ack' }>): void {
    this.#pending--
    if (client === this.#doc.clientID) this.#held = Math.max(this.#held, clock)
    const own = Y.getState(this.#doc.store, this.#doc.clientID)
    if (this.#pending > 0 || this.#typed.length > 0 || this.#held < own || !this.#unsaved) return
    this.#unsaved = false
    this.#listener.settled()
  }

  readonly #present = (_: unknown, origin: unknown): void => {
    if (origin !== this) this.#speakSoon()
  }

  // Of this window alone, and no oftener than it is listened to.
  #speakSoon(): void {
    const { awareness } = this.#options
    if (!awareness) return
    this.#speakTimer ??= setTimeout(() => {
      this.#speakTimer = undefined
      if (this.#socket?.readyState !== 1 || awareness.getLocalState() === null) return
      this.#socket.send(awarenessFrame(encodeAwarenessUpdate(awareness, [this.#doc.clientID])))
    }, awarenessEvery)
  }

  async #compare({ seq, hash }: Extract<Said, { kind: 'hash' }>): Promise<void> {
    if (this.#unsaved || this.#pending > 0) return
    const socket = this.#socket
    const ours = await this.#listener.compare(hash)
    if (ours && socket === this.#socket && socket?.readyState === 1) socket.send(hashFrame(seq, ours))
  }
}
