const after = 3_000 // ms in sight

const send = async (form: HTMLFormElement): Promise<void> => {
  try {
    // The answer is a redirection to this page, which nobody needs.
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form) as unknown as Record<string, string>), redirect: 'manual' })
    if (answer.ok || answer.type === 'opaqueredirect') form.hidden = true
  } catch {
    // Offline: the button is still there.
  }
}

/// Sends `form[data-read]` once the page has been in sight for a while. What is marked as
/// new stays marked until the page is opened again.
export const markRead = (): void => {
  const form = document.querySelector<HTMLFormElement>('form[data-read]')
  if (!form) return
  let timer: ReturnType<typeof setTimeout> | undefined
  const watch = () => {
    clearTimeout(timer)
    if (document.hidden) return
    timer = setTimeout(() => {
      document.removeEventListener('visibilitychange', watch)
      void send(form)
    }, after)
  }
  document.addEventListener('visibilitychange', watch)
  watch()
}
