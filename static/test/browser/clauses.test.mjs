import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { caretAfter, Forum, saved, shows } from './forum.mjs'

// What a text is made of, in the editor, in both languages; a phone has the same buttons.

let forum, amina, bo

before(async () => {
  forum = await Forum.start()
  amina = await forum.person('drafter', 'Amina')
  bo = await forum.person('drafter', '보', { locale: 'ko-KR', viewport: { width: 360, height: 740 } })
  await forum.edit(amina)
  await bo.goto(`${forum.base}/statements/${forum.statement}/draft`)
  await bo.click('#editor-toolbar button')
  await bo.waitForSelector('.ProseMirror')
})
after(() => forum?.stop())

/// Presses a button of the toolbar by the name that people hear.
const press = (page, name) => page.getByRole('toolbar').getByRole('button', { name, exact: true }).click()

/// What the page draws beside the block with those words.
const numberBeside = (page, words) => page.locator('.ProseMirror > *', { hasText: words }).first().getAttribute('data-number')

const clauseSaying = async words => {
  const { items } = await forum.api('GET', `/statements/${forum.statement}/clauses`)
  return items.find(item => item.text.includes(words))
}

const fits = async page => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page can be pushed sideways')

test('a clause changes its kind by button and by key, and everybody sees its number', async () => {
  const { cid } = await clauseSaying('Clause 2 says')
  await caretAfter(amina, 'Clause 2 says')
  await press(amina, 'Preambular paragraph')
  await saved(amina)
  assert.equal(await numberBeside(amina, 'Clause 2 says'), 'PP1')
  await bo.waitForFunction(() => document.querySelector('.ProseMirror [data-kind="preambular"]')?.dataset.number === 'PP1')
  assert.equal(await numberBeside(bo, 'Clause 3 says'), '2')
  const changed = await clauseSaying('Clause 2 says')
  assert.deepEqual([changed.kind, changed.number, changed.cid], ['preambular', 'PP1', cid])

  await amina.keyboard.press('End')
  await amina.keyboard.press('Enter')
  await amina.keyboard.type('Noting what follows,')
  await shows(bo, 'Noting what follows,')
  assert.equal(await numberBeside(bo, 'Noting what follows'), 'PP2')

  await caretAfter(bo, 'Clause 3 says')
  await press(bo, '정의')
  await saved(bo)
  assert.equal(await numberBeside(bo, 'Clause 3 says'), 'D1')
  await press(bo, '본문의 주')
  assert.equal(await numberBeside(bo, 'Clause 3 says'), '본문의 주')
  await fits(bo)
  await bo.keyboard.press('Control+Alt+0')
  assert.equal(await numberBeside(bo, 'Clause 3 says'), '2')
  await saved(bo)
  await amina.keyboard.press('Alt+Shift+N')
  assert.equal(await numberBeside(amina, 'Noting what follows'), 'Note in the text')
  await saved(amina)
  await forum.api('GET', `/statements/${forum.statement}`)
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})
