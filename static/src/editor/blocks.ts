import type { Node } from 'prosemirror-model'
import { Mapping, StepMap } from 'prosemirror-transform'

// What others write comes as a new document (y-prosemirror replaces all of it), through
// which nothing can be mapped. But a block in which nothing changed is the same object.

/// The stretch in which two documents differ, in whole blocks; empty if they don't.
interface Stretch { readonly from: number, readonly oldTo: number, readonly to: number }

/// Where two documents differ: before and behind it they have the same blocks.
export const changedStretch = (old: Node, now: Node): Stretch => {
  const most = Math.min(old.childCount, now.childCount)
  let first = 0, from = 0
  while (first < most && old.child(first) === now.child(first)) from += now.child(first++).nodeSize
  let last = 0, behind = 0
  while (last < most - first && old.child(old.childCount - 1 - last) === now.child(now.childCount - 1 - last)) behind += now.child(now.childCount - 1 - last++).nodeSize
  return { from, oldTo: old.content.size - behind, to: now.content.size - behind }
}

/// Maps positions from one document to the next as if only that stretch had been replaced:
/// what lies in it is gone.
export const blockMapping = ({ from, oldTo, to }: Stretch): Mapping =>
  new Mapping(from === oldTo && from === to ? [] : [new StepMap([from, oldTo - from, to - from])])
