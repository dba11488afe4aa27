import type { Fragment, Node } from 'prosemirror-model'
import { Plugin, type EditorState } from 'prosemirror-state'
import type { Strings } from '../strings.ts'
import { byId, make } from './dom.ts'

/// How long a text is, as people count who have a page to fill.
export interface Length {
  readonly words: number
  readonly characters: number
  /// The characters but for white space.
  readonly letters: number
}

const none: Length = { words: 0, characters: 0, letters: 0 }

export const sum = (one: Length, other: Length): Length => ({
  words: one.words + other.words, characters: one.characters + other.characters, letters: one.letters + other.letters,
})

// As the server counts; its reasons stand in app/prose/length.go.
const lengthOfLine = (line: string): Length => {
  const seen = line.replace(/[\p{M}\p{Cf}\u1160-\u11FF\uD7B0-\uD7FF]/gu, '')
  const letters = [...seen.replace(/\p{White_Space}/gu, '')].length
  return { words: line.split(/\p{White_Space}+/u).filter(word => /[\p{L}\p{N}]/u.test(word)).length, characters: [...seen].length, letters }
}

const count = (node: Node | Fragment): Length => {
  let all = none, line = ''
  node.forEach(child => {
    if (child.isText) line += child.text
    else if (child.type.name === 'hard_break') [all, line] = [sum(all, lengthOfLine(line)), '']
    else all = sum(all, lengthOf(child))
  })
  return sum(all, lengthOfLine(line))
}

// Blocks that nobody touches are the same ones, however often a text is counted.
const known = new WeakMap<Node, Length>()

/// Counts what is read in a node: the words of all that is in it and what footnotes say.
export const lengthOf = (node: Node): Length => {
  const found = known.get(node) ?? count(node)
  known.set(node, found)
  return found
}

const after = 300 // ms of rest

const parts = (t: Strings, { words, characters, letters }: Length): HTMLElement[] => [
  make('span', {}, t('editor.length.words', { count: words })),
  make('span', {}, t('editor.length.characters', { count: characters })),
  make('span', {}, t('editor.length.letters', { count: letters })),
]

/// Counts in the line below the text that the page brings and, while words are selected, in
/// another one. Nothing of it is read out: it changes with every word.
export const lengths = (t: Strings) => new Plugin({
  view: view => {
    const whole = byId('text-length')
    const selected = make('p', { class: 'text-length' })
    let timer: ReturnType<typeof setTimeout> | undefined
    const show = ({ doc, selection }: EditorState): void => {
      timer = undefined
      whole.replaceChildren(...parts(t, lengthOf(doc)), make('span', {}, t('editor.length.clauses', { count: doc.childCount })))
      if (selection.empty) return selected.remove()
      selected.replaceChildren(t('editor.length.selected'), ...parts(t, count(doc.slice(selection.from, selection.to).content)))
      whole.after(selected)
    }
    const soon = (): void => { timer ??= setTimeout(() => show(view.state), after) }
    soon() // the page brings a count; whoever waits for the text doesn't wait for another
    return {
      update: (view, before) => { if (view.state.doc !== before.doc || !view.state.selection.eq(before.selection)) soon() },
      destroy: () => {
        clearTimeout(timer)
        selected.remove()
      },
    }
  },
})
