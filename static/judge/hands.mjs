import { createInterface } from 'node:readline'
import { load } from '../test/load.mjs'

// People's hands on the editor of this forum: its own commands, written down by the real
// y-prosemirror. Reads one JSON object a line and answers each with one; updates are base64.
// Blocks are counted as they come in the text, places in UTF-16 units.
//
//   {do: "open", who, client, state}                    a replica
//   {do: "press", who, deed, block, at, toBlock, to, text} -> {update}   empty: nothing happened
//   {do: "take", who, update}                           -> {update}      what it then sends by itself
//   {do: "text", who}                                   -> {text, deletes} one line a block of words;
//                                                         whether showing it deleted anything
const { Y, initProseMirrorDoc, updateYFragment, baseKeymap, chainCommands, splitBlock,
  EditorState, TextSelection, clauseIds, deeds, insertFootnote, tableDeeds, plainKeys, rootName, schema } = await load('../judge/hands.entry.ts')

// Standard output is for answers alone; what Yjs has to say goes elsewhere.
console.log = console.warn = console.error

const bytes = text => new Uint8Array(Buffer.from(text, 'base64'))
const text = updates => updates.length === 0 ? '' : Buffer.from(Y.mergeUpdates(updates)).toString('base64')

const presses = {
  ...Object.fromEntries([...deeds.flat(), ...tableDeeds].map(deed => [deed.name, deed.run])),
  enter: chainCommands(plainKeys.Enter, splitBlock),
  backspace: chainCommands(plainKeys.Backspace, baseKeymap.Backspace),
  break: plainKeys['Shift-Enter'],
  type: words => (state, dispatch) => dispatch(state.tr.insertText(words)),
  footnote: insertFootnote('As said elsewhere'),
  clear: (state, dispatch) => dispatch(state.tr.deleteSelection()),
  drop: (state, dispatch) => dispatch(state.tr.delete(state.selection.$from.before(1), state.selection.$from.after(1))),
}

const people = new Map()

/// The place of a unit of the block's words.
const placeOf = (doc, block, at) => {
  const blocks = []
  doc.descendants((node, pos) => { if (node.isTextblock) blocks.push({ node, pos }) })
  const { node, pos } = blocks[Math.min(block, blocks.length - 1)]
  return pos + 1 + Math.min(at, node.content.size)
}

const press = ({ doc, sent }, { deed, block, at, toBlock = block, to = at, text: words = '' }) => {
  const fragment = doc.getXmlFragment(rootName)
  const { doc: before, meta } = initProseMirrorDoc(fragment, schema)
  let state = EditorState.create({ doc: before, plugins: [clauseIds()] })
  state = state.apply(state.tr.setSelection(TextSelection.create(before, placeOf(before, block, at), placeOf(before, toBlock, to))))
  const command = deed === 'type' ? presses.type(words) : presses[deed]
  if (!command) throw new Error(`no deed ${deed} among ${Object.keys(presses)}`)
  command(state, tr => { state = state.apply(tr) })
  doc.transact(() => updateYFragment(doc, fragment, state.doc, meta), 'typed')
  return { update: text(sent.splice(0)) }
}

const commands = {
  open: ({ who, client, state }) => {
    const doc = new Y.Doc()
    const sent = []
    doc.clientID = client
    Y.applyUpdate(doc, bytes(state))
    doc.on('update', update => sent.push(update))
    people.set(who, { doc, sent })
    return {}
  },
  press: question => press(people.get(question.who), question),
  take: ({ who, update }) => {
    const { doc, sent } = people.get(who)
    sent.splice(0)
    Y.applyUpdate(doc, bytes(update))
    // Yjs sends what it was given to nobody, and its clean-ups of formatting to everybody.
    return { update: text(sent.slice(1)) }
  },
  text: ({ who }) => {
    const { doc, sent } = people.get(who)
    sent.splice(0)
    const lines = []
    const { doc: shown } = initProseMirrorDoc(doc.getXmlFragment(rootName), schema)
    shown.check()
    shown.descendants(node => { if (node.isTextblock) lines.push(node.textBetween(0, node.content.size, '', '\n')) })
    return { text: lines.join('\n'), deletes: sent.length > 0 }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply
  try {
    const request = JSON.parse(line)
    reply = commands[request.do](request)
  } catch (error) {
    reply = { error: error.stack }
  }
  process.stdout.write(JSON.stringify(reply) + '\n')
}
