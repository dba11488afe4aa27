import type { Command, EditorState } from 'prosemirror-state'
import { canJoin } from 'prosemirror-transform'

// Clauses are put elsewhere without dragging: dragging needs a steady hand, and a mouse.

/// The top-level blocks that are selected: the first and the last, and where they begin and end.
const chosen = ({ doc, selection: { $from, $to } }: EditorState) => {
  const first = $from.index(0)
  const last = Math.min($to.depth > 0 ? $to.index(0) : $to.index(0) - 1, doc.childCount - 1)
  const start = $from.depth > 0 ? $from.before(1) : $from.pos
  const end = $to.depth > 0 ? $to.after(1) : $to.pos
  return { first, last, start, end }
}

/// Moves the selected blocks past the one above or below. It is that one which is taken to
/// the other side: what is selected, and the caret, stay where they are to whoever writes.
export const moveBlocks = (by: 1 | -1): Command => (state, dispatch) => {
  const { first, last, start, end } = chosen(state)
  const neighbour = state.doc.maybeChild(by < 0 ? first - 1 : last + 1)
  if (!neighbour) return false
  if (dispatch) {
    const { tr } = state
    if (by < 0) tr.delete(start - neighbour.nodeSize, start).insert(end - neighbour.nodeSize, neighbour)
    else tr.delete(end, end + neighbour.nodeSize).insert(start, neighbour)
    dispatch(tr.scrollIntoView())
  }
  return true
}

const endsInSpace = /\s$/
const beginsInSpace = /^\s/

/// Puts the words of a block behind those of the one above, whose id stays.
export const joinAbove: Command = (state, dispatch) => {
  const { first, start } = chosen(state)
  const above = state.doc.maybeChild(first - 1), block = state.doc.maybeChild(first)
  if (!above?.isTextblock || !block?.isTextblock || !canJoin(state.doc, start)) return false
  if (dispatch) {
    const { tr } = state
    const isParted = above.content.size === 0 || block.content.size === 0
      || endsInSpace.test(above.textContent) || beginsInSpace.test(block.textContent)
    tr.join(start)
    if (!isParted) tr.insertText(' ', start - 1)
    dispatch(tr.scrollIntoView())
  }
  return true
}
