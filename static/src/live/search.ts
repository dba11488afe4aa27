/// A stroke (/) goes to the search box, unless somebody writes: it is a letter of texts.
export const slashToSearch = (): void => {
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writes(event.target)) return
    const box = [...document.querySelectorAll<HTMLInputElement>('input[data-search]')].find(one => one.offsetParent)
    if (!box) return
    event.preventDefault()
    box.focus()
    box.select()
  })
}

const writes = (at: EventTarget | null): boolean =>
  at instanceof HTMLElement && (at.isContentEditable || at.closest('input, textarea, select, dialog') !== null)
