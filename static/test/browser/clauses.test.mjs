import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { caretAfter, Forum, paste, saved, shows, twoFrames } from './forum.mjs'

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

  await caretAfter(amina, 'Clause 2 says')
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

/// How each block begins, in order.
const order = page => page.locator('.ProseMirror > *').evaluateAll(all => all.map(block => block.innerText.slice(0, 13)).join(' | '))

const history = async cid => {
  const page = await forum.window({ storageState: await amina.context().storageState() })
  await page.goto(`${forum.base}/statements/${forum.statement}/clauses/${cid}/history`)
  const words = await page.innerText('main')
  await page.context().close()
  return words
}

test('a clause is moved, split and merged by keys and buttons, and its history says where its words come from', async () => {
  const { cid, text } = await clauseSaying('Clause 3 says')
  const before = await order(amina)
  await caretAfter(amina, 'Clause 3 says')
  await amina.keyboard.press('Alt+ArrowUp')
  await amina.keyboard.type(' Even so')
  await shows(bo, ' Even so')
  const moved = await order(amina)
  assert.notEqual(moved, before)
  assert.equal(await order(bo), moved)
  await press(amina, 'Move down')
  await amina.waitForFunction(() => document.activeElement.classList.contains('ProseMirror'))
  await saved(amina)
  assert.equal(await order(amina), before)
  assert.equal((await clauseSaying('Clause 3 says')).cid, cid)

  for (let i = 0; i < 'Even so'.length; i++) await amina.keyboard.press('ArrowLeft')
  // The page hears of the caret with the next frame.
  await twoFrames(amina)
  await amina.keyboard.press('Enter')
  await bo.waitForFunction(() => [...document.querySelectorAll('.ProseMirror > *')].some(block => block.innerText.trim() === 'Even so'))
  const split = await clauseSaying('Even so')
  assert.notEqual(split.cid, cid)
  assert.equal(split.text, 'Even so')
  assert.match(await history(split.cid), /Split off from another clause/)
  await press(amina, 'Merge with what stands above')
  await bo.waitForFunction(() => ![...document.querySelectorAll('.ProseMirror > *')].some(block => block.innerText.trim() === 'Even so'))
  const merged = await clauseSaying('Clause 3 says')
  assert.deepEqual([merged.cid, merged.text], [cid, `${text} Even so`])
  assert.match(await history(cid), /Another clause was merged into it/)
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})

/// What the list at the end of the editor's text says.
const endnotes = page => page.locator('.endnotes li > span').allInnerTexts()

const fillNote = async (page, words, button) => {
  await page.fill('dialog[open] textarea', words)
  await page.getByRole('dialog').getByRole('button', { name: button }).click()
  await page.waitForSelector('dialog', { state: 'detached' })
}

