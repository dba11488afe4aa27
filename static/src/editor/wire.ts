// The frames of the live text: one message each, a type and its fields, written as lib0
// writes numbers and byte strings. Types up to 3 are y-websocket's, the others the
// forum's own.

/// What the server says.
export type Said =
  | { readonly kind: 'sync', readonly step: number, readonly body: Uint8Array }
  | { readonly kind: 'awareness', readonly update: Uint8Array }
  | { readonly kind: 'ask' }
  | { readonly kind: 'ack', readonly client: number, readonly clock: number, readonly seq: number }
  | { readonly kind: 'refusal', readonly code: string }
  | { readonly kind: 'role', readonly mayWrite: boolean, readonly schema: number }
  | { readonly kind: 'epoch', readonly epoch: number }
  | { readonly kind: 'activity', readonly seq: number }
  | { readonly kind: 'hash', readonly seq: number, readonly hash: Uint8Array }
  | { readonly kind: 'notice', readonly code: string }
  | { readonly kind: 'unknown' }

const type = {
  sync: 0, awareness: 1, ask: 3, ack: 64, refusal: 65, role: 66, epoch: 67, activity: 68, hash: 69, notice: 70,
} as const

/// The steps of a sync message.
export const step = { ask: 0, answer: 1, update: 2 } as const

class Reader {
  #at = 0
  readonly #frame: Uint8Array
  constructor(frame: Uint8Array) { this.#frame = frame }

  number(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#frame[this.#at++]
      if (byte === undefined || scale > Number.MAX_SAFE_INTEGER) throw new RangeError('a number is cut off')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  bytes(): Uint8Array {
    const length = this.number()
    const from = this.#at
    this.#at += length
    if (this.#at > this.#frame.length) throw new RangeError('a field is cut off')
    return this.#frame.subarray(from, this.#at)
  }

  text(): string { return new TextDecoder().decode(this.bytes()) }
}

/// Takes a frame apart; throws a RangeError if it ends too early.
export const read = (frame: Uint8Array): Said => {
  const r = new Reader(frame)
  switch (r.number()) {
    case type.sync: return { kind: 'sync', step: r.number(), body: r.bytes() }
    case type.awareness: return { kind: 'awareness', update: r.bytes() }
    case type.ask: return { kind: 'ask' }
    case type.ack: return { kind: 'ack', client: r.number(), clock: r.number(), seq: r.number() }
    case type.refusal: return { kind: 'refusal', code: r.text() }
    case type.role: return { kind: 'role', mayWrite: r.text() === 'writer', schema: r.number() }
    case type.epoch: return { kind: 'epoch', epoch: r.number() }
    case type.activity: return { kind: 'activity', seq: r.number() }
    case type.hash: return { kind: 'hash', seq: r.number(), hash: r.bytes() }
    case type.notice: return { kind: 'notice', code: r.text() }
    default: return { kind: 'unknown' }
  }
}

const number = (value: number): number[] => {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push(value % 128 | 128)
  return [...bytes, value]
}

const frame = (head: readonly number[], body: Uint8Array): Uint8Array<ArrayBuffer> => {
  const start = [...head, ...number(body.length)]
  const whole = new Uint8Array(start.length + body.length)
  whole.set(start)
  whole.set(body, start.length)
  return whole
}

export const syncFrame = (which: number, body: Uint8Array) => frame([type.sync, which], body)
export const awarenessFrame = (update: Uint8Array) => frame([type.awareness], update)
export const hashFrame = (seq: number, hash: Uint8Array) => frame([type.hash, ...number(seq)], hash)
