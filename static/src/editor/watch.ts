// A line can die without a word: the device slept, a network forgot it, a proxy dropped it.
// Browsers don't tell, for a socket that nobody answers stays open, and what is sent goes
// nowhere. So whoever is owed an answer, or hears nothing for long, finds out.

const patience = 12_000 // ms until an answer that is due counts as missing; the server takes 10 s at most
const pace = 4 // bytes a ms that the slowest phone sends
const grace = 3_000 // ms for what came while the page was busy
const quiet = 120_000 // ms of silence until the server is asked
const brief = 25_000 // ms of silence until whoever comes back to the page asks

export class Watch {
  readonly #ask: () => void
  readonly #dead: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #heardAt = 0
  // Until when an answer is due; null if none is.
  #due: number | null = null

  /// `ask` has to lead to an answer of the server, and to `sent`; `dead` is called once.
  constructor(ask: () => void, dead: () => void) {
    this.#ask = ask
    this.#dead = dead
  }

  /// Begins to watch a line that is there.
  start(): void {
    this.#heardAt = Date.now()
    this.#due = null
    this.#look()
  }

  /// So many bytes were sent that will be answered.
  sent(bytes: number): void {
    if (this.#timer === undefined) return
    const wasDue = this.#due !== null
    this.#due = (this.#due ?? Date.now() + patience) + bytes / pace
    if (!wasDue) this.#look()
  }

  /// Something came; perhaps more is due.
  heard(isOwed: boolean): void {
    if (this.#timer === undefined) return
    this.#heardAt = Date.now()
    this.#due = isOwed ? this.#heardAt + patience : null
  }

  /// Somebody is back at the page.
  wake(): void {
    if (this.#timer !== undefined && this.#due === null && Date.now() - this.#heardAt >= brief) this.#ask()
  }

  /// The line is gone.
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, Math.max(0, ms))
  }

  #look(): void {
    const now = Date.now()
    const next = this.#due ?? this.#heardAt + quiet
    if (now < next) return this.#after(next - now, () => this.#look())
    if (this.#due === null) return this.#ask()
    // What came while the device slept or the page was busy is heard before the end.
    const heardAt = this.#heardAt
    this.#after(grace, () => {
      if (this.#heardAt !== heardAt) return this.#look()
      this.stop()
      this.#dead()
    })
  }
}
