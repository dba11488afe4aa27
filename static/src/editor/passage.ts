import type { Node } from 'prosemirror-model'
import { isCid } from './schema.ts'
import { plainText } from './text.ts'

// What something is said about: a stretch of one clause, in UTF-16 units of its plain
// text, as the server and a Yjs document count.

/// The units [start, end) of a clause.
export interface Passage { readonly clause: string, readonly start: number, readonly end: number }

/// Positions in the editor's document.
export interface Range { readonly from: number, readonly to: number }

// A part of a clause that stands in one piece in both: `length` units from `unit`, `size`
// positions from `pos`. A footnote counts with what it says, and is marked as a whole.
interface Piece { readonly unit: number, readonly length: number, readonly pos: number, readonly size: number }

/// The pieces of a top-level block that begins at a position. Every line begins with one
/// that is empty, so that lines without words have a place.
const piecesOf = (block: Node, at: number): Piece[] => {
  const pieces: Piece[] = []
  let unit = 0
  const add = (length: number, pos: number, size: number) => {
    pieces.push({ unit, length, pos, size })
    unit += length
  }
  const line = (text: Node, start: number, between: string) => {
    if (pieces.length > 0) unit += between.length
    add(0, start, 0)
    text.forEach((child, offset) => {
      const isNote = child.type.name === 'footnote'
      add(isNote ? child.content.size + '^[]'.length : child.nodeSize, start + offset, child.nodeSize)
    })
  }
  if (block.isTextblock) line(block, at + 1, '')
  else block.descendants((inner, offset, parent, index) => {
    if (inner.isTextblock) line(inner, at + 1 + offset + 1, parent?.type.name === 'table_row' && index > 0 ? ' | ' : '\n')
    return !inner.isTextblock
  })
  return pieces
}

const unitAt = (pieces: readonly Piece[], pos: number): number => {
  const within = pieces.findLast(piece => piece.pos <= pos && pos <= piece.pos + piece.size)
  if (!within) return pieces.find(piece => piece.pos > pos)?.unit ?? (pieces.at(-1)?.unit ?? 0) + (pieces.at(-1)?.length ?? 0)
  return within.unit + (within.size === within.length ? pos - within.pos : pos === within.pos ? 0 : within.length)
}

// Where a passage begins it doesn't take in the piece before, and where it ends not the
// piece behind.
const startAt = (pieces: readonly Piece[], unit: number): number | null => {
  const piece = pieces.findLast(p => p.unit <= unit && unit <= p.unit + p.length)
  if (!piece) return null
  return piece.pos + (piece.size === piece.length ? unit - piece.unit : 0)
}

const endAt = (pieces: readonly Piece[], unit: number): number | null => {
  const piece = pieces.find(p => p.unit <= unit && unit <= p.unit + p.length)
  if (!piece) return null
  return piece.pos + (piece.size === piece.length ? unit - piece.unit : piece.size)
}

/// The words of a passage; empty if the text has no such clause.
export const wordsOf = (doc: Node, { clause, start, end }: Passage): string => {
  const found = blockOf(doc, clause)
  return found ? plainText(found.block).slice(start, end) : ''
}

/// A clause, and where it begins; null if the text has none of that id.
export const blockOf = (doc: Node, clause: string): { block: Node, at: number } | null => {
  let found: { block: Node, at: number } | null = null
  doc.forEach((block, at) => { if (!found && block.attrs.cid === clause) found = { block, at } })
  return found
}

/// What is selected, without the spaces around it. A selection that goes on into the next
/// clause ends with its first; null if it holds no words of a clause.
export const passageIn = (doc: Node, { from, to }: Range): Passage | null => {
  const index = doc.resolve(from).index(0)
  const block = doc.maybeChild(index)
  if (!block || !isCid(block.attrs.cid)) return null
  const at = doc.resolve(from).posAtIndex(index, 0)
  const pieces = piecesOf(block, at)
  const start = unitAt(pieces, from)
  const words = plainText(block).slice(start, unitAt(pieces, Math.min(to, at + block.nodeSize - 1)))
  if (words.trim() === '') return null
  const begin = start + words.length - words.trimStart().length
  return { clause: block.attrs.cid, start: begin, end: begin + words.trim().length }
}

/// Where a unit of a clause stands in the editor, close behind what comes before it; null if
/// the text has no such place.
export const pointOf = (doc: Node, clause: string, unit: number): number | null => {
  const found = blockOf(doc, clause)
  return found ? endAt(piecesOf(found.block, found.at), unit) : null
}

/// Where a passage stands in the editor; null if the text has no such place.
export const rangeOf = (doc: Node, { clause, start, end }: Passage): Range | null => {
  const found = blockOf(doc, clause)
  if (!found || start >= end) return null
  const pieces = piecesOf(found.block, found.at)
  const from = startAt(pieces, start)
  const to = endAt(pieces, end)
  return from !== null && to !== null && from < to ? { from, to } : null
}
