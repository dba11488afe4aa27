import { attempt, claim } from '../device.ts'
import type { Strings } from '../strings.ts'

// What is half written is kept on the device until it is sent or thrown away, but never
// where a group declares a sensitive stakeholder group: others may use the device.

const prefix = 'draft:'
const sentKey = 'sent-drafts'
const keptFor = 14 * 24 * 60 * 60 * 1_000 // ms

interface Draft { readonly at: number, readonly text: string }

const read = (key: string): Draft | null => attempt(() => JSON.parse(localStorage.getItem(key) ?? 'null') as Draft | null)
const drop = (key: string): void => { attempt(() => localStorage.removeItem(key)) }
const write = (key: string, text: string): void => {
  claim()
  attempt(() => localStorage.setItem(key, JSON.stringify({ at: Date.now(), text } satisfies Draft)))
}
const keys = (): string[] => attempt(() => Object.keys(localStorage).filter(key => key.startsWith(prefix))) ?? []

// What this tab has sent off. It is dropped once the next page is here, for then the
// server has answered; not if that page was gone back to after a failure of the network.
const sent = (): string[] => attempt(() => JSON.parse(sessionStorage.getItem(sentKey) ?? '[]') as string[]) ?? []
const remember = (key: string): void => { attempt(() => sessionStorage.setItem(sentKey, JSON.stringify([...sent(), key]))) }

const isFresh = (): boolean => {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return navigation?.type === 'navigate'
}

const dropSent = (): void => {
  if (isFresh()) sent().forEach(drop)
  attempt(() => sessionStorage.removeItem(sentKey))
}

const dropOld = (): void => {
  for (const key of keys()) if (Date.now() - (read(key)?.at ?? 0) > keptFor) drop(key)
}

// Says above the box that words were put back, and lets them be thrown away.
const note = (t: Strings, box: HTMLTextAreaElement, discard: () => void): void => {
  const said = document.createElement('p')
  said.className = 'hint'
  said.setAttribute('role', 'status')
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button-quiet'
  button.textContent = t('live.draft.discard')
  button.addEventListener('click', () => {
    discard()
    said.remove()
    box.focus()
  })
  said.append(t('live.draft.restored') + ' ', button)
  box.before(said)
}

const restore = (t: Strings, box: HTMLTextAreaElement, key: string, text: string): void => {
  const first = box.value
  box.value = text
  const around = box.closest('details')
  if (around) around.open = true
  note(t, box, () => {
    drop(key)
    box.value = first
  })
}

const keep = (t: Strings, form: HTMLFormElement): void => {
  const box = form.querySelector('textarea')
  if (!box) return
  const key = prefix + form.dataset.draft
  const first = box.defaultValue
  const kept = read(key)
  // A form that came back refused holds the newer words.
  if (box.matches('[aria-invalid]')) write(key, box.value)
  else if (kept && kept.text !== first && box.value === first) restore(t, box, key, kept.text)
  box.addEventListener('input', () => box.value === first ? drop(key) : write(key, box.value))
  form.addEventListener('submit', () => remember(key))
}

const isSensitive = (): boolean => document.body.dataset.sensitive !== undefined

/// Keeps what is written in each `form[data-draft]` within, and puts it back.
export const keepDraftsIn = (t: Strings, root: ParentNode): void => {
  if (isSensitive()) return
  for (const form of root.querySelectorAll<HTMLFormElement>('form[data-draft]')) keep(t, form)
}

/// Does so for the page, after drafts have gone that are sent, old or not to be here.
export const keepDrafts = (t: Strings): void => {
  if (isSensitive()) return keys().forEach(drop)
  dropSent()
  dropOld()
  keepDraftsIn(t, document)
}
