import { attempt, claim, databaseName, isOurs } from '../device.ts'
import { newId } from '../id.ts'
import type { Strings } from '../strings.ts'
import { Copies, type Copy, type Key } from './copies.ts'
import { openDialog } from './dialog.ts'
import { make } from './dom.ts'
import type { Words } from './touched.ts'

// Whether this device keeps what the forum doesn't have yet is asked of each person on each
// device, in words that say who could read it; unasked nothing is kept. It holds for all
// texts of theirs there but those of groups in which nothing is kept on devices.

const askedKey = 'copies'
const writeAfter = 700 // ms; while the line is fine, all is saved long before
const patience = 2_000 // ms for a browser to open its database

/// What the page says of whose copies these are, and where it is asked about them.
export interface Shelf {
  readonly t: Strings
  readonly persona: string
  readonly statement: string
  /// The key of the copies, in base64; empty where nothing may be kept.
  readonly secret: string
  readonly mayWrite: boolean
  /// Where it is asked and said.
  readonly place: HTMLElement
}

/// What a window has to keep: where it belongs, and what it is.
export interface Unsaved {
  readonly epoch: number
  readonly schema: number
  readonly update: Uint8Array
  readonly clauses: readonly Words[]
}

type State = 'off' | 'on' | 'blocked' | 'full'

const isAsked = (): boolean => isOurs() && attempt(() => localStorage.getItem(askedKey)) !== null

const late = (): Promise<never> => new Promise((_, reject) => setTimeout(() => reject(new Error('the database is slow')), patience))

/// Keeps what was typed in this window until it is saved. Does nothing as long as nobody
/// asked for it, and where the browser can't.
export class Keeper {
  readonly #shelf: Shelf
  readonly #window = newId()
  #copies: Copies | null = null
  #earlier: Copy[] = []
  #queue: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | undefined
  #unsaved: (() => Unsaved | null) | null = null
  #written: Copy | null = null
  #mayBeWritten = false
  #refused: Copy | null = null
  // How often something was typed, and up to where the device has it.
  #typed = 0
  #kept = 0
  #changed: (isKeeping: boolean) => void = () => {}

