import type { Node } from 'prosemirror-model'

// In a paragraph, heading or clause of its own a hard break makes a line; in a quote or
// list, where a line is a paragraph, it is a space. The server reads a text the same way.

// Half a surrogate pair is U+FFFD, in each text node for itself: two halves that a mark
// parts make no character, neither on the screen nor on the server.
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD')

const inlineNode = (child: Node, lineBreak: string): string => {
  if (child.type.name === 'footnote') return `^[${inline(child, '')}]`
  return child.text === undefined ? lineBreak : wellFormed(child.text)
}

const inline = (block: Node, lineBreak: string): string => {
  let text = ''
  block.forEach(child => { text += inlineNode(child, lineBreak) })
  return text
}

const row = (block: Node): string => {
  const cells: string[] = []
  block.forEach(cell => { cells.push(inline(cell, ' ')) })
  return cells.join(' | ')
}

const lines = (block: Node): string[] => {
  if (block.isTextblock) return [inline(block, ' ')]
  if (block.type.name === 'table_row') return [row(block)]
  const found: string[] = []
  block.forEach(child => { found.push(...lines(child)) })
  return found
}

/// The words of a top-level block, one line for each text block in it.
export const plainText = (block: Node): string =>
  block.isTextblock ? inline(block, '\n') : lines(block).join('\n')

/// What two replicas compare to know that they read the same.
export const hashedText = (doc: Node): string => {
  let text = ''
  doc.forEach(block => { text += `${block.type.name}\x1f${block.attrs.cid ?? ''}\x1f${plainText(block)}\x1e` })
  return text
}

/// SHA-256 of a text; null where the browser has no cryptography, as on a page that came
/// over plain http.
export const sha256 = async (text: string): Promise<Uint8Array | null> => {
  if (!globalThis.crypto?.subtle) return null
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
