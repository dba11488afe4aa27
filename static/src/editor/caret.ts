import type { DecorationAttrs } from 'prosemirror-view'
import { make } from './dom.ts'

/// A person as the server presents them.
export interface Person { readonly name: string, readonly class: number, readonly persona: string }

const colour = (person: Partial<Person>): string => `person-${(person.class ?? 0) % 8}`

/// Where another person writes. The name stands in an attribute: as text it would be read
/// out in the middle of a sentence. Colours are classes, for the page allows no inline style.
export const caretOf = (person: Partial<Person>): HTMLElement =>
  make('span', { class: `caret ${colour(person)}`, 'data-name': person.name ?? '', 'aria-hidden': 'true' })

/// What another person has selected.
export const selectionOf = (person: Partial<Person>): DecorationAttrs => ({ class: `selected ${colour(person)}` })

/// A person in the list of those present.
export const presenceOf = (person: Person): HTMLElement =>
  make('li', { class: colour(person) }, person.name)
