import type { Strings } from '../strings.ts'
import { make } from './dom.ts'

// Codes that have a sentence below "editor.notice."; a later server may send others.
const known = new Set(['split'])

/// A line above the text that says what became of something typed there, until the person
/// closes it. It is read out without taking the focus: they are writing.
export const noticeLine = (text: HTMLElement, t: Strings): ((code: string) => void) => {
  const line = make('div', { id: 'editor-notice', role: 'status' })
  text.before(line)
  return code => {
    if (!known.has(code)) return
    const closer = make('button', { type: 'button' }, t('editor.notice.close'))
    line.replaceChildren(make('p', { class: 'notice' }, t(`editor.notice.${code}`), ' ', closer))
    closer.addEventListener('click', () => {
      line.replaceChildren()
      text.querySelector<HTMLElement>('[role="textbox"]')?.focus()
    })
  }
}
