import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { caretAfter, Forum, saved, selectForComment, shows } from './forum.mjs'

let forum, amina, bo, statement

const markdown = `1. 모든 사람은 자유롭게 말할 권리가 있다.

2. Nobody may be held for what they said 👍 in good faith.

3. The last clause stands here.
`

const open = async page => {
  await page.goto(`${forum.base}/statements/${statement}/draft`)
  await saved(page)
}

before(async () => {
  forum = await Forum.start()
  amina = await forum.person('drafter', 'Amina')
  bo = await forum.person('editor', '보', { locale: 'ko-KR' })
  const { items } = await forum.api('GET', '/groups')
  const made = await forum.api('POST', `/groups/${items[0].id}/statements`, { title: '말할 권리', lang: 'ko', markdown })
  statement = made.id
  await open(amina)
  await open(bo)
})
after(() => forum?.stop())

/// Waits until exactly these words are marked as what threads are about.
const marked = (page, ...words) => page.waitForFunction(words => {
  const byThread = new Map()
  for (const part of document.querySelectorAll('.thread-words[data-thread]')) byThread.set(part.dataset.thread, (byThread.get(part.dataset.thread) ?? '') + part.textContent)
  return JSON.stringify([...byThread.values()].sort()) === JSON.stringify(words.sort())
}, words)

const threads = async () => (await forum.api('GET', `/statements/${statement}/threads`)).items

test('whoever selects words comments on them by keyboard, and both see which', async () => {
  await selectForComment(amina, 'they said 👍 in')
  await amina.keyboard.press('Control+Alt+m')
  const dialog = amina.getByRole('dialog', { name: 'Comment on these words' })
  await dialog.waitFor()
  assert.equal(await dialog.locator('blockquote').innerText(), 'they said 👍 in')
  assert.equal(await amina.evaluate(() => document.activeElement.id), 'comment-body')
  await amina.keyboard.type('Who judges that?')
  await dialog.getByRole('button', { name: 'Comment' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await amina.evaluate(() => document.activeElement.classList.contains('ProseMirror')), true)
  await marked(amina, 'they said 👍 in')
  await marked(bo, 'they said 👍 in')
  const [thread] = await threads()
  assert.equal(thread.on.quote, 'they said 👍 in')
  assert.equal(thread.excerpt, 'Who judges that?')
})

test('the mark goes along with what others write, and with what is written within', async () => {
  await caretAfter(bo, '자유롭게 말할')
  await bo.keyboard.type(' 누구나 그렇다.')
  await shows(amina, '누구나 그렇다.')
  await marked(amina, 'they said 👍 in')
  await selectForComment(bo, 'they said')
  await bo.keyboard.press('ArrowRight')
  await bo.keyboard.type(' aloud')
  await marked(bo, 'they said aloud 👍 in')
  await marked(amina, 'they said aloud 👍 in')
  await saved(bo)
  const [thread] = await threads()
  assert.equal(thread.on.state, 'changed')
  assert.equal(thread.on.now.text, 'they said aloud 👍 in')
})

test('Korean is put together in marked words while others comment, and in the comment', async () => {
  await selectForComment(bo, '말할 권리')
  await bo.keyboard.press('ArrowRight')
  const keys = await bo.context().newCDPSession(bo)
  await keys.send('Input.imeSetComposition', { text: '하', selectionStart: 1, selectionEnd: 1 })
  await selectForComment(amina, 'last clause')
  await amina.getByRole('button', { name: 'Comment on the selected words' }).click()
  await amina.fill('#comment-body', 'Is it?')
  await amina.click('dialog .button-primary')
  await marked(amina, 'they said aloud 👍 in', 'last clause')
  await keys.send('Input.imeSetComposition', { text: '한', selectionStart: 1, selectionEnd: 1 })
  await keys.send('Input.insertText', { text: '한' })
  await shows(bo, '말할 권리한')
  await shows(amina, '말할 권리한')
  await marked(bo, 'they said aloud 👍 in', 'last clause')

  await selectForComment(bo, '모든 사람은')
  await bo.keyboard.press('Control+Alt+m')
  await bo.getByRole('dialog', { name: '이 구절에 의견 쓰기' }).waitFor()
  for (const text of ['ㅇ', '외', '왜']) await keys.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 })
  await keys.send('Input.insertText', { text: '왜?' })
  await bo.click('dialog .button-primary')
  await marked(amina, 'they said aloud 👍 in', 'last clause', '모든 사람은')
  assert.ok((await threads()).some(({ excerpt }) => excerpt === '왜?'))
})

