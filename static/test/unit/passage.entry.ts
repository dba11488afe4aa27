export { passageIn, rangeOf, wordsOf } from '../../src/editor/passage.ts'
export { newId } from '../../src/id.ts'
export { schema } from '../../src/editor/schema.ts'
