import { random } from '../random.mjs'
import { Y } from './kit.mjs'
import { Tab } from './tab.mjs'
import { buried, isTorn, lettersOf, textOf, wordsOf } from './text.mjs'
import * as writing from './writing.mjs'

/// How long all may take to read the same once everybody is back.
const patience = 60_000
/// How much somebody writes who was offline for half a day.
const halfDay = 80

/// One session of people who mean no harm: a seed says what they do. Three of them
/// write, two of these in two windows each; one reads.
export class Session {
  constructor({ seed, id, addresses, writers, reader }) {
    Object.assign(this, { id, addresses, findings: [], tally: {}, typed: [], deleted: new Set(), thought: 0 })
    this.rnd = random(seed)
    // All that anybody has ever done or seen, which forgets nothing.
    this.memory = new Y.Doc({ gc: false })
    this.windows = [[0, 'a1'], [0, 'a2'], [1, 'b1'], [1, 'b2'], [2, 'c']].map(([who, name]) => this.open(name, writers[who]))
    this.reader = this.open('reader', reader)
    this.stale = this.windows[3]
  }

  get tabs() { return [...this.windows, this.reader] }

  open(name, person, store) {
    return new Tab({
      name, person, store,
      told: update => this.remember(update),
      refused: what => this.findings.push(what),
    })
  }

  remember(update) { Y.applyUpdate(this.memory, update) }

  count(what, n = 1) { this.tally[what] = (this.tally[what] ?? 0) + n }

  get address() { return `${this.rnd.of(this.addresses)}/live/statements/${this.id}` }

  /// Everybody comes, writes, goes and comes back; then all come and wait for the rest.
  async play() {
    for (const tab of this.tabs) tab.connect(this.address)
    await this.settle()
    this.stale.cut()
    const steps = 60 + this.rnd.below(60)
    const morning = this.rnd.below(steps)
    for (let n = 0; n < steps; n++) {
      if (n === morning) this.workOffline()
      await this.act()
    }
    await this.settle()
    this.account()
    return { findings: this.findings, tally: this.tally, text: textOf(this.memory) }
  }

  async act() {
    const { rnd } = this
    const at = rnd.below(this.windows.length)
    const tab = this.windows[at]
    await rnd.weighted([
      [60, () => this.edit(tab.doc, tab.undo)],
      [6, () => this.goOffline(rnd.of(this.tabs))],
      [12, () => this.comeBack(rnd.of(this.tabs.filter(one => one !== this.stale)))],
      [4, () => this.writeElsewhere(tab)],
      [5, () => this.markTogether()],
      [2, () => this.copyStore(tab)],
      [2, () => this.reload(at)],
      [4, () => { tab.mood = rnd.of(['plain', 'twice', 'late', 'whole']) }],
      [8, () => this.agree()],
    ])()
    await new Promise(resolve => setImmediate(resolve))
  }

  edit(doc, undo) {
    const { rnd } = this
    const word = this.word()
    const by = act => () => writing.write(doc, tr => act(tr, rnd, word))
    const before = wordsOf(doc)
    rnd.weighted([
      [30, by(writing.type)], [3, by(writing.addBlock)], [4, by(writing.deleteWord)], [4, by(writing.moveWord)],
      [6, by(writing.split)], [3, by(writing.join)], [3, by(writing.moveBlock)], [20, by(writing.format)],
      [14, by(writing.unformat)], [3, by(writing.retype)], [4, by(writing.addNote)],
      [2, by(writing.addRow)], [2, by(writing.addColumn)], [1, by(writing.deleteRow)], [1, by(writing.deleteColumn)], [5, () => undo?.undo()], [3, () => undo?.redo()],
    ])()
    this.note(before, wordsOf(doc), word)
  }

  /// The next word, which nobody else types. The first syllables of two words of a
  /// session differ, and are none of those in the text that it begins with: where a word
  /// is put in front of another, y-prosemirror finds out which of the two is new.
  word() {
    const { rnd } = this
    const others = Array.from({ length: 5 }, () => 0xb2e4 + rnd.below(0xd7a4 - 0xb2e4))
    return String.fromCharCode(0xac00 + 600 + this.thought++ % 1100, ...others)
  }

  note(before, after, word) {
    this.count('edits')
    if (after.has(word)) this.typed.push(word)
    for (const [known, times] of before) if ((after.get(known) ?? 0) < times) this.deleted.add(known)
  }

  goOffline(tab) {
    if (!tab.socket) return
    this.count('cuts')
    tab.cut()
  }

