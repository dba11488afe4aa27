import type { ResolvedPos } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import { Decoration, DecorationSet } from 'prosemirror-view'

// A browser may leave out blocks that aren't in sight, and a new block isn't until the next
// frame: what is typed into it before that would be lost. So the blocks in which the
// selection begins and ends are always laid out, from the moment they are there.

const blockOf = ($pos: ResolvedPos): Decoration[] =>
  $pos.depth > 0 ? [Decoration.node($pos.before(1), $pos.after(1), { class: 'here' })] : []

export const here = () => new Plugin({
  props: {
    decorations: ({ doc, selection: { $from, $to } }) =>
      DecorationSet.create(doc, $from.index(0) === $to.index(0) ? blockOf($from) : [...blockOf($from), ...blockOf($to)]),
  },
})
