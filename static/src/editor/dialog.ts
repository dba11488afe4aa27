import { make } from './dom.ts'

/// A modal dialog with a heading, which is removed when it closes. Focus goes back to
/// where it was.
export const openDialog = (title: string, ...contents: readonly HTMLElement[]): HTMLDialogElement => {
  const heading = make('h2', { id: 'dialog-title' }, title)
  const dialog = make('dialog', { class: 'editor-dialog', 'aria-labelledby': 'dialog-title' }, heading, ...contents)
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}
