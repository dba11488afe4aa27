import { Y } from './kit.mjs'

// What a document says, and which of the words that people type are in it.

export const rootName = 'prosemirror'

/// A word as people here type it: six syllables, of which the first is of those before
/// 다 and no other is. So two words side by side are still two.
export const wordShape = /[가-닣][다-힣]{5}/g

const textsIn = parent => parent.toArray().flatMap(node => node instanceof Y.XmlText ? [node] : textsIn(node))
const plain = text => text.toDelta().map(run => typeof run.insert === 'string' ? run.insert : '').join('')

/// The whole text, one line a block, as the forum and the judge say it.
export const textOf = doc => textsIn(doc.getXmlFragment(rootName)).map(text => plain(text) + '\n').join('').toWellFormed()

/// What a document says, whatever the order. What Yjs makes of a few concurrent edits
/// depends on the order in which they came: all is there, and stands elsewhere.
export const lettersOf = doc => [...textOf(doc)].sort().join('')

/// How often each word is in a document.
export const wordsOf = doc => {
  const times = new Map()
  for (const [word] of textOf(doc).matchAll(wordShape)) times.set(word, (times.get(word) ?? 0) + 1)
  return times
}

/// Whether all letters of a word stand in one line in their order, with what others typed
/// between them. Whoever takes a deletion back writes the words anew, in as many parts as
/// they have marks; what somebody typed into the deleted ones meanwhile stands between two
/// of these, which may be in the middle of a word.
export const isTorn = (doc, word) => textOf(doc).split('\n').some(line => {
  let at = 0
  return [...word].every(letter => (at = line.indexOf(letter, at) + 1) > 0)
})

/// The words that were ever typed into a block that is gone. Asks a document that
/// collects no garbage.
export const buried = doc => {
  const words = new Set()
  const visit = (type, isGone) => {
    if (type instanceof Y.XmlText && isGone) for (const [word] of everTyped(type).matchAll(wordShape)) words.add(word)
    for (let item = type._start; item; item = item.right) {
      if (item.content instanceof Y.ContentType) visit(item.content.type, isGone || item.deleted)
    }
  }
  visit(doc.getXmlFragment(rootName), false)
  return words
}

const everTyped = text => {
  let all = ''
  for (let item = text._start; item; item = item.right) if (item.content instanceof Y.ContentString) all += item.content.str
  return all
}
