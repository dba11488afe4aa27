import type { Node } from 'prosemirror-model'
import type { EditorView } from 'prosemirror-view'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { delay } from '../backoff.ts'
import { owner } from '../device.ts'
import { afterFrame } from './frame.ts'
import { offerCopy } from './copybox.ts'
import type { Copy } from './copies.ts'
import { tellHeld } from './held.ts'
import type { Keeper, Unsaved } from './keeper.ts'
import { showPresence } from './presence.ts'
import { Provider, type Ruin } from './provider.ts'
import { schemaNumber } from './schema.ts'
import { fits, textOf } from './replica.ts'
import { Rest } from './rest.ts'
import { after, beginning, isEditable, statusOf, type End, type Event, type Standing, type Status } from './status.ts'
import { hashedText, sha256 } from './text.ts'
import { absentFrom, missingFrom, touchedIn, type Words } from './touched.ts'
import { openView, type Page } from './view.ts'

/// What the page says of the text and its reader.
export interface Place extends Page {
  readonly address: string
  readonly persona: string
  readonly mayWrite: boolean
  /// Nobody is told who is there.
  readonly isSensitive: boolean
  readonly presence: HTMLElement
  readonly say: (status: Status) => void
  /// Shows what became of something typed here.
  readonly notice: (code: string) => void
}

// One replica of the text: thrown away as a whole when the server refuses something of
// it, for what was refused would be sent again at every resynchronisation.
interface Replica {
  readonly doc: Y.Doc
  readonly awareness: Awareness | null
  readonly provider: Provider
  readonly hidePresence: () => void
}

/// What is left of a replica that was thrown away.
interface Remains { readonly text: Node, readonly touched: ReadonlySet<string>, readonly why: Ruin }

const lateAfter = 5_000 // ms without acknowledgement before it is called unsaved

/// Refusals that have a sentence of their own below "editor.refused."; all others share one.
const explained = new Set(['role', 'access', 'gone', 'large', 'limits', 'full', 'schema', 'epoch', 'held', 'kept', 'schema_kept'])

const sentenceOf = (code: Ruin): string => {
  const short = code.replace(/^live\./, '')
  return `editor.refused.${explained.has(short) ? short : 'other'}`
}

/// One window on the text, from the first connection until the page is left. It replaces
/// the replica as often as need be; what was typed and not saved is never dropped with it.
export class Session {
  readonly #place: Place
  readonly #keeper: Keeper
  #standing: Standing
  #replica: Replica | null = null
  #view: EditorView | null = null
  // The text as it was when everything in it was saved, and what of it the server has.
  #saved: Node | null = null
  #known: Uint8Array | null = null
  // What earlier windows left on the device and is in the text now, not saved yet.
  #taken: Copy[] = []
  #remains: Remains | null = null
  #ruins = 0
  #lateTimer: ReturnType<typeof setTimeout> | undefined

