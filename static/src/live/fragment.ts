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

const isHalfWritten = (node: Node): boolean =>
  node instanceof HTMLTextAreaElement && node.value !== node.defaultValue

/// Renews an element of the page by the one of the same id in the fragment. Focus, caret,
/// half-written text and what was folded open stay as they are.
export const renew = (old: Element, elements: readonly Element[]): void => {
  const fresh = elements.map(e => e.id === old.id ? e : e.querySelector(`#${CSS.escape(old.id)}`)).find(e => e !== null)
  if (!fresh) return
  Idiomorph.morph(old, fresh, {
    ignoreActiveValue: true,
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: node => !isHalfWritten(node),
      beforeAttributeUpdated: (name, node) => !(name === 'open' && node instanceof HTMLDetailsElement),
    },
  })
}

/// Adds the elements to the end of a list and returns the first of them.
export const append = (list: Element, elements: readonly Element[]): Element | undefined => {
  list.append(...elements)
  const folded = list.closest('details')
  if (folded) folded.open = true
  return elements[0]
}
