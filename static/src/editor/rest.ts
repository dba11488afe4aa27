import type { EditorView } from 'prosemirror-view'

/// Does something once no syllable is being put together: a change to what is shown there
/// would break it off.
export const betweenSyllables = (view: EditorView, act: () => void): void => {
  if (view.isDestroyed) return
  if (!view.composing) return act()
  view.dom.addEventListener('compositionend', () => setTimeout(() => betweenSyllables(view, act)), { once: true })
}
