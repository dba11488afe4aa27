import { forget } from '../device.ts'

const within = 1_500 // ms for three times Shift

/// Leaves at once for the address of the exit link: on a click, and on three times Shift
/// with nothing in between. The page is taken out of the tab's history, and emptied first,
/// for the other site may be slow to come. What the device keeps is forgotten, and nobody is
/// asked about words that aren't saved: a question would hold up whoever has to go.
export const watchExit = (): void => {
  const link = document.querySelector<HTMLAnchorElement>('a[data-exit]')
  if (!link) return
  const leave = () => {
    window.addEventListener('beforeunload', event => event.stopImmediatePropagation(), { capture: true })
    forget()
    document.body.replaceChildren()
    document.title = ''
    location.replace(link.href)
  }
  link.addEventListener('click', event => {
    event.preventDefault()
    leave()
  })
  let pressed: number[] = []
  document.addEventListener('keydown', event => {
    if (event.repeat) return
    const now = performance.now()
    pressed = event.key === 'Shift' ? [...pressed.filter(at => now - at < within), now] : []
    if (pressed.length === 3) leave()
  })
}
