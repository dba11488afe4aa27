import { load } from '../../test/load.mjs'

/// What honest people write with, as the browser gets it.
export const { Y, initProseMirrorDoc, updateYFragment, Transform, canJoin, canSplit, Fragment, Slice, read, step, syncFrame, schema } =
  await load('../judge/honest/entry.ts')
