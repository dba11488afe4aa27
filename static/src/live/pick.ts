import type { Strings } from '../strings.ts'

const longest = 2_000 // UTF-16 units, as the server has it

// Where a node stands in the plain text of a clause, as the server puts that together:
// the lines of its text blocks, without the number that the page shows before a clause,
// and with what footnotes say where the page shows a number.
const line = 'p, h1, h2, h3, h4, h5, h6, tr'
const cellBreak = 3 // units between two cells of a row

const unitsUpTo = (words: Element, node: Node, offset: number): number => {
  const range = document.createRange()
  range.setStart(words, 0)
  range.setEnd(node, offset)
  const part = document.createElement('div')
  part.append(range.cloneContents())
  for (const other of part.querySelectorAll('.operative-number, .words-links, .visually-hidden, ins')) other.remove()
  for (const note of part.querySelectorAll<HTMLElement>('.footnote')) note.textContent = ' '.repeat(Number(note.dataset.units))
  const lines = [...part.querySelectorAll(line)]
  const unitsOf = (l: Element) =>
    (l.textContent ?? '').length + l.querySelectorAll('br').length + cellBreak * Math.max(l.querySelectorAll('th, td').length - 1, 0)
  const units = lines.reduce((sum, l) => sum + unitsOf(l), 0)
  return units + Math.max(lines.length - 1, 0) // a line break between two lines
}

const clauseOf = (node: Node): HTMLElement | null =>
  (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>('[data-pick]') ?? null

/// The address at which the selected words of a clause can be commented on, or null. A
/// selection that goes on into the next clause ends with its first.
const addressOf = (selection: Selection | null): { words: HTMLElement, address: string } | null => {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  const words = clauseOf(range.startContainer)
  if (!words?.dataset.pick) return null
  const isWithin = words.contains(range.endContainer)
  const start = unitsUpTo(words, range.startContainer, range.startOffset)
  const end = isWithin ? unitsUpTo(words, range.endContainer, range.endOffset) : unitsUpTo(words, words, words.childNodes.length)
  if (end <= start || end - start > longest) return null
  return { words, address: `${words.dataset.pick}?start=${start}&end=${end}#compose-title` }
}

/// Offers to comment on words that are selected in `[data-pick]`, whose value is the
/// address of the clause. The offer stands behind the clause's words, where the keyboard
/// comes to it from there.
export const offerComments = (t: Strings): void => {
  if (!document.querySelector('[data-pick]')) return
  const offer = document.createElement('a')
  offer.className = 'button button-primary pick'
  offer.textContent = t('live.pick')
  document.addEventListener('selectionchange', () => {
    const picked = addressOf(getSelection())
    if (!picked) {
      if (document.activeElement !== offer) offer.remove()
      return
    }
    offer.href = picked.address
    offer.lang = document.documentElement.lang
    if (picked.words.nextElementSibling !== offer) picked.words.after(offer)
  })
}