test('footnotes are put in by key and button, numbered by their place, opened, changed and taken away', async () => {
  await caretAfter(amina, 'Clause 5 says')
  await amina.keyboard.press('Control+Alt+F')
  await fillNote(amina, 'Said in\n  two lines.', 'Save the footnote')
  await amina.keyboard.type(' Going on.')
  await saved(amina)
  assert.equal((await clauseSaying('Clause 5 says')).text.endsWith('^[Said in two lines.] Going on.'), true)

  await caretAfter(bo, 'Clause 1 says')
  await press(bo, '각주')
  assert.equal(await bo.locator('dialog h2').innerText(), '새 각주')
  await fits(bo)
  await fillNote(bo, '먼저 온 각주', '각주 저장')
  await saved(bo)
  await amina.waitForFunction(() => document.querySelectorAll('.ProseMirror .footnote-ref').length === 2)
  assert.deepEqual(await amina.locator('.ProseMirror .footnote-ref').evaluateAll(all => all.map(e => e.dataset.number)), ['1', '2'])
  assert.deepEqual(await endnotes(amina), ['먼저 온 각주', 'Said in two lines.'])

  // Opened by a press on its number, by key where the caret is behind it, and from the list.
  await amina.locator('.ProseMirror .footnote-ref').nth(1).click()
  await fillNote(amina, 'Said in two short lines.', 'Save the footnote')
  await bo.waitForFunction(() => document.querySelector('.endnotes').innerText.includes('two short lines'))
  await bo.locator('.endnotes button').first().click()
  assert.equal(await bo.locator('dialog textarea').inputValue(), '먼저 온 각주')
  await bo.keyboard.press('Escape')
  await amina.locator('.endnotes button').first().click()
  await amina.keyboard.press('Escape')
  await amina.waitForFunction(() => document.activeElement.classList.contains('ProseMirror'))
  await amina.keyboard.press('Control+Alt+F')
  await fillNote(amina, '', 'Save the footnote')
  await saved(amina)
  await bo.waitForFunction(() => document.querySelectorAll('.ProseMirror .footnote-ref').length === 1)
  assert.deepEqual(await endnotes(bo), ['Said in two short lines.'])

  const reader = await forum.window({ javaScriptEnabled: false, storageState: await amina.context().storageState() })
  await reader.goto(`${forum.base}/statements/${forum.statement}`)
  await reader.click('[role=doc-noteref]')
  assert.match(reader.url(), /#fn-1$/)
  await reader.click('[role=doc-backlink]')
  assert.match(reader.url(), /#fnref-1$/)
  await reader.context().close()
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})

test('words behind a footnote are picked for a comment as they stand', async () => {
  const page = await forum.person('drafter', 'Picking')
  await page.goto(`${forum.base}/statements/${forum.statement}`)
  await page.evaluate(() => {
    const clause = [...document.querySelectorAll('[data-pick]')].find(e => e.innerText.includes('Clause 5 says'))
    const text = [...clause.querySelector('p').childNodes].at(-1)
    getSelection().setBaseAndExtent(text, text.data.indexOf('Going'), text, text.data.indexOf('Going') + 5)
  })
  await page.click('.pick')
  await page.waitForURL('**/clauses/*')
  assert.equal(await page.inputValue('.compose [name=quote]'), 'Going')
  await page.context().close()
})

/// Puts the caret at the end of a cell.
const caretInCell = (page, words) => caretAfter(page, words, '.ProseMirror td')

const rows = page => page.locator('.ProseMirror table').first().evaluate(table =>
  [...table.rows].map(row => [...row.cells].map(cell => cell.innerText.trim()).join(' | ')).join('\n'))

test('a table is made and written in with the keyboard, and others see it', async () => {
  await caretAfter(amina, 'Clause 7 says')
  assert.equal(await amina.getByRole('button', { name: 'Row below' }).count(), 0)
  await press(amina, 'Table')
  for (const word of ['Right', 'Source', 'Since', 'Truth', 'UDHR 19', '1948']) {
    await amina.keyboard.type(word)
    if (word !== '1948') await amina.keyboard.press('Tab')
  }
  await amina.keyboard.press('Enter')
  await amina.keyboard.type('Return')
  await shows(bo, 'Return')
  await saved(amina)
  assert.equal(await rows(bo), 'Right | Source | Since\nTruth | UDHR 19 | 1948\nReturn |  | ')
  await fits(bo)
  const made = await clauseSaying('UDHR 19')
  assert.deepEqual([made.node, made.text], ['table', 'Right | Source | Since\nTruth | UDHR 19 | 1948\nReturn |  | '])
  assert.equal(await amina.locator('.ProseMirror td[role=columnheader]').count(), 3)

  // The phone takes the middle column and the last row away, and adds one of each.
  await caretInCell(bo, 'UDHR 19')
  await press(bo, '열 지우기')
  await caretInCell(bo, 'Return')
  await press(bo, '행 지우기')
  await caretInCell(bo, '1948')
  await press(bo, '뒤에 열 넣기')
  await bo.keyboard.type('세계인권선언')
  await caretInCell(bo, 'Right')
  await press(bo, '아래에 행 넣기')
  await bo.keyboard.type('생명')
  await saved(bo)
  await shows(amina, '생명')
  assert.equal(await rows(amina), 'Right | Since | \n생명 |  | \nTruth | 1948 | 세계인권선언')

  // At the edge of a cell nothing is joined, and what is pasted there becomes words.
  await caretInCell(amina, '생명')
  await amina.keyboard.press('Delete')
  await amina.keyboard.press('Home')
  await amina.keyboard.press('Backspace')
  await caretInCell(amina, '생명')
  await paste(amina, 'text/html', '<p> and</p><ul><li><b>liberty</b></li></ul>')
  await shows(bo, 'liberty')
  await saved(amina)
  assert.equal((await clauseSaying('liberty')).text.split('\n')[1].replace(/\s+/g, ' '), '생명and liberty | | ')
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})

test('a pasted table is one, a wide one is pushed sideways and not the page', async () => {
  await caretAfter(amina, 'Clause 8 says')
  const cells = name => Array.from({ length: 12 }, (_, i) => `<${name}><p>column&nbsp;${i} is long</p></${name}>`).join('')
  await paste(amina, 'text/html', `<table class="x"><thead><tr>${cells('th')}</tr></thead><tbody><tr>${cells('td')}</tr></tbody></table>`)
  await shows(bo, 'is long')
  await saved(amina)
  const made = await clauseSaying('is long')
  assert.equal(made.node, 'table')
  assert.equal(made.text.split('\n').length, 2)
  await fits(bo)
  await bo.goto(`${forum.base}/statements/${forum.statement}`)
  await fits(bo)
  const wide = bo.locator('.table-wrap').last()
  assert.ok(await wide.evaluate(e => e.scrollWidth > e.clientWidth))
  assert.equal(await wide.locator('th[scope=col]').count(), 12)
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})
