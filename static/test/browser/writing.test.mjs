import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { caretAfter, Forum, holdable, paste, saved, shows } from './forum.mjs'

let forum, amina, bo

before(async () => {
  forum = await Forum.start()
  amina = await forum.person('drafter', 'Amina')
  bo = await forum.person('editor', '보')
  await forum.edit(amina)
  await forum.edit(bo)
})
after(() => forum?.stop())

test('two people write in one text, see each other, and undo what is their own', async () => {
  await caretAfter(amina, 'Clause 1 says')
  await amina.keyboard.type(' From Amina.')
  await caretAfter(bo, 'Clause 2 says')
  await bo.keyboard.type(' 보가 씁니다.')
  await shows(bo, 'From Amina.')
  await shows(amina, '보가 씁니다.')
  await saved(amina)
  await amina.waitForSelector('#editor-presence li:has-text("보")')
  await amina.waitForSelector('.ProseMirror .caret[data-name="보"]', { state: 'attached' })

  await amina.keyboard.press('Control+z')
  await shows(bo, 'From Amina.', false)
  await shows(bo, '보가 씁니다.')
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})

test('a clause split by Enter gets a number and an id of its own', async () => {
  await caretAfter(amina, 'Clause 3 says')
  await amina.keyboard.press('Enter')
  await amina.keyboard.type('A clause between.')
  await shows(bo, 'A clause between.')
  await saved(amina)
  const { items } = await forum.api('GET', `/statements/${forum.statement}/clauses`)
  const made = items.find(item => item.text === 'A clause between.')
  assert.equal(made.number, '4')
  assert.match(made.cid, /^c[a-z0-9]{10}$/)
  assert.equal(new Set(items.map(item => item.cid)).size, items.length)
})

test('Korean composition loses no syllable while somebody else types', async () => {
  await caretAfter(amina, 'Clause 5 says')
  const keys = await amina.context().newCDPSession(amina)
  for (const [syllable, ...steps] of [['한', 'ㅎ', '하'], ['글', 'ㄱ', '그'], ['로', 'ㄹ'], ['쓴', 'ㅆ', '쓰'], ['다', 'ㄷ']]) {
    for (const text of [...steps, syllable]) {
      await keys.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
      await caretAfter(bo, 'Clause 6 says')
      await bo.keyboard.type('.')
    }
    await keys.send('Input.insertText', { text: syllable })
  }
  await shows(amina, '한글로쓴다')
  await shows(bo, '한글로쓴다')
})

test('what is pasted keeps its emphasis and brings no script and no style', async () => {
  await caretAfter(amina, 'Clause 7 says')
  await paste(amina, 'text/html', '<p style="color:red"> <span style="font-weight:700">bold</span> <a href="javascript:alert(1)">link</a><script>window.harm = 1</script></p>')
  await shows(bo, 'bold link')
  const html = await bo.locator('.ProseMirror').innerHTML()
  assert.match(html, /<strong>bold<\/strong>/)
  assert.doesNotMatch(html, /javascript:|style=|<script/)
  assert.equal(await amina.evaluate(() => window.harm), undefined)
  assert.deepEqual(amina.wrongs, [])
})

test('what is written and what is selected is counted, the same as on the reading view', async () => {
  const length = page => page.locator('.text-length').first().innerText()
  const words = async () => Number(/(\d+) words/.exec(await length(amina))[1])
  await saved(amina)
  await forum.edit(amina) // what was written before is counted by now
  await saved(amina)
  await caretAfter(amina, 'Clause 2 says')
  const before = await words()
  await amina.keyboard.type(' Two 낱말.')
  await amina.waitForFunction(count => document.querySelector('#text-length').innerText.includes(`${count} words`), before + 2)
  for (const _ of ' Two 낱말.') await amina.keyboard.press('Shift+ArrowLeft')
  await amina.waitForSelector('.text-length:has-text("Selected:"):has-text("2 words"):has-text("8 characters"):has-text("6 without spaces")')
  await amina.keyboard.press('ArrowRight')
  await amina.waitForSelector('.text-length:has-text("Selected:")', { state: 'detached' })
  await shows(bo, 'Two 낱말.')
  const reader = await forum.person('member', 'Reading', { javaScriptEnabled: false })
  await reader.goto(`${forum.base}/statements/${forum.statement}`)
  assert.equal(await length(reader), await length(amina))
  assert.match(await length(reader), /\d+ words\s+[\d,]+ characters\s+[\d,]+ without spaces\s+\d+ clauses/)
  await reader.context().close()
})

test('the toolbar is reached and left by keyboard, and Tab leaves the text', async () => {
  await caretAfter(amina, 'Made-up statement')
  await amina.keyboard.press('Alt+F10')
  assert.equal(await amina.evaluate(() => document.activeElement.closest('[role=toolbar]') !== null), true)
  await amina.keyboard.press('ArrowRight')
  await amina.keyboard.press('Escape')
  assert.equal(await amina.evaluate(() => document.activeElement.classList.contains('ProseMirror')), true)
  await amina.keyboard.press('Tab')
  assert.equal(await amina.evaluate(() => document.activeElement.classList.contains('ProseMirror')), false)
})

test('what is typed while the forum is away is kept, said to be unsaved, and saved later', async () => {
  await forum.kill()
  await amina.waitForSelector('#editor-status[data-status="offline"]')
  await caretAfter(amina, 'Clause 8 says')
  await amina.keyboard.type(' Typed meanwhile.')
  await amina.waitForSelector('#editor-status[data-status="offline_unsaved"]')
  await forum.serve()
  await saved(amina)
  await shows(bo, 'Typed meanwhile.')
})

// A network forgets lines that were idle, and tells neither end.
test('whoever opens a laptop that slept for a day finds their words saved and those of others there', async () => {
  const chidi = await forum.person('drafter', 'Chidi')
  const line = await holdable(chidi)
  await chidi.clock.install()
  await forum.edit(chidi)
  await saved(chidi)
  await shows(chidi, 'Clause 8 says')
  line.hold('toForum', 'fromForum')
  await caretAfter(chidi, 'Clause 7 says')
  await chidi.keyboard.type(' Just before the lid was shut.')
  await caretAfter(bo, 'Clause 6 says')
  await bo.keyboard.type(' Said overnight.')
  await saved(bo)
  await chidi.clock.fastForward('24:00:00')
  await shows(chidi, 'Said overnight.')
  await shows(bo, 'Just before the lid was shut.')
  await saved(chidi)
  assert.deepEqual(chidi.wrongs, [])
  await chidi.context().close()
})

test('what the forum refuses is given back in a box to copy from', async () => {
  await caretAfter(amina, 'Clause 8 says')
  await paste(amina, 'text/plain', 'too much '.repeat(60_000))
  const box = amina.locator('dialog[open] textarea')
  await box.waitFor({ timeout: 30_000 })
  assert.match(await box.inputValue(), /too much too much/)
  await amina.keyboard.press('Escape')
  await saved(amina)
  await shows(amina, 'too much', false)
  await caretAfter(amina, 'Clause 1 says')
  await amina.keyboard.type(' Going on.')
  await shows(bo, 'Going on.')
})
