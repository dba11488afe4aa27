import { Schema } from 'prosemirror-model'

const block = { group: 'block' }

/// Enough of a document's grammar to split, join, wrap and lift in. The mark note may
/// overlap itself, which y-prosemirror writes in a way of its own.
export const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: { ...block, content: 'inline*', attrs: { cid: { default: null } } },
    heading: { ...block, content: 'inline*', attrs: { level: { default: 1 } } },
    blockquote: { ...block, content: 'block+' },
    list: { ...block, content: 'item+', attrs: { ordered: { default: false } } },
    item: { content: 'paragraph block*' },
    text: { group: 'inline' },
    image: { group: 'inline', inline: true, attrs: { src: { default: '' } } },
  },
  marks: {
    strong: {},
    em: {},
    link: { attrs: { href: {} }, inclusive: false },
    note: { attrs: { id: {} }, excludes: '' },
  },
})
