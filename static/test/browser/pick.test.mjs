import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Forum } from './forum.mjs'

let forum, reader, statement

const markdown = `1. 모든 사람은 **자유롭게** 말할 권리가 있다.

2. Nobody may be held for what they said 👍 in good faith.

- the first item
- the second item, of two
`

before(async () => {
  forum = await Forum.start()
  reader = await forum.person('member', 'Reading')
  const { items } = await forum.api('GET', '/groups')
  const made = await forum.api('POST', `/groups/${items[0].id}/statements`, { title: '말할 권리', lang: 'ko', markdown })
  statement = made.id
})
after(() => forum?.stop())

/// Selects words of the page, which may stand in several elements.
const select = (page, first, last) => page.evaluate(([first, last]) => {
  const texts = document.createTreeWalker(document.querySelector('.statement-text'), NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  let hasStart = false
  while (texts.nextNode()) {
    const { currentNode: node } = texts
    if (!hasStart && node.data.includes(first)) {
      range.setStart(node, node.data.indexOf(first))
      hasStart = true
    }
    if (hasStart && node.data.includes(last)) {
      range.setEnd(node, node.data.indexOf(last) + last.length)
      getSelection().removeAllRanges()
      getSelection().addRange(range)
      return
    }
  }
  throw new Error(`the page doesn't have "${first} … ${last}"`)
}, [first, last])

const picked = async (first, last) => {
  await reader.goto(`${forum.base}/statements/${statement}`)
  await select(reader, first, last)
  const offer = reader.getByRole('link', { name: 'Comment on these words' })
  await offer.waitFor()
  await offer.focus()
  await reader.keyboard.press('Enter')
  await reader.waitForURL('**/clauses/*')
  return reader.inputValue('#quote')
}

test('whoever selects words comments on them, whatever they stand in', async () => {
  assert.equal(await picked('사람은', ' 말할'), '사람은 자유롭게 말할')
  assert.equal(await picked('they said', 'good'), 'they said 👍 in good')
  assert.equal(await picked('first item', 'the second'), 'first item\nthe second')
  assert.equal(await picked('good faith.', 'the first'), 'good faith.')
  await reader.fill('#body', 'Whose faith?')
  await reader.click('.compose-form [type=submit]')
  await reader.waitForURL('**/threads/*')
  assert.match(await reader.locator('figure.quote').innerText(), /good faith\.\s+These words are in the text as they were/)
  assert.deepEqual(reader.wrongs, [])
})

test('without a selection nothing is offered', async () => {
  await reader.goto(`${forum.base}/statements/${statement}`)
  await select(reader, 'Nobody', 'held')
  const offer = reader.getByRole('link', { name: 'Comment on these words' })
  await offer.waitFor()
  await reader.evaluate(() => getSelection().removeAllRanges())
  await offer.waitFor({ state: 'detached' })
})
