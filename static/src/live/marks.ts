// Between words that threads are about and the cards of these. Without this, links lead
// from one to the other; with it the words themselves do, and what they lead to is marked.

const idOf = (card: Element): string => card.id.replace(/^(here-)?thread-/, '')

const piecesOf = (thread: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`mark[data-threads~="${CSS.escape(thread)}"]`)]

const unmark = (): void => {
  for (const piece of document.querySelectorAll('.thread-words-current')) piece.classList.remove('thread-words-current')
  for (const card of document.querySelectorAll('.thread-card[aria-current]')) card.removeAttribute('aria-current')
}

/// Marks a thread's words and its cards as those one is at.
const markCurrent = (thread: string): void => {
  unmark()
  for (const piece of piecesOf(thread)) piece.classList.add('thread-words-current')
  for (const id of [`thread-${thread}`, `here-thread-${thread}`]) document.getElementById(id)?.setAttribute('aria-current', 'true')
}

/// The card that has a place on this screen: beside the text, or folded below the clause.
const cardOf = (thread: string): HTMLElement | null => {
  const below = document.getElementById(`here-thread-${thread}`)
  if (below?.closest('.clause-threads')?.checkVisibility()) return below
  const beside = document.getElementById(`thread-${thread}`)
  return beside?.checkVisibility() ? beside : null
}

const goToCard = (thread: string): boolean => {
  const card = cardOf(thread)
  if (!card) return false
  const folded = card.closest('details')
  if (folded) folded.open = true
  markCurrent(thread)
  card.querySelector<HTMLElement>('.thread-card-words a')?.focus()
  return true
}

const goToWords = (thread: string): boolean => {
  const [first] = piecesOf(thread)
  if (!first) return false
  markCurrent(thread)
  first.scrollIntoView({ block: 'center' })
  const link = [...document.querySelectorAll<HTMLElement>(`#${CSS.escape(`words-${thread}`)} a`)].find(a => a.checkVisibility())
  link?.focus({ preventScroll: true })
  return true
}

/// Of several threads on the same words, the one on the fewest is meant.
const threadAt = (mark: HTMLElement): string | undefined => {
  const length = (thread: string) => piecesOf(thread).reduce((sum, piece) => sum + (piece.textContent ?? '').length, 0)
  return (mark.dataset.threads ?? '').split(' ').sort((a, b) => length(a) - length(b))[0]
}

const leads = (target: Element): boolean => {
  const link = target.closest<HTMLAnchorElement>('.words-link')
  if (link) return goToCard(link.hash.replace(/^#(here-)?thread-/, ''))
  const see = target.closest('.thread-card-see')
  const card = see?.closest('.thread-card')
  if (card) return goToWords(idOf(card))
  const mark = target.closest<HTMLElement>('mark[data-threads]')
  if (!mark || target.closest('a') || !getSelection()?.isCollapsed) return false
  return goToCard(threadAt(mark) ?? '')
}

/// Leads from marked words to their thread, and back.
export const linkMarks = (): void => {
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return
    if (leads(event.target)) event.preventDefault()
  })
}
