import { Idiomorph } from 'idiomorph'

// Markup comes from the templates the page itself was made of, over the page's own
// connection; the policy of this name is the only one the page lets parse it.
const policy = (globalThis as { trustedTypes?: { createPolicy: (name: string, rules: { createHTML: (html: string) => string }) => { createHTML: (html: string) => string } } })
  .trustedTypes?.createPolicy('frag', { createHTML: html => html })

/// The elements of a fragment.
export const elementsOf = (html: string): Element[] => {
  const template = document.createElement('template')
  template.innerHTML = policy ? policy.createHTML(html) : html
  return [...template.content.children]
}

// What a script of the page says of a card, the server doesn't know.
const keptByScripts = new Set(['aria-current', 'aria-pressed'])

const isHalfWritten = (node: Node): boolean =>
  node instanceof HTMLTextAreaElement && node.value !== node.defaultValue

/// Renews an element of the page by the one of the same id in the fragment. Focus, caret,
/// half-written text and what was folded open stay as they are.
export const renew = (old: Element, elements: readonly Element[]): void => {
  const fresh = elements.map(e => e.id === old.id ? e : e.querySelector(`#${CSS.escape(old.id)}`)).find(e => e !== null)
  if (!fresh) return
  // Marks belong to just those words.
  if (old instanceof HTMLElement && fresh instanceof HTMLElement && old.matches('.clause-words') && old.dataset.state !== fresh.dataset.state) return
  Idiomorph.morph(old, fresh, {
    ignoreActiveValue: true,
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: node => !isHalfWritten(node),
      beforeAttributeUpdated: (name, node) => !(name === 'open' && node instanceof HTMLDetailsElement || keptByScripts.has(name)),
    },
  })
}

/// Adds the elements to a list and returns the first of them: at its end, or, where the list
/// has an order, at their place in it.
export const append = (list: Element, elements: readonly Element[]): Element | undefined => {
  for (const element of elements) {
    const order = element instanceof HTMLElement ? element.dataset.order : undefined
    const next = order && [...list.children].find(other => other instanceof HTMLElement && (other.dataset.order ?? '') > order)
    list.insertBefore(element, next || null)
  }
  const folded = list.closest('details')
  if (folded) folded.open = true
  return elements[0]
}
