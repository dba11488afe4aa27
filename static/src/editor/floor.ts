import { NodeSelection, Plugin, TextSelection, type EditorState, type Transaction } from 'prosemirror-state'
import { isRemote } from './cid.ts'
import { node } from './schema.ts'

// The grammar lets a text be empty, for it has to take whatever others leave behind. A
// caret needs somewhere to stand, so whoever empties the text, or goes into an empty one,
// makes a paragraph; nobody else does, or there would be one for each who watches.

const lay = (state: EditorState): Transaction => {
  const tr = state.tr.insert(0, node('paragraph').create())
  return tr.setSelection(TextSelection.create(tr.doc, 1))
}

/// Gives the caret a paragraph to stand in.
export const floor = () => new Plugin({
  appendTransaction: (transactions, _, state) =>
    state.doc.childCount === 0 && transactions.some(tr => tr.docChanged && !isRemote(tr)) ? lay(state) : null,
  props: {
    handleDOMEvents: {
      focus(view) {
        if (view.editable && view.state.doc.childCount === 0) view.dispatch(lay(view.state))
        return false
      },
    },
  },
})

/// Makes a selection of words of every selection of a node. Where somebody else deletes the
/// node, y-prosemirror 1.3.7 looks for it in vain, fails, and shows nothing that comes after.
export const wordsOnly = () => new Plugin({
  appendTransaction: (_, __, { selection, tr }) => {
    if (!(selection instanceof NodeSelection)) return null
    return tr.setSelection(TextSelection.between(selection.$from, selection.$to)).setStoredMarks(null)
  },
})
