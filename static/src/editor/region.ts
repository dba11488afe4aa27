const marginTarget = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('.margin .thread-card[aria-current] .thread-card-words a') ?? document.getElementById('threads-title')

const textTarget = (): HTMLElement | null => document.getElementById('editor-text')

// On a narrow screen the outline is folded, and its name stands for it.
const outlineTarget = (): HTMLElement | null =>
  [...document.querySelectorAll<HTMLElement>('.outline a, .outline-fold summary')].find(element => element.checkVisibility()) ?? null

const regions: readonly { readonly within: string, readonly target: () => HTMLElement | null }[] = [
  { within: '.outline, .outline-fold', target: outlineTarget },
  { within: '#editor-text', target: textTarget },
  { within: '.margin', target: marginTarget },
]

/// Where the focus goes from a region, by the number of that; -1 is anywhere else, from
/// where it goes to the text.
const targetFrom = (at: number, step: 1 | -1): HTMLElement | null => {
  if (at < 0) return textTarget()
  for (let n = 1; n < regions.length; n++) {
    const target = regions[(at + n * step + n * regions.length) % regions.length]?.target()
    if (target) return target
  }
  return null
}

/// F6 goes from the outline to the text, from there to the margin, to the thread on the words
/// the caret is in, and back to the outline; with Shift the other way round.
export const regionKeys = (): void => {
  document.addEventListener('keydown', event => {
    if (event.key !== 'F6' || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')) return
    const at = regions.findIndex(({ within }) => document.activeElement?.closest(within))
    const target = targetFrom(at, event.shiftKey ? -1 : 1)
    if (!target) return
    event.preventDefault()
    target.focus()
  })
}