  constructor(place: Place, keeper: Keeper) {
    this.#place = place
    this.#keeper = keeper
    this.#standing = beginning(place.mayWrite)
    keeper.watch(kept => this.#tell({ type: 'kept', kept }))
    this.#begin()
  }

  /// Whether leaving the page would lose words.
  get isUnsaved(): boolean { return this.#standing.unsaved && !this.#keeper.holdsAll }

  /// Sends what was typed in this very moment, as when the page is left.
  leave(): void { this.#replica?.provider.flush() }

  /// Looks at once whether the server is back, as when the device wakes up.
  resume(): void { this.#replica?.provider.resume() }

  #tell(event: Event): void {
    const couldEdit = isEditable(this.#standing)
    this.#standing = after(this.#standing, event)
    this.#place.say(statusOf(this.#standing))
    if (couldEdit !== isEditable(this.#standing)) this.#view?.setProps({})
  }

  #begin(): void {
    const doc = new Y.Doc()
    const awareness = this.#place.isSensitive ? null : new Awareness(doc)
    this.#tell({ type: 'resumed' })
    const rest = new Rest(() => this.#view)
    const when = (act: () => void): void => rest.do(act)
    const provider = new Provider(doc, { address: this.#place.address, schema: schemaNumber, owner: owner(), awareness, when, spare: afterFrame }, {
      opened: () => this.#tell({ type: 'opened' }),
      closed: () => this.#tell({ type: 'closed' }),
      ended: why => this.#end(why),
      role: (mayWrite, schema) => this.#changeRole(mayWrite, schema),
      arrived: () => this.#arrive(),
      typed: () => this.#type(),
      settled: () => this.#settle(),
      ruined: why => this.#ruin(why),
      noticed: code => code === 'full' ? this.#tell({ type: 'full' }) : this.#place.notice(code),
      compare: hash => this.#compare(hash),
    })
    const hidePresence = awareness ? showPresence(this.#place.presence, awareness, this.#place.persona) : () => {}
    this.#replica = { doc, awareness, provider, hidePresence }
  }

  #arrive(): void {
    if (this.#standing.isHere || !this.#replica) return
    const hadFocus = this.#view?.hasFocus() ?? false
    this.#view?.destroy()
    this.#view = null // a destroyed view mustn't be told anything
    this.#tell({ type: 'arrived' })
    const { doc, awareness } = this.#replica
    this.#known = Y.encodeStateVector(doc)
    const earlier = this.#keeper.takeEarlier()
    this.#saved = earlier.length > 0 ? textOf(doc) : null
    for (const copy of earlier) this.#takeIn(copy)
    const left = earlier.filter(copy => !this.#taken.includes(copy))
    const touched = new Set([...this.#remains?.touched ?? [], ...this.#taken.flatMap(copy => copy.clauses.map(one => one.cid))])
    this.#view = openView(this.#place, { doc, awareness, touched, isEditable: () => isEditable(this.#standing) })
    this.#saved ??= this.#view.state.doc
    if (hadFocus) this.#view.focus()
    this.#offerRemains()
    if (earlier.length > 0) this.#offerEarlier(earlier, left)
    if (!this.#standing.unsaved) this.#settleTaken() // the server had it all
  }

  // Puts what an earlier window left into the text, if it is of this history of the text and
  // if all it builds on is there. Its words go to the server as if they were typed now.
  #takeIn(copy: Copy): void {
    const [, , epoch, schema] = copy.key
    const { doc, provider } = this.#replica!
    if (!this.#standing.mayWrite || epoch !== provider.epoch || schema > schemaNumber || !fits(doc, copy.update)) return
    this.#taken.push(copy)
    Y.applyUpdate(doc, copy.update, 'copy')
  }

  // Of what was taken in, words are missing whose clause others took away meanwhile.
  #offerEarlier(earlier: readonly Copy[], left: readonly Copy[]): void {
    if (!this.#view) return
    this.#offer('live.kept', absentFrom(this.#view.state.doc, earlier.flatMap(copy => copy.clauses)), left)
  }

  #offerRemains(): void {
    if (!this.#remains || !this.#view) return
    const { text, touched, why } = this.#remains
    this.#offer(why, missingFrom(this.#view.state.doc, text, touched))
    this.#remains = null
  }

  // Words that the person has seen are on the device no longer.
  #offer(why: Ruin, missing: readonly Words[], seen: readonly Copy[] = []): void {
    const { t, address } = this.#place
    const goOn = (): void => {
      this.#keeper.release(seen)
      this.#view?.focus()
    }
    if (missing.length === 0) this.#keeper.release(seen)
    offerCopy(t, t(sentenceOf(why)), missing.map(one => one.words), goOn)
    if (why === 'live.held') tellHeld(t, `${new URL(address).pathname.replace('/live/', '/')}/holds`, goOn)
  }

  #type(): void {
    this.#lateTimer ??= setTimeout(() => this.#tell({ type: 'late' }), lateAfter)
    this.#tell({ type: 'typed' })
    this.#keeper.note(() => this.#unsavedHere())
  }

  // What the server lacks, by what it had when all was saved.
  #unsavedHere(): Unsaved | null {
    const { doc, provider } = this.#replica ?? {}
    if (!doc || !provider || provider.epoch === null || !this.#known) return null
    return { epoch: provider.epoch, schema: schemaNumber, update: Y.encodeStateAsUpdate(doc, this.#known), clauses: this.#words() }
  }

  // The clauses that were written in here and aren't saved so.
  #words(): Words[] {
    if (!this.#view || !this.#saved) return []
    return missingFrom(this.#saved, this.#view.state.doc, touchedIn(this.#view.state))
  }

  #settle(): void {
    this.#forgetLate()
    this.#ruins = 0
    this.#saved = this.#view?.state.doc ?? null
    this.#known = this.#replica && Y.encodeStateVector(this.#replica.doc)
    this.#settleTaken()
    this.#tell({ type: 'settled' })
  }

  #settleTaken(): void {
    this.#keeper.settle(this.#taken)
    this.#taken = []
  }

  #forgetLate(): void {
    clearTimeout(this.#lateTimer)
    this.#lateTimer = undefined
  }

  #changeRole(mayWrite: boolean, schema: number): void {
    if (schema > schemaNumber) return this.#end('outdated')
    const isRefused = !mayWrite && this.#standing.unsaved
    this.#tell({ type: 'role', mayWrite })
    if (isRefused) this.#ruin('live.role')
  }

  // The words are still on the page, and unsaved ones in the copy box too: after this
  // nothing sends them any more, unless the person signs in again.
  #end(why: End): void {
    this.#tell({ type: 'ended', why })
    if (why === 'session') return
    this.#replica?.provider.destroy()
    const outdated = this.#keeper.isKeeping ? 'live.schema_kept' : 'live.schema'
    this.#offer(why === 'outdated' ? outdated : `live.${why}`, this.#words())
    if (why !== 'outdated') this.#keeper.erase()
  }

  #ruin(why: Ruin): void {
    if (this.#view) this.#remains = { text: this.#view.state.doc, touched: touchedIn(this.#view.state), why }
    this.#keeper.refuse(this.#words(), schemaNumber, this.#taken)
    this.#taken = []
    this.#forgetLate()
    this.#drop()
    this.#tell({ type: 'renewed' })
    setTimeout(() => this.#begin(), this.#ruins === 0 ? 0 : delay(this.#ruins))
    this.#ruins++
  }

  // The view stays, read only, until the new text takes its place.
  #drop(): void {
    this.#replica?.provider.destroy()
    this.#replica?.hidePresence()
    this.#replica?.awareness?.destroy()
    this.#replica = null
  }

  async #compare(hash: Uint8Array): Promise<Uint8Array | null> {
    if (!this.#view) return null
    const ours = await sha256(hashedText(this.#view.state.doc))
    return ours && ours.some((byte, i) => byte !== hash[i]) ? ours : null
  }
}