test('what was typed is kept when the line is away or the box is closed, and sent once', async () => {
  await selectForComment(amina, 'stands here')
  await amina.keyboard.press('Control+Alt+m')
  await amina.context().setOffline(true)
  await amina.keyboard.type('Far away.')
  await amina.click('dialog .button-primary')
  await amina.getByText("There is no connection: the comment wasn't sent.").waitFor()
  assert.equal(await amina.inputValue('#comment-body'), 'Far away.')
  await amina.keyboard.press('Escape')
  await amina.context().setOffline(false)
  await selectForComment(amina, 'stands here')
  await amina.keyboard.press('Control+Alt+m')
  assert.equal(await amina.inputValue('#comment-body'), 'Far away.')
  await amina.click('dialog .button-primary')
  await amina.locator('dialog').waitFor({ state: 'detached' })
  assert.equal((await threads()).filter(({ excerpt }) => excerpt === 'Far away.').length, 1)
})

test('a card leads to its words, and the words to their card, by keyboard too', async () => {
  await open(amina)
  await marked(amina, 'they said aloud 👍 in', 'last clause', '모든 사람은', 'stands here')
  const card = amina.locator('.thread-card', { hasText: 'Who judges that?' })
  await card.locator('.thread-card-see').click()
  await amina.waitForFunction(() => getSelection().toString() === 'they said aloud 👍 in')
  await amina.waitForFunction(() => document.querySelector('.thread-card[aria-current]')?.textContent.includes('Who judges that?'))
  await amina.keyboard.press('F6')
  assert.match(await amina.evaluate(() => document.activeElement.textContent), /Who judges that\?/)
  await amina.keyboard.press('F6')
  assert.equal(await amina.evaluate(() => document.activeElement.closest('.outline')?.querySelector('a') === document.activeElement), true)
  await amina.keyboard.press('F6')
  assert.equal(await amina.evaluate(() => document.activeElement.id), 'editor-text')
  await amina.keyboard.press('Shift+F6')
  assert.equal(await amina.evaluate(() => document.activeElement.closest('.outline') !== null), true)
  await amina.locator('[data-thread]', { hasText: 'last clause' }).click()
  await amina.waitForFunction(() => document.querySelector('.thread-card[aria-current]')?.textContent.includes('Is it?'))
})

test('a thread that is resolved marks nothing any more, without reloading', async () => {
  for (const { id, excerpt } of await threads()) {
    if (excerpt !== 'Is it?') await forum.api('POST', `/threads/${id}/settlements`, { open: false, reason: 'Said.' })
  }
  await marked(amina, 'last clause')
  await marked(bo, 'last clause')
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})

test('a phone shows the threads after the text, in the order of the text', async () => {
  await amina.setViewportSize({ width: 360, height: 740 })
  await amina.reload()
  await amina.getByRole('heading', { name: 'Threads and amendments' }).waitFor()
  assert.match(await amina.locator('.margin .thread-card').first().innerText(), /last clause/)
  const [text, list] = [await amina.locator('#editor').boundingBox(), await amina.locator('.margin').boundingBox()]
  assert.ok(list.y >= text.y + text.height)
  assert.equal(await amina.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
})

test('the reading view has the threads beside the text, after it on a phone, and says what became of the words', async () => {
  const read = `${forum.base}/statements/${statement}`
  for (const [width, isBeside] of [[1400, true], [360, false]]) {
    await bo.setViewportSize({ width, height: 740 })
    await bo.goto(read)
    await bo.getByRole('heading', { name: '토론과 수정안' }).waitFor()
    const [text, list] = [await bo.locator('.statement-text').boundingBox(), await bo.locator('.margin').boundingBox()]
    assert.ok(isBeside ? list.x >= text.x + text.width : list.y >= text.y + text.height)
    assert.equal(await bo.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
  }
  await bo.getByRole('link', { name: '마무리된 것', exact: true }).click()
  await bo.waitForURL(/threads=resolved/)
  await bo.setViewportSize({ width: 1400, height: 740 })
  const changed = bo.locator('.margin .thread-card', { hasText: 'Who judges that?' })
  await changed.locator('ins', { hasText: 'aloud' }).waitFor()
  await changed.getByText('구절이 바뀜').waitFor()
})
