/// Sends each form once: a second press before the answer is there would throw the first
/// answer away, and with it what is shown only once, as a return code.
export const sendOnce = (): void => {
  document.addEventListener('submit', event => {
    const form = event.target as HTMLFormElement
    if (event.defaultPrevented) return
    if (form.dataset.sent !== undefined) event.preventDefault()
    form.dataset.sent = ''
  })
  // Whoever comes back by the browser's own button may send again.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) delete form.dataset.sent
  })
}
