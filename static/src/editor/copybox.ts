import type { Strings } from '../strings.ts'
import { openDialog } from './dialog.ts'
import { make } from './dom.ts'

// Refused words stay here until the person closes the box; what is refused meanwhile is
// put beneath.
let shown: { readonly box: HTMLTextAreaElement, readonly closed: (() => void)[] } | null = null

const copy = async (box: HTMLTextAreaElement): Promise<boolean> => {
  box.select()
  try {
    await navigator.clipboard.writeText(box.value)
    return true
  } catch {
    return false // the words are selected: the keyboard copies them
  }
}

/// Offers words that could not be saved for copying, and says why.
export const offerCopy = (t: Strings, why: string, words: readonly string[], closed: () => void): void => {
  if (words.length === 0) return
  if (shown) {
    shown.box.value += '\n\n' + words.join('\n\n')
    shown.closed.push(closed)
    return
  }
  const box = make('textarea', { readonly: '', rows: '8', dir: 'auto', 'aria-label': t('editor.copy.words') })
  box.value = words.join('\n\n')
  const said = make('p', { role: 'status' })
  const copier = make('button', { type: 'button', class: 'button-primary' }, t('editor.copy.copy'))
  const closer = make('button', { type: 'button' }, t('editor.copy.close'))
  const dialog = openDialog(t('editor.copy.title'),
    make('p', {}, why), box, said, make('div', { class: 'form-actions' }, copier, closer))
  const all = [closed]
  shown = { box, closed: all }
  copier.addEventListener('click', async () => {
    said.textContent = t(await copy(box) ? 'editor.copy.copied' : 'editor.copy.by_hand')
  })
  closer.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => {
    shown = null
    for (const act of all) act()
  })
}
