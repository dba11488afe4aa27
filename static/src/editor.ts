// The page on which several people write at once. It shows the reading view until the
// shared text has arrived; a phone keeps it, with a text box for each clause, until
// somebody asks for the editor.
import { byId, make } from './editor/dom.ts'
import { Keeper, type Shelf } from './editor/keeper.ts'
import { afterFrame } from './editor/frame.ts'
import { noticeLine } from './editor/notice.ts'
import { regionKeys } from './editor/region.ts'
import { Session, type Place } from './editor/session.ts'
import type { Status } from './editor/status.ts'
import { stringsOf, type Strings } from './strings.ts'

const t = stringsOf('strings')

/// Shows the status at once, but has it read out only when it is news: "saving" and
/// "saved" take turns at every keystroke.
const statusLine = (place: HTMLElement, t: Strings): ((status: Status) => void) => {
  const seen = make('span', { 'aria-hidden': 'true' })
  const heard = make('span', { class: 'visually-hidden' })
  place.replaceChildren(seen, heard)
  let last: Status | null = null
  const show = (): void => {
    place.dataset.shown = place.dataset.status
    seen.textContent = t(`editor.status.${place.dataset.status}`)
  }
  const showSoon = afterFrame(show)
  return status => {
    if (place.dataset.status === status) return
    place.dataset.status = status
    if (status === 'saving' || status === 'saved') showSoon()
    else show()
    if (status.startsWith('session')) place.append(signIn)
    else signIn.remove()
    if (status === 'saving' || status === last) return
    last = status
    heard.textContent = t(`editor.status.${status}`)
  }
}

// Another tab keeps what is unsaved in this one.
const signIn = make('a', { href: '/enter', target: '_blank', rel: 'noopener' }, t('editor.sign_in'))

const placeOf = (root: HTMLElement): Place => ({
  t,
  statement: root.dataset.statement ?? '',
  mayComment: root.dataset.mayComment === 'true',
  lang: root.dataset.lang ?? '',
  toolbar: byId('editor-toolbar'),
  text: root,
  address: (root.dataset.live ?? '').replace(/^\//, `${location.origin.replace(/^http/, 'ws')}/`),
  persona: root.dataset.persona ?? '',
  mayWrite: root.dataset.mayWrite === 'true',
  isSensitive: root.dataset.sensitive === 'true',
  presence: byId('editor-presence'),
  say: statusLine(byId('editor-status'), t),
  notice: noticeLine(root, t),
})

const shelfOf = (root: HTMLElement, { t, persona, statement, mayWrite }: Place): Shelf =>
  ({ t, persona, statement, mayWrite, secret: root.dataset.copyKey ?? '', place: byId('editor-copy') })

const start = (place: Place, keeper: Keeper): void => {
  place.toolbar.replaceChildren()
  place.text.before(make('p', { id: 'editor-keys', class: 'visually-hidden' }, t('editor.keys')))
  const session = new Session(place, keeper)
  for (const event of ['pagehide', 'visibilitychange', 'blur'] as const) window.addEventListener(event, () => session.leave())
  for (const event of ['online', 'focus', 'visibilitychange'] as const) window.addEventListener(event, () => session.resume())
  window.addEventListener('beforeunload', event => { if (session.isUnsaved) event.preventDefault() })
}

const offerStart = (place: Place, keeper: Keeper): void => {
  const button = make('button', { type: 'button' }, t('editor.start'))
  button.addEventListener('click', () => start(place, keeper))
  place.toolbar.replaceChildren(button)
}

const place = placeOf(byId('editor'))
place.presence.hidden = true
regionKeys()
const keeper = await Keeper.begin(shelfOf(byId('editor'), place))
if (place.mayWrite && !keeper.hasEarlier && matchMedia('(max-width: 48rem)').matches) offerStart(place, keeper)
else start(place, keeper)
