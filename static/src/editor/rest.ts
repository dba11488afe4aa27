import type { EditorView } from 'prosemirror-view'

/// How long to wait for a syllable, in ms.
interface Patience { pause: number, longest: number }

/// Calls back once no syllable is being put together. With patience that is, at the latest,
/// after a pause without a key or the longest time.
const afterSyllable = (view: EditorView, act: () => void, patience?: Patience): void => {
  if (!view.composing) return act()
  const end = Date.now() + (patience?.longest ?? 0)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const finish = (): void => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    view.dom.removeEventListener('compositionupdate', wait)
    view.dom.removeEventListener('compositionend', look)
    act()
  }
  const wait = (): void => {
    clearTimeout(timer)
    if (patience) timer = setTimeout(finish, Math.min(patience.pause, end - Date.now()))
  }
  const look = (): void => { setTimeout(() => { if (!view.composing) finish() }) }
  view.dom.addEventListener('compositionupdate', wait)
  view.dom.addEventListener('compositionend', look)
  wait()
}

/// Does something to what is shown in a view, unless that ends before, once no syllable is
/// being put together: a change there would break it off.
export const betweenSyllables = (view: EditorView, act: () => void): void => {
  if (!view.isDestroyed) afterSyllable(view, () => { if (!view.isDestroyed) act() })
}

const patience: Patience = {
  pause: 2_000, // after which what waits goes on all the same
  longest: 10_000, // some keyboards call every word unfinished
}

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
    if (!view || view.isDestroyed) return this.#release()
    this.#isHeld = true
    afterSyllable(view, () => this.#release(), patience)
  }

  #release(): void {
    this.#isHeld = false
    for (let act; (act = this.#waiting.shift());) act()
  }
}
