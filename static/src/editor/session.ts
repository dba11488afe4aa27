import type { Node } from 'prosemirror-model'
import type { EditorView } from 'prosemirror-view'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { delay } from '../backoff.ts'
import { offerCopy } from './copybox.ts'
import { tellHeld } from './held.ts'
import { showPresence } from './presence.ts'
import { Provider, type Ruin } from './provider.ts'
import { schemaNumber } from './schema.ts'
import { after, beginning, isEditable, statusOf, type End, type Event, type Standing, type Status } from './status.ts'
import { hashedText, sha256 } from './text.ts'
import { missingFrom, touchedIn } from './touched.ts'
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
const explained = new Set(['role', 'large', 'limits', 'full', 'schema', 'epoch', 'held'])

const sentenceOf = (code: Ruin): string => {
  const short = code.replace(/^live\./, '')
  return `editor.refused.${explained.has(short) ? short : 'other'}`
}

/// One window on the text, from the first connection until the page is left. It replaces
/// the replica as often as need be; what was typed and not saved is never dropped with it.
export class Session {
  readonly #place: Place
  #standing: Standing
  #replica: Replica | null = null
  #view: EditorView | null = null
  // The text as it was when everything in it was saved.
  #saved: Node | null = null
  #remains: Remains | null = null
  #ruins = 0
  #lateTimer: ReturnType<typeof setTimeout> | undefined

  constructor(place: Place) {
    this.#place = place
    this.#standing = beginning(place.mayWrite)
    this.#begin()
  }

  /// Whether leaving the page would lose words.
  get isUnsaved(): boolean { return this.#standing.unsaved }

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
    const provider = new Provider(doc, { address: this.#place.address, schema: schemaNumber, awareness }, {
      opened: () => this.#tell({ type: 'opened' }),
      closed: () => this.#tell({ type: 'closed' }),
      ended: why => this.#end(why),
      role: (mayWrite, schema) => this.#changeRole(mayWrite, schema),
      arrived: () => this.#arrive(),
      typed: () => this.#type(),
      settled: () => this.#settle(),
      ruined: why => this.#ruin(why),
      noticed: code => this.#place.notice(code),
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
    const touched = this.#remains?.touched ?? new Set<string>()
    this.#view = openView(this.#place, { doc, awareness, touched, isEditable: () => isEditable(this.#standing) })
    this.#saved = this.#view.state.doc
    if (hadFocus) this.#view.focus()
    this.#offerRemains()
  }

  #offerRemains(): void {
    if (!this.#remains || !this.#view) return
    const { text, touched, why } = this.#remains
    this.#offer(why, missingFrom(this.#view.state.doc, text, touched))
    this.#remains = null
  }

  #offer(why: Ruin, words: readonly string[]): void {
    const { t, address } = this.#place
    const goOn = (): void => this.#view?.focus()
    offerCopy(t, t(sentenceOf(why)), words, goOn)
    if (why === 'live.held') tellHeld(t, `${new URL(address).pathname.replace('/live/', '/')}/holds`, goOn)
  }

  #type(): void {
    this.#lateTimer ??= setTimeout(() => this.#tell({ type: 'late' }), lateAfter)
    this.#tell({ type: 'typed' })
  }

  #settle(): void {
    this.#forgetLate()
    this.#ruins = 0
    this.#saved = this.#view?.state.doc ?? null
    this.#tell({ type: 'settled' })
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
    if (!this.#view || !this.#saved) return
    this.#offer(why === 'outdated' ? 'live.schema' : 'live.role', missingFrom(this.#saved, this.#view.state.doc, touchedIn(this.#view.state)))
  }

  #ruin(why: Ruin): void {
    if (this.#view) this.#remains = { text: this.#view.state.doc, touched: touchedIn(this.#view.state), why }
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
