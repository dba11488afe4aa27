import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { caretAfter, saved, shows } from './forum.mjs'
import { furnished, settle } from './world.mjs'

let forum, docket, thread, clause, holds, paths

before(async () => { ({ forum, docket, thread, clause, holds, paths } = await furnished()) })
after(() => forum?.stop())

test('whoever empties a text is told that it waits, has the text again and goes on', async () => {
  const dialog = holds.locator('dialog')
  assert.deepEqual(await dialog.getByRole('button').allInnerTexts(), ['Go on writing'])
  assert.equal(await dialog.getByRole('link').getAttribute('href'), `/statements/${forum.statement}/holds`)
  await holds.keyboard.press('Escape')
  await shows(holds, 'Clause 8 says')
  await caretAfter(holds, 'Clause 8 says')
  await holds.keyboard.type(' I go on.')
  await saved(holds)
  assert.deepEqual(holds.wrongs, [])
})

test('no page breaks its own policy', async () => {
  const page = await forum.person('chair', 'Strict')
  for (const path of paths) {
    await settle(page, path)
    assert.deepEqual(page.wrongs, [], path)
    assert.equal(await page.evaluate(() => document.querySelectorAll('[style], [onclick], script:not([src])').length), 0, path)
  }
})

test('without scripts one reads, comments, answers and edits', async () => {
  const page = await forum.person('drafter', 'Plain', { javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
  await page.goto(`${forum.base}/threads/${thread}`)
  await page.fill('.compose-form textarea', 'Without any script.')
  await page.click('.compose-form button')
  await page.waitForSelector('.comment:has-text("Without any script.")')
  await page.goto(`${forum.base}/statements/${forum.statement}/clauses/${clause}/text`)
  await page.fill('textarea#text', 'Edited in the plain box.')
  await page.click('form button.button-primary')
  await page.waitForSelector('.clause-words:has-text("Edited in the plain box.")')
  await page.goto(`${forum.base}/statements/${forum.statement}/draft`)
  await page.waitForSelector('noscript, .notice')
  assert.equal(await page.locator('.statement-text .clause').count() > 5, true)
})

test('without account, cookie or script somebody answers on a phone, in Korean, and follows it by the receipt', async () => {
  const page = await forum.window({ javaScriptEnabled: false, locale: 'ko-KR', viewport: { width: 360, height: 740 } })
  const go = async () => {
    await page.click('main .button-primary')
    assert.ok((await page.locator('main').boundingBox()).width <= 360)
  }
  await page.goto(forum.base + docket)
  await go()
  await page.check(`[name=clauses][value="${clause}"]`)
  await go()
  await page.fill('#comment', '둘째 조항이 너무 깁니다.')
  await go()
  await go()
  await page.check('[name=kind][value=editorial]')
  await go()
  await page.check('[name=as][value=individual]')
  await go()
  await page.check('[name=publish][value=words]')
  await go()
  await page.click('button[value=change-comment]')
  await page.fill('#comment', '둘째 조항이 조금 깁니다.')
  await go()
  await page.click('form.sheet .button-primary')
  const code = await page.textContent('.code')
  assert.match(code, /^\d{4} \d{4} \d{4} \d{4}$/)
  assert.ok(!page.url().includes(code.replaceAll(' ', '')))
  await page.goto(`${forum.base}/receipt`)
  await page.fill('#code', code)
  await go()
  await page.waitForSelector('text=둘째 조항이 조금 깁니다.')
  await page.click('summary:has-text("거두기")')
  await page.check('[name=confirmed]')
  await page.click('.button-danger')
  await page.waitForSelector('[role=status]:has-text("거두었습니다")')
  assert.equal(await page.locator('text=조금 깁니다').count(), 0)
  assert.deepEqual(await page.context().cookies(), [])
  await page.context().close()
})

test('by keyboard alone one skips to the content and posts a comment', async () => {
  const page = await forum.person('member', 'Keys')
  await page.goto(`${forum.base}/threads/${thread}`)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip')
  await page.keyboard.press('Enter')
  for (let i = 0; i < 60; i++) {
    if (await page.evaluate(() => document.activeElement.matches('.compose textarea'))) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.type('Typed without a mouse.')
  await page.keyboard.press('Tab') // to the language, which is right
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.comment:has-text("Typed without a mouse.")')
})

test('a comment of somebody else waits behind a button, and nothing moves', async () => {
  const page = await forum.person('member', 'Watcher')
  const connected = page.waitForEvent('websocket')
  await page.goto(`${forum.base}/threads/${thread}`)
  await (await connected).waitForEvent('framereceived').catch(() => undefined)
  await page.fill('.compose textarea', 'Half a thought')
  await page.focus('.compose textarea')
  const place = () => page.evaluate(() => document.querySelector('.comment').getBoundingClientRect().top)
  const before = await place()
  await forum.api('POST', `/threads/${thread}/comments`, { body: 'News from **elsewhere**.' })
  const offer = page.locator('live-zone button', { hasText: '1 new' })
  await offer.waitFor()
  assert.equal(await place(), before)
  assert.equal(await page.locator('.comment:has-text("News from elsewhere.")').count(), 0)
  assert.equal(await page.inputValue('.compose textarea'), 'Half a thought')
  await offer.click()
  await page.waitForSelector('.comment:has-text("News from elsewhere.") strong')
  assert.equal(await page.inputValue('.compose textarea'), 'Half a thought')
  assert.deepEqual(page.wrongs, [])
})

test('half a comment survives a closed page', async () => {
  const page = await forum.person('member', 'Interrupted')
  await page.goto(`${forum.base}/threads/${thread}`)
  await page.locator('.compose textarea').pressSequentially('쓰다 만 글')
  await page.waitForFunction(() => Object.keys(localStorage).length > 0)
  await page.goto('about:blank')
  await page.goto(`${forum.base}/threads/${thread}`)
  await page.waitForFunction(() => document.querySelector('.compose textarea').value === '쓰다 만 글')
})

test('a form pressed twice is sent once', async () => {
  const page = await forum.person('member', 'Hasty')
  await page.goto(`${forum.base}/threads/${thread}`)
  const isStopped = await page.evaluate(() => [1, 2].map(() => {
    const press = new SubmitEvent('submit', { bubbles: true, cancelable: true })
    document.querySelector('.compose form').dispatchEvent(press)
    return press.defaultPrevented
  }))
  assert.deepEqual(isStopped, [false, true])
})

test('a stroke leads to the search box, but is a letter where somebody writes; what is found is marked', async () => {
  const page = await forum.person('member', 'Seeking', { locale: 'ko-KR' })
  await page.goto(`${forum.base}/threads/${thread}`)
  await page.focus('.compose textarea[name=body]')
  await page.keyboard.type('그리고/또는')
  assert.equal(await page.inputValue('.compose textarea[name=body]'), '그리고/또는')
  await page.evaluate(() => document.activeElement.blur())
  await page.keyboard.press('/')
  await page.keyboard.type('낱말이')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search?*')
  assert.equal(await page.textContent('.hit mark'), '낱말이')
  await page.focus('.hit h3 a')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/threads/${thread}?*`)
  await page.context().close()
})
