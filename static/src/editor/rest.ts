import type { EditorView } from 'prosemirror-view'

/// Does something once no syllable is being put together: a change to what is shown there
/// would break it off.
export const betweenSyllables = (view: EditorView, act: () => void): void => {
  if (view.isDestroyed) return
  if (!view.composing) return act()
  view.dom.addEventListener('compositionend', () => setTimeout(() => betweenSyllables(view, act)), { once: true })
}

const pause = 2_000 // ms without a key after which what waits goes on all the same
const longest = 10_000 // ms that anything waits: some keyboards call every word unfinished

/// Lets what others do happen to a text one after the other, and between syllables: words
/// that change around an unfinished one make the browser break it off, and the next key
/// writes its beginning twice. Whoever stops in the middle waits for nothing long.
export class Rest {
  readonly #view: () => EditorView | null
  #waiting: (() => void)[] = []
  #isHeld = false

  constructor(view: () => EditorView | null) { this.#view = view }

  do(act: () => void): void {
    this.#waiting.push(act)
    if (this.#isHeld) return
    const view = this.#view()
    if (view && !view.isDestroyed && view.composing) this.#hold(view)
    else this.#release()
  }

  #release(): void {
    for (let act; (act = this.#waiting.shift());) act()
  }

  #hold(view: EditorView): void {
    this.#isHeld = true
    const end = Date.now() + longest
    let timer: ReturnType<typeof setTimeout>
    const release = (): void => {
      clearTimeout(timer)
      view.dom.removeEventListener('compositionupdate', wait)
      view.dom.removeEventListener('compositionend', look)
      this.#isHeld = false
      this.#release()
    }
    const wait = (): void => {
      clearTimeout(timer)
      timer = setTimeout(release, Math.min(pause, end - Date.now()))
    }
    const look = (): void => { setTimeout(() => { if (this.#isHeld && !view.composing) release() }) }
    view.dom.addEventListener('compositionupdate', wait)
    view.dom.addEventListener('compositionend', look)
    wait()
  }
}
