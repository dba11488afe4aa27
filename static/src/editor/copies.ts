import { databaseName } from '../device.ts'
import type { Words } from './touched.ts'

// What was typed and the forum doesn't have yet, on the device: a row for each window that
// typed, which that window writes anew as it grows and takes away once all is saved. So
// windows never write the same row, and a row that two of them take into the text brings
// the same items twice, which a Yjs document knows. Yjs has a store of its own for browsers
// (y-indexeddb); that keeps the whole text for as long as the site's data, readable for
// anybody who has the device. Rows are encrypted with a key that comes with the page and is
// never on the device.

const store = 'copies'
const keptFor = 14 * 24 * 60 * 60 * 1_000 // ms

/// What a row is of; epoch 0 says that only words are in it, which the forum refused.
export type Key = readonly [persona: string, statement: string, epoch: number, schema: number, window: string]

/// What was typed in one window.
export interface Copy {
  readonly key: Key
  /// When it was written, in ms: a row that was written again since is another one.
  readonly at: number
  /// What to add to the text that the forum has; empty for words only.
  readonly update: Uint8Array
  /// The clauses it is in, as they read then.
  readonly clauses: readonly Words[]
}

interface Row {
  readonly key: Key
  readonly at: number
  readonly iv: Uint8Array<ArrayBuffer>
  readonly sealed: ArrayBuffer
}

const answer = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

// A device that is full says so only when the transaction ends.
const finished = (transaction: IDBTransaction): Promise<void> => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve()
  transaction.onabort = () => reject(transaction.error)
})

const open = (): Promise<IDBDatabase> => {
  const request = indexedDB.open(databaseName, 1)
  request.onupgradeneeded = () => { request.result.createObjectStore(store, { keyPath: 'key' }) }
  return answer(request)
}

const about = (key: Key, at: number): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify([...key, at]))

// The clauses as JSON behind their length in four bytes, and then the update.
const pack = ({ update, clauses }: Copy): Uint8Array<ArrayBuffer> => {
  const words = new TextEncoder().encode(JSON.stringify(clauses))
  const whole = new Uint8Array(4 + words.length + update.length)
  new DataView(whole.buffer).setUint32(0, words.length)
  whole.set(words, 4)
  whole.set(update, 4 + words.length)
  return whole
}

const unpack = (whole: Uint8Array): Pick<Copy, 'update' | 'clauses'> => {
  const behind = 4 + new DataView(whole.buffer).getUint32(0)
  const clauses = JSON.parse(new TextDecoder().decode(whole.subarray(4, behind))) as Words[]
  return { update: whole.slice(behind), clauses }
}

/// The rows of one persona in one statement.
export class Copies {
  readonly #database: IDBDatabase
  readonly #secret: CryptoKey
  readonly #range: IDBKeyRange

  private constructor(database: IDBDatabase, secret: CryptoKey, persona: string, statement: string) {
    this.#database = database
    this.#secret = secret
    this.#range = IDBKeyRange.bound([persona, statement], [persona, statement, []])
  }

  /// Opens them; fails where the browser keeps nothing. `closed` is called when somebody
  /// forgets what the device keeps.
  static async open(secret: string, persona: string, statement: string, closed: () => void): Promise<Copies> {
    const raw = Uint8Array.from(atob(secret), letter => letter.charCodeAt(0))
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
    const database = await open()
    const copies = new Copies(database, key, persona, statement)
    database.onversionchange = database.onclose = () => {
      database.close()
      closed()
    }
    await copies.#dropOld()
    return copies
  }

  close(): void { this.#database.close() }

  /// What is kept here, but for what another key has locked.
  async all(): Promise<Copy[]> {
    const rows = await answer(this.#rows('readonly').getAll(this.#range)) as Row[]
    const copies = await Promise.all(rows.map(row => this.#unseal(row).catch(() => null)))
    return copies.filter(copy => copy !== null)
  }

  /// Writes a copy in the place of an earlier one.
  async put(copy: Copy, earlier: Key | null): Promise<void> {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const additionalData = about(copy.key, copy.at)
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, this.#secret, pack(copy))
    const rows = this.#rows('readwrite')
    if (earlier) rows.delete([...earlier])
    rows.put({ key: copy.key, at: copy.at, iv, sealed } satisfies Row)
    await finished(rows.transaction)
  }

  /// Takes a copy away, unless its window wrote it again.
  async drop(copy: Copy): Promise<void> {
    const rows = this.#rows('readwrite')
    const row = await answer(rows.get([...copy.key])) as Row | undefined
    if (row?.at === copy.at) await answer(rows.delete([...copy.key]))
  }

  async dropAll(): Promise<void> { await answer(this.#rows('readwrite').delete(this.#range)) }

  #rows(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(store, mode).objectStore(store)
  }

  async #unseal({ key, at, iv, sealed }: Row): Promise<Copy> {
    const whole = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: about(key, at) }, this.#secret, sealed)
    return { key, at, ...unpack(new Uint8Array(whole)) }
  }

  // Of all statements: nobody may ever come back to one.
  async #dropOld(): Promise<void> {
    const rows = this.#rows('readwrite')
    for (const row of await answer(rows.getAll()) as Row[]) {
      if (Date.now() - row.at > keptFor) rows.delete([...row.key])
    }
  }
}