  private constructor(shelf: Shelf) { this.#shelf = shelf }

  /// Begins, with what earlier windows left if the device keeps anything.
  static async begin(shelf: Shelf): Promise<Keeper> {
    const keeper = new Keeper(shelf)
    if (shelf.secret === '' || !globalThis.crypto?.subtle) return keeper
    const state = isAsked() ? await keeper.#open() : 'off'
    keeper.#show(state)
    window.addEventListener('storage', () => { if (!isAsked()) keeper.#close('off') })
    for (const event of ['pagehide', 'visibilitychange'] as const) addEventListener(event, () => keeper.#hurry())
    return keeper
  }

  /// Whether what is typed is kept on the device.
  get isKeeping(): boolean { return this.#copies !== null }

  /// Whether the device has everything that was typed.
  get holdsAll(): boolean { return this.isKeeping && this.#kept === this.#typed }

  get hasEarlier(): boolean { return this.#earlier.length > 0 }

  /// What earlier windows left, once.
  takeEarlier(): Copy[] {
    const earlier = this.#earlier
    this.#earlier = []
    return earlier
  }

  /// Tells from now on when keeping begins and ends.
  watch(changed: (isKeeping: boolean) => void): void {
    this.#changed = changed
    changed(this.isKeeping)
  }

  /// Something was typed; asks for what to keep when it has waited a little.
  note(unsaved: () => Unsaved | null): void {
    this.#typed++
    this.#unsaved = unsaved
    if (this.isKeeping) this.#timer ??= setTimeout(() => this.#write(), writeAfter)
  }

  /// All is saved: of this window, and of the copies that were taken in.
  settle(taken: readonly Copy[]): void {
    this.#rest()
    if (!this.#mayBeWritten && taken.length === 0) return
    this.#mayBeWritten = false
    this.#do(async copies => {
      for (const copy of this.#written ? [...taken, this.#written] : taken) await copies.drop(copy)
      this.#written = null
    })
  }

  /// The forum refused these words, and what was taken in with them: they are kept as words,
  /// until `release`.
  refuse(clauses: readonly Words[], schema: number, taken: readonly Copy[]): void {
    this.#rest()
    if (clauses.length === 0) return this.settle(taken)
    this.#do(async copies => {
      const all = [...this.#refused?.clauses ?? [], ...clauses]
      this.#refused = { key: this.#key(0, schema), at: Date.now(), update: new Uint8Array(), clauses: all }
      await copies.put(this.#refused, this.#written?.key ?? null)
      this.#written = null
      for (const copy of taken) await copies.drop(copy)
    })
  }

  /// The person has seen them.
  release(seen: readonly Copy[] = []): void {
    this.#do(async copies => {
      for (const copy of this.#refused ? [...seen, this.#refused] : seen) await copies.drop(copy)
      this.#refused = null
    })
  }

  /// Nothing of this text may be here any more.
  erase(): void {
    this.#rest()
    this.#do(copies => copies.dropAll())
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#unsaved = null
    this.#kept = this.#typed
  }

  #hurry(): void {
    if (this.isKeeping && this.#timer !== undefined) this.#write()
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#mayBeWritten = true
    this.#do(async copies => {
      const typed = this.#typed
      const unsaved = this.#unsaved?.()
      if (!unsaved) return
      const { epoch, schema, update, clauses } = unsaved
      const copy = { key: this.#key(epoch, schema), at: Date.now(), update, clauses }
      await copies.put(copy, this.#written?.key ?? null)
      this.#written = copy
      this.#kept = Math.max(this.#kept, typed)
    })
  }

  #key(epoch: number, schema: number): Key {
    const { persona, statement } = this.#shelf
    return [persona, statement, epoch, schema, this.#window]
  }

  // One after the other, so that what is taken away isn't written after that.
  #do(act: (copies: Copies) => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (!this.#copies) return
      try {
        if (!isAsked()) return this.#close('off')
        await act(this.#copies)
      } catch (error) {
        this.#close(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'blocked')
      }
    })
  }

  async #open(): Promise<State> {
    const { secret, persona, statement } = this.#shelf
    try {
      this.#copies = await Promise.race([Copies.open(secret, persona, statement, () => this.#close('off')), late()])
      this.#earlier = await this.#copies.all()
      return 'on'
    } catch {
      return 'blocked'
    }
  }

  // Asks, and says who could read what is kept.
  #ask(): void {
    const { t, place } = this.#shelf
    const said = make('p', { role: 'status' })
    const yes = make('button', { type: 'button', class: 'button-primary' }, t('editor.keep.yes'))
    const no = make('button', { type: 'button' }, t('editor.keep.no'))
    const dialog = openDialog(t('editor.keep.title'),
      make('p', {}, t('editor.keep.what')), make('p', {}, t('editor.keep.who')), make('p', {}, t('editor.keep.gone')),
      said, make('div', { class: 'form-actions' }, yes, no))
    // It is read from the top, also where the buttons are out of sight.
    const heading = dialog.querySelector('h2')
    heading?.setAttribute('tabindex', '-1')
    heading?.focus()
    no.addEventListener('click', () => dialog.close())
    yes.addEventListener('click', async () => {
      if (await this.#begin()) return dialog.close()
      said.textContent = t('editor.keep.blocked')
      yes.remove()
    })
    dialog.addEventListener('close', () => place.querySelector('button')?.focus())
  }

  async #begin(): Promise<boolean> {
    claim()
    attempt(() => localStorage.setItem(askedKey, 'yes'))
    const state = isAsked() ? await this.#open() : 'blocked'
    this.#show(state === 'on' ? 'on' : 'off')
    this.#changed(this.isKeeping)
    if (this.#unsaved) this.#write()
    return state === 'on'
  }

  #end(): void {
    attempt(() => localStorage.removeItem(askedKey))
    this.#close('off')
    attempt(() => indexedDB.deleteDatabase(databaseName))
    this.#shelf.place.querySelector('button')?.focus()
  }

  #show(state: State): void {
    const { t, place, mayWrite } = this.#shelf
    const button = (key: string, act: () => void): HTMLElement => {
      const made = make('button', { type: 'button', class: 'button-plain' }, t(key))
      made.addEventListener('click', act)
      return made
    }
    place.hidden = state === 'off' && !mayWrite
    const said = make('span', { role: 'status' }, state === 'off' ? '' : t(`editor.keep.${state}`))
    if (state === 'off') place.replaceChildren(said, button('editor.keep.offer', () => this.#ask()))
    else if (state === 'on') place.replaceChildren(said, button('editor.keep.stop', () => this.#end()))
    else place.replaceChildren(said)
  }

  #close(state: State): void {
    if (!this.#copies) return
    this.#copies.close()
    this.#copies = null
    this.#show(state)
    this.#changed(false)
  }
}
