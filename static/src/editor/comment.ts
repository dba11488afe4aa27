import type { EditorView } from 'prosemirror-view'
import { newId } from '../id.ts'
import type { Strings } from '../strings.ts'
import type { Deed } from './command.ts'
import { openDialog } from './dialog.ts'
import { make } from './dom.ts'
import { passageIn, wordsOf, type Passage } from './passage.ts'
import { markPending, pendingPassage, unmarkPending } from './threads.ts'

const longest = 2_000 // UTF-16 units, as the server has it

// What was typed and not sent, until it is.
interface Unsent { body: string }

/// Opens a thread on words; returns why it wasn't, as a sentence.
const send = async (t: Strings, statement: string, thread: object): Promise<string | null> => {
  const reply = await fetch(`/api/v1/statements/${statement}/threads`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(thread),
  }).catch(() => null)
  if (!reply) return t('editor.comment.offline')
  if (reply.ok) return null
  const problem: { detail?: string } | null = await reply.json().catch(() => null)
  return problem?.detail ?? t('editor.comment.failed')
}

const askForComment = (t: Strings, statement: string, view: EditorView, unsent: Unsent): void => {
  const range = { from: view.state.selection.from, to: view.state.selection.to }
  const passage = passageIn(view.state.doc, range)
  if (!passage) return
  const quote = wordsOf(view.state.doc, passage)
  const box = make('textarea', { id: 'comment-body', rows: '6', dir: 'auto' })
  box.value = unsent.body
  box.addEventListener('input', () => { unsent.body = box.value })
  const problem = make('p', { class: 'field-error', role: 'alert' })
  const sender = make('button', { class: 'button-primary' }, t('editor.comment.send'))
  const form = make('form', { method: 'dialog' },
    make('blockquote', { class: 'comment-quote', lang: view.dom.lang, dir: 'auto' }, quote),
    make('label', { for: 'comment-body' }, t('editor.comment.body')),
    problem, box,
    make('div', { class: 'form-actions' }, sender, make('button', { type: 'button' }, t('editor.comment.cancel'))))
  const dialog = openDialog(t('editor.comment.title'), form)
  box.focus()
  markPending(view, range)
  // The same act, however often it is sent; what was reworded after a failure is another.
  let ids = { thread: newId(), comment: newId(), body: box.value }
  const submit = async () => {
    if (box.value !== ids.body) ids = { thread: newId(), comment: newId(), body: box.value }
    // The words may have been rewritten since the box was opened.
    const now: Passage | null = pendingPassage(view.state)
    const on = now ? { clause: now.clause, quote: wordsOf(view.state.doc, now), start: now.start } : { clause: passage.clause, quote, start: passage.start }
    sender.disabled = true
    problem.textContent = await send(t, statement, { id: ids.thread, ...on, comment: { id: ids.comment, body: ids.body } })
    sender.disabled = false
    if (problem.textContent !== '') return box.focus()
    unsent.body = ''
    document.dispatchEvent(new Event('news'))
    document.dispatchEvent(new CustomEvent('said', { detail: `thread-${ids.thread}` }))
    dialog.close()
  }
  form.querySelector('[type=button]')?.addEventListener('click', () => dialog.close())
  form.addEventListener('submit', event => {
    event.preventDefault()
    void submit()
  })
  dialog.addEventListener('close', () => {
    if (view.isDestroyed) return
    unmarkPending(view)
    view.focus()
  })
}

/// Commenting on the words that are selected; a dialog asks what is to be said, and keeps
/// it until it was sent.
export const commentDeed = (t: Strings, statement: string): Deed => {
  const unsent: Unsent = { body: '' }
  return {
    name: 'comment',
    sign: '[…]',
    keys: ['Mod-Alt-m'],
    run: (state, dispatch, view) => {
      const passage = state.selection.empty ? null : passageIn(state.doc, state.selection)
      if (!passage || passage.end - passage.start > longest) return false
      if (dispatch && view) askForComment(t, statement, view, unsent)
      return true
    },
  }
}