  /// Half of those who come back type at once.
  comeBack(tab) {
    if (tab.socket) return
    this.count('reconnections')
    const isEager = tab !== this.reader && this.rnd.chance(0.5)
    if (isEager) this.count('reconnections with new typing first')
    tab.connect(this.address, isEager ? () => this.edit(tab.doc, tab.undo) : undefined)
  }

  workOffline() {
    for (let n = 0; n < halfDay; n++) this.edit(this.stale.doc, this.stale.undo)
    this.count('half days of work in one update')
    this.comeBack(this.stale)
  }

  /// Somebody wrote in documents without a connection and merges them all at once:
  /// several new client ids in one update.
  writeElsewhere(tab) {
    const drafts = Array.from({ length: 2 + this.rnd.below(2) }, () => new Y.Doc())
    for (const draft of drafts) {
      Y.applyUpdate(draft, Y.encodeStateAsUpdate(tab.doc))
      draft.on('update', update => this.remember(update))
      for (let n = 1 + this.rnd.below(3); n > 0; n--) this.edit(draft)
    }
    this.count('merges of documents written elsewhere')
    Y.applyUpdate(tab.doc, Y.mergeUpdates(drafts.map(draft => Y.encodeStateAsUpdate(draft))))
  }

  /// Two people mark a clause alike before they hear of each other. Of what both did the
  /// editors of all who hear of it delete half, those of readers too.
  markTogether() {
    const nth = this.rnd.below(10)
    const name = this.rnd.of(['strong', 'em'])
    for (const at of [0, 2]) writing.write(this.windows[at].doc, tr => writing.mark(tr, nth, name))
    this.count('clauses marked by two at once')
  }

  /// Two windows of a person share what is stored on their device.
  copyStore(tab) {
    for (const other of this.windows) {
      if (other !== tab && other.person === tab.person) Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(tab.doc))
    }
    this.count('windows that shared a store')
  }

  /// A window is closed; the next one begins from what is stored, as somebody new.
  reload(at) {
    const old = this.windows[at]
    old.cut()
    this.windows[at] = this.open(old.name, old.person, Y.encodeStateAsUpdate(old.doc))
    if (old === this.stale) this.stale = this.windows[at]
    else this.windows[at].connect(this.address)
    this.count('windows opened anew')
  }

  /// Waits until those who are online read the same.
  async agree() {
    const online = this.tabs.filter(tab => tab.socket)
    await this.until(() => {
      for (const tab of online) tab.catchUp()
      return online.every(tab => !tab.socket || tab.isSynced && tab.vector === online[0].vector)
    })
  }

  /// Brings everybody back and waits until all of them have everything.
  async settle() {
    await this.until(() => {
      for (const tab of this.tabs) {
        if (!tab.socket) tab.connect(this.address)
        tab.catchUp()
      }
      return this.differing() === ''
    })
    const why = this.differing()
    if (why && this.findings.length === 0) this.findings.push(`not all was well within ${patience / 1000} s: ${why}`)
  }

  differing() {
    const vector = Buffer.from(Y.encodeStateVector(this.memory)).toString('base64')
    const letters = lettersOf(this.memory)
    for (const tab of this.tabs) {
      if (!tab.isSynced) return `${tab.name} is not back online`
      if (tab.vector !== vector) return `${tab.name} lacks something that others have`
      if (lettersOf(tab.doc) !== letters) return `${tab.name} reads otherwise than all that was done`
    }
    return ''
  }

  /// Resolves once the condition holds, or after long enough, or if somebody was refused.
  async until(holds) {
    const end = Date.now() + patience
    while (!holds() && Date.now() < end && this.findings.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  }

  /// What became of each word.
  account() {
    const there = wordsOf(this.memory)
    const gone = buried(this.memory)
    for (const word of new Set(this.typed)) {
      this.count('words typed')
      if (there.has(word)) this.count('words in the text at the end')
      else if (this.deleted.has(word)) this.count('words deleted by somebody who saw them')
      else if (gone.has(word)) this.count('words typed into a block that somebody moved, joined or deleted meanwhile')
      else if (isTorn(this.memory, word)) this.count('words that others typed into the middle of')
      else this.findings.push(`lost: ${word} was typed, nobody deleted it, and it is not in the text`)
    }
    this.count('updates sent', this.tabs.reduce((sum, tab) => sum + tab.sent, 0))
    this.count('clean-ups sent by the reader', this.reader.sent)
  }

  close() { for (const tab of this.tabs) tab.cut() }
}
