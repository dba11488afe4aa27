import type { Strings } from '../strings.ts'
import { openDialog } from './dialog.ts'
import { make } from './dom.ts'

/// Says that a deletion waits for a second person, and where it can be seen.
export const tellHeld = (t: Strings, address: string, closed: () => void): void => {
  const closer = make('button', { type: 'button', class: 'button-primary' }, t('editor.held.close'))
  const dialog = openDialog(t('editor.held.title'),
    make('p', {}, t('editor.held.lead')),
    make('div', { class: 'form-actions' }, closer, make('a', { href: address }, t('editor.held.see'))))
  closer.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', closed)
}
