const marginTarget = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('.thread-card[aria-current] .thread-card-words a') ?? document.getElementById('threads-title')

/// F6 goes from the text to the margin, there to the thread on the words the caret is in,
/// and from anywhere else to the text.
export const regionKeys = (): void => {
  document.addEventListener('keydown', event => {
    if (event.key !== 'F6' || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')) return
    const text = document.getElementById('editor-text')
    const isInText = text?.contains(document.activeElement) ?? false
    const target = isInText ? marginTarget() : text
    if (!target) return
    event.preventDefault()
    target.focus()
  })
}
