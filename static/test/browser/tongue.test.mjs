import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Forum } from './forum.mjs'

let forum, sora, hana, comment, address

before(async () => {
  forum = await Forum.start()
  sora = await forum.person('member', '소라', { locale: 'ko-KR' })
  hana = await forum.person('member', 'Hana', { viewport: { width: 360, height: 740 } })
  await sora.goto(`${forum.base}/statements/${forum.statement}/threads`)
  await sora.fill('#body', '먼저 **당사자**에게 물어야 합니다.')
  await sora.click('main .compose button')
  await sora.waitForURL('**/threads/*')
  address = sora.url()
  comment = await sora.locator('article.comment').first().getAttribute('id')
})
after(() => forum?.stop())

const fits = async page => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} is wider than the screen`)

test('a translation reaches those who have the thread open, in the language each of them reads', async () => {
  const body = page => page.locator(`#${comment} > .comment-body`)
  assert.equal(await body(sora).getAttribute('lang'), 'ko')
  const reader = await hana.context().newPage()
  await reader.goto(`${address}?read=en`)
  await reader.getByText('Not translated yet').waitFor()
  await fits(reader)

  await hana.goto(address)
  await hana.getByRole('link', { name: /^Add a translation/ }).click()
  await hana.fill('#body', 'Those **concerned** have to be asked first.')
  await fits(hana)
  await hana.click('main .compose button')
  await hana.waitForURL('**/threads/*')

  // Nobody loads a page anew: who reads in English has it in the comment's place, with the
  // original below; who reads what was written has it below that.
  await reader.waitForFunction(id => document.querySelector(`#${id} > .comment-body`)?.lang === 'en', comment)
  assert.match(await body(reader).innerText(), /^Those concerned have/)
  await reader.locator(`#${comment} summary`, { hasText: 'Original' }).click()
  await reader.getByText('당사자').waitFor()
  await fits(reader)
  const folded = sora.locator(`#${comment} details.tongue`)
  await folded.locator('summary').click()
  await folded.getByText('have to be asked first').waitFor()
  assert.equal(await body(sora).getAttribute('lang'), 'ko')
  await reader.close()
})

test('what is half written stays while somebody says that a translation is right', async () => {
  const box = hana.locator('main > .compose textarea')
  await box.fill('Half of a thou')
  await sora.locator(`#${comment} details.tongue a`).click()
  await sora.getByRole('button', { name: '제 뜻이 맞습니다' }).click()
  await sora.waitForURL('**?done=*')
  await hana.getByText('Confirmed by the author').waitFor()
  assert.equal(await box.inputValue(), 'Half of a thou')
  assert.deepEqual([...sora.wrongs, ...hana.wrongs], [])
})

test('an answer to a comment that arrived meanwhile can be answered', async () => {
  await sora.goto(address)
  await hana.fill('main > .compose textarea', 'And who asks them?')
  await hana.locator('main > .compose select').selectOption('en')
  await hana.click('main > .compose button')
  await sora.locator('.live-news button').click()
  const arrived = sora.locator('article.comment', { hasText: 'And who asks them?' })
  await arrived.locator('summary').first().click()
  await arrived.locator('textarea').fill('가족과 단체가 함께 묻습니다.')
  await arrived.locator('form button').click()
  await sora.waitForURL('**?at=*')
  assert.equal(await sora.locator('article.comment', { hasText: '가족과 단체가' }).last().locator('.comment-body').getAttribute('lang'), 'ko')
})

test('beside the text threads begin in the language somebody reads in, and say which don\'t', async () => {
  const reader = await hana.context().newPage()
  await reader.setViewportSize({ width: 1400, height: 900 })
  await reader.goto(`${forum.base}/statements/${forum.statement}?threads=all`)
  await reader.locator('.margin').getByRole('link', { name: 'As written' }).click()
  await reader.waitForURL('**read=as-written**')
  await reader.locator('.margin .thread-card-words', { hasText: '먼저 당사자에게' }).waitFor()
  await reader.locator('.margin').getByRole('link', { name: 'English' }).click()
  const card = reader.locator('.margin .thread-card', { hasText: 'Those concerned have to be asked first.' })
  await card.getByText('Translated, confirmed by the author').waitFor()
  assert.equal(await card.locator('.thread-card-words a').getAttribute('lang'), 'en')

  await sora.goto(`${forum.base}/statements/${forum.statement}/threads`)
  await sora.fill('#body', '누가 묻습니까?')
  await sora.click('main .compose button')
  await sora.waitForURL('**/threads/*')
  await reader.getByRole('button', { name: '1 new: show' }).click()
  await reader.locator('.margin .thread-card', { hasText: '누가 묻습니까?' }).getByText('Not translated yet').waitFor()

  // The list of threads reads as was chosen, too.
  await reader.setViewportSize({ width: 360, height: 740 })
  await reader.goto(`${forum.base}/statements/${forum.statement}/threads`)
  await reader.getByText('Those concerned have to be asked first.').waitFor()
  await fits(reader)
  await reader.close()
})
