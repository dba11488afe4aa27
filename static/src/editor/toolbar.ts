import type { EditorState } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import type { Strings } from '../strings.ts'
import type { Deed } from './command.ts'
import { make } from './dom.ts'

/// The buttons above the text. Escape in the text goes to them as Alt+F10 does.
export interface Toolbar {
  readonly show: (state: EditorState) => void
  readonly focus: () => void
}

/// Deeds that open a dialog, to which the focus goes.
const asking = new Set(['link', 'footnote', 'comment'])

interface Button { readonly element: HTMLButtonElement, readonly deed: Deed }

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform)

/// The signs for keys that have long names.
const arrows = (key: string): string =>
  key.replace('ArrowLeft', '←').replace('ArrowRight', '→').replace('ArrowUp', '↑').replace('ArrowDown', '↓')

/// A key as the person's keyboard names it.
const spoken = (key: string): string => isMac
  ? arrows(key).replace('Mod', '⌘').replace('Alt', '⌥').replace('Shift', '⇧').replaceAll('-', '')
  : arrows(key).replace('Mod', 'Ctrl').replaceAll('-', '+')

/// The names of keys as assistive technology reads them.
const ariaKeys = (keys: readonly string[]): string =>
  keys.map(key => key.replace('Mod', isMac ? 'Meta' : 'Control').replaceAll('-', '+')).join(' ')

const buttonOf = (t: Strings, deed: Deed): Button => {
  const label = t(`editor.do.${deed.name}`)
  const element = make('button', {
    type: 'button', tabindex: '-1', 'data-deed': deed.name, 'aria-label': label,
    'aria-keyshortcuts': ariaKeys(deed.keys), title: `${label} (${spoken(deed.keys[0] ?? '')})`,
    'data-sign': deed.sign, // drawn by the style sheet: a sign is no name
  })
  if (deed.isOn) element.setAttribute('aria-pressed', 'false')
  return { element, deed }
}

// One button of all is in the order of Tab; arrows go to the others (ARIA practices, toolbar).
const rove = (bar: HTMLElement, buttons: readonly Button[]): void => {
  const go = (to: HTMLButtonElement) => {
    for (const { element } of buttons) element.tabIndex = element === to ? 0 : -1
    to.focus()
  }
  bar.addEventListener('keydown', event => {
    const shown = buttons.filter(b => !b.element.hidden)
    const at = shown.findIndex(b => b.element === document.activeElement)
    const next = {
      ArrowRight: (at + 1) % shown.length, ArrowLeft: (at + shown.length - 1) % shown.length,
      Home: 0, End: shown.length - 1,
    }[event.key]
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    go(shown[next]!.element)
  })
}

const showState = (state: EditorState, { element, deed }: Button): void => {
  element.hidden = deed.isOffered !== undefined && !deed.isOffered(state)
  // Not `disabled`: a button under the caret of the keyboard must not vanish from it.
  element.setAttribute('aria-disabled', String(!deed.run(state)))
  if (deed.isOn) element.setAttribute('aria-pressed', String(deed.isOn(state)))
}

/// Builds the toolbar into its place on the page, in the place of an earlier one.
export const buildToolbar = (place: HTMLElement, t: Strings, deeds: readonly (readonly Deed[])[], view: EditorView): Toolbar => {
  const groups = deeds.map(group => group.map(deed => buttonOf(t, deed)))
  const buttons = groups.flat()
  for (const { element, deed } of buttons) {
    // The text keeps its selection while a button is pressed.
    element.addEventListener('mousedown', event => event.preventDefault())
    element.addEventListener('click', () => {
      if (deed.run(view.state, view.dispatch, view) && !asking.has(deed.name)) view.focus()
    })
  }
  buttons[0]!.element.tabIndex = 0
  const bar = make('div', { role: 'toolbar', 'aria-label': t('editor.toolbar'), 'aria-controls': 'editor-text', class: 'toolbar' },
    ...groups.map(group => make('div', { class: 'toolbar-group' }, ...group.map(b => b.element))))
  bar.addEventListener('keydown', event => { if (event.key === 'Escape') view.focus() })
  rove(bar, buttons)
  place.replaceChildren(bar)
  return {
    show: state => {
      for (const button of buttons) showState(state, button)
      if (buttons.some(b => b.element.tabIndex === 0 && !b.element.hidden)) return
      for (const { element } of buttons) element.tabIndex = element === buttons[0]!.element ? 0 : -1
    },
    focus: () => buttons.find(b => b.element.tabIndex === 0)?.element.focus(),
  }
}
