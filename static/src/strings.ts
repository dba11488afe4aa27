/// Sentences of the catalogue, as the server hands them to a page.
export type Strings = (key: string, values?: Readonly<Record<string, string | number>>) => string

type Sentence = string | { readonly one: string, readonly other: string }

// A Korean particle is written "{name|은/는}": the first form after a final consonant.
const endsClosed = (word: string): boolean => {
  const last = word.charCodeAt(word.length - 1)
  if (last >= 0xac00 && last <= 0xd7a3) return (last - 0xac00) % 28 > 0
  return /[0136-8lmnr]$/i.test(word)
}

// Digits are grouped by thousands, as both languages do. Browsers know it too, but take
// longer to look it up than all else that a page does at first.
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{([a-z]+)(?:\|([^/}]+)\/([^}]+))?\}/g, (_, name: string, closed?: string, open?: string) => {
    const given = values[name] ?? ''
    const value = typeof given === 'number' ? grouped(given) : given
    return value + ((endsClosed(value) ? closed : open) ?? '')
  })

/// Reads the sentences from the template with that id; a key that isn't there is shown
/// as a mark of omission, as on the server's pages.
export const stringsOf = (id: string): Strings => {
  const source = document.getElementById(id)?.dataset.strings ?? '{}'
  const sentences = JSON.parse(source) as Readonly<Record<string, Sentence>>
  return (key, values = {}) => {
    const sentence = sentences[key] ?? '…'
    if (typeof sentence === 'string') return fill(sentence, values)
    return fill(values.count === 1 ? sentence.one : sentence.other, values)
  }
}
