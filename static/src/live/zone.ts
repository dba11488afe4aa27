import { askedDelay, delay } from '../backoff.ts'
import type { Strings } from '../strings.ts'
import { keepDraftsIn } from './draft.ts'
import { append, elementsOf, renew } from './fragment.ts'
import { count, fateOf, none, wait, type Fragment } from './news.ts'

const announceEvery = 20_000 // ms: a busy thread must not talk over a screen reader

const pulseEvery = 30_000 // ms; pages in the background get one a minute
const asleep = 90_000 // ms between two of them: the device slept, and the line may be dead without a word

const element = (name: string, className: string): HTMLElement => {
  const made = document.createElement(name)
  made.className = className
  return made
}

/// Defines <live-zone watch="thread:ID">: a part of the page that news arrives in. What is
/// there is renewed in place; what is new waits behind a button, so that nothing moves
/// under the reader's eyes.
export const defineZone = (t: Strings): void => {
  class Zone extends HTMLElement {
    #socket: WebSocket | null = null
    #attempt = 0
    #retry: ReturnType<typeof setTimeout> | undefined
    #pulse: ReturnType<typeof setInterval> | undefined
    #after = ''
    #news = none
    #announced = -announceEvery
    #announceTimer: ReturnType<typeof setTimeout> | undefined
    // Why nothing arrives any more.
    #over = ''
    // What was said on this page: whoever said it needn't ask for it.
    readonly #own = new Set<string>()
    readonly #showOwn = (event: Event) => this.#hearOwn((event as CustomEvent<string>).detail)
    readonly #still = matchMedia('(prefers-reduced-motion: reduce)')
    readonly #bar = element('div', 'live-news')
    readonly #button = element('button', 'button-primary') as HTMLButtonElement
    readonly #note = element('p', 'live-elsewhere')
    readonly #heard = element('p', 'visually-hidden')

    connectedCallback() {
      // The one of the header; any other brings its news, too.
      if (this.hidden && document.querySelector('live-zone:not([hidden])')) return
      this.#after = this.dataset.after ?? '0'
      this.#heard.setAttribute('role', 'status')
      this.#button.type = 'button'
      this.#button.addEventListener('click', () => this.#showAll())
      this.#bar.append(this.#note, this.#button)
      this.#offer()
      this.append(this.#bar, this.#heard)
      document.addEventListener('said', this.#showOwn)
      this.#connect()
      let last = Date.now()
      this.#pulse = setInterval(() => {
        const gap = Date.now() - last
        last += gap
        if (gap > asleep && !this.#over) this.#connect()
      }, pulseEvery)
    }

    disconnectedCallback() {
      document.removeEventListener('said', this.#showOwn)
      clearInterval(this.#pulse)
      clearTimeout(this.#retry)
      clearTimeout(this.#announceTimer)
      const socket = this.#socket
      this.#socket = null
      socket?.close()
    }

    #connect() {
      clearTimeout(this.#retry)
      this.#socket?.close()
      const query = new URLSearchParams({ watch: this.getAttribute('watch') ?? '', after: this.#after, lang: this.dataset.lang ?? '' })
      const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${this.dataset.live}?${query}`)
      this.#socket = socket
      socket.onmessage = event => this.#hear(JSON.parse(event.data as string) as Fragment)
      socket.onclose = ({ code, reason }) => {
        if (this.#socket !== socket) return
        // From 4400 to 4499 the server says that coming back is of no use.
        if (code >= 4400 && code < 4500) return this.#end(code === 4401)
        this.#retry = setTimeout(() => this.#connect(), delay(this.#attempt++, askedDelay(reason)))
      }
    }

    // Whoever is in no group has no news: the zone of the header speaks of sign-ins only.
    #end(isSignedOut: boolean) {
      if (this.hidden && !isSignedOut) return
      this.hidden = false
      this.#over = this.#heard.textContent = t(isSignedOut ? 'live.signed_out' : 'live.ended')
      this.#offer()
    }

    #hear(fragment: Fragment) {
      this.#attempt = 0
      if (fragment.kind === 'seq') {
        this.#after = String(fragment.seq)
        return
      }
      // A number in the header: nobody is told of it.
      if (fragment.kind === 'news') {
        this.#show(fragment)
        return
      }
      // The editor marks the words that threads are about.
      this.dispatchEvent(new Event('news', { bubbles: true }))
      const fate = fateOf(fragment, id => document.getElementById(id) !== null, this.#still.matches)
      if (fate === 'renew' || fate === 'wait' && this.#own.has(fragment.id ?? '')) {
        this.#show(fragment)
        return
      }
      if (fate === 'wait') this.#news = wait(this.#news, fragment)
      if (fate === 'count') this.#news = count(this.#news)
      if (fate !== 'nothing') this.#offer()
    }

    /// Puts one fragment on the page; returns what was added, if anything was.
    #show({ id = '', html = '', in: listId = '' }: Fragment): Element | undefined {
      const there = document.getElementById(id)
      const elements = elementsOf(html)
      if (there) {
        renew(there, elements)
        return undefined
      }
      const list = document.getElementById(listId)
      if (!list) return undefined
      const first = append(list, elements)
      for (const added of elements) keepDraftsIn(t, added)
      return first
    }

    #hearOwn(id: string) {
      this.#own.add(id)
      const waiting = this.#news.waiting.get(id)
      if (!waiting) return
      this.#show(waiting)
      this.#news = { ...this.#news, waiting: new Map([...this.#news.waiting].filter(([other]) => other !== id)) }
      this.#offer()
    }

    #showAll() {
      const shown = [...this.#news.waiting.values()].map(fragment => this.#show(fragment))
      this.#news = { ...this.#news, waiting: new Map() }
      const first = shown.find(e => e instanceof HTMLElement)
      this.#offer()
      // The button is gone: focus goes to what it brought, and nothing scrolls.
      if (!(first instanceof HTMLElement)) return
      first.tabIndex = -1
      first.focus({ preventScroll: true })
    }

    #offer() {
      const { waiting, elsewhere } = this.#news
      this.#bar.hidden = waiting.size + elsewhere === 0 && !this.#over
      this.#button.hidden = waiting.size === 0
      this.#button.textContent = t(this.#still.matches ? 'live.update' : 'live.show', { count: waiting.size })
      this.#note.hidden = elsewhere === 0 && !this.#over
      this.#note.textContent = this.#over || t('live.elsewhere', { count: elsewhere })
      if (!this.#bar.hidden && !this.#over) this.#announceSoon()
    }

    #announceSoon() {
      this.#announceTimer ??= setTimeout(() => {
        this.#announceTimer = undefined
        this.#announced = performance.now()
        const total = this.#news.waiting.size + this.#news.elsewhere
        if (total > 0) this.#heard.textContent = t('live.news', { count: total })
      }, Math.max(0, this.#announced + announceEvery - performance.now()))
    }
  }
  customElements.define('live-zone', Zone)
}
