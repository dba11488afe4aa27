const atLatest = 100 // ms: a page that isn't shown has no frames

/// Makes of a deed one that is done once the next frame is shown, however often it is asked
/// for until then: whoever presses a key sees the letter before anything else is done.
export const afterFrame = (act: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const go = (): void => {
    timer = undefined
    act()
  }
  return () => {
    if (timer !== undefined) return
    timer = setTimeout(go, atLatest)
    requestAnimationFrame(() => {
      if (timer === undefined) return
      clearTimeout(timer)
      timer = setTimeout(go)
    })
  }
}
