import type { Awareness } from 'y-protocols/awareness'
import { presenceOf, type Person } from './caret.ts'

/// The others who are there, each once however many windows they have, by name.
export const others = (states: Iterable<{ readonly user?: Person }>, self: string): Person[] => {
  const people = new Map<string, Person>()
  for (const { user } of states) {
    if (user?.persona && user.persona !== self) people.set(user.persona, user)
  }
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/// Shows in a list who is there; returns a function that ends it.
export const showPresence = (list: HTMLElement, awareness: Awareness, self: string): (() => void) => {
  const show = () => {
    const people = others(awareness.getStates().values(), self)
    list.replaceChildren(...people.map(presenceOf))
    list.hidden = people.length === 0
  }
  awareness.on('change', show)
  show()
  return () => {
    awareness.off('change', show)
    list.replaceChildren()
  }
}
