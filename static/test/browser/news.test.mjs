import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Forum, holdable } from './forum.mjs'

let forum, clause

before(async () => {
  forum = await Forum.start()
  const { items } = await forum.api('GET', `/statements/${forum.statement}/clauses`)
  clause = items[0].cid
})
after(() => forum.stop())

const comment = body => forum.api('POST', `/statements/${forum.statement}/threads`, { clause, comment: { body } })

/// The header says that much, and nobody who listens to the page was told.
const saysNew = async (page, count) => {
  await page.locator('#news', { hasText: `${count} new` }).waitFor()
  assert.equal(await page.locator('#news').count(), 1)
  assert.equal((await page.locator('[role=status], [aria-live]').allTextContents()).join('').trim(), '')
}

test('the number of news is right on pages that stay open, for whom it is news and for nobody else', async () => {
  const lee = await forum.person('member', 'Lee'), bo = await forum.person('member', 'Bo')
  await lee.goto(`${forum.base}/statements/${forum.statement}`)
  await lee.click('form[action="/follows"] button')
  await lee.waitForURL('**?done=follows')
  await lee.goto(`${forum.base}/groups`)
  await bo.goto(`${forum.base}/groups`)
  const sockets = page => page.evaluate(() => document.querySelectorAll('live-zone').length)
  assert.equal(await sockets(lee), 1)

  await lee.focus('a[href="/notices"]')
  await comment('Is this clear?')
  await saysNew(lee, 1)
  assert.equal(await lee.evaluate(() => document.activeElement?.getAttribute('href')), '/notices')
  await comment('And this?')
  await saysNew(lee, 2)
  assert.doesNotMatch(await bo.locator('#news').innerText(), /new/)

  // A page that is about the statement has one connection for both.
  const opened = []
  lee.on('websocket', socket => opened.push(new URL(socket.url()).searchParams.get('watch')))
  await lee.emulateMedia({ reducedMotion: 'reduce' })
  await lee.goto(`${forum.base}/me`)
  await comment('And that?')
  await saysNew(lee, 3)
  await lee.goto(`${forum.base}/statements/${forum.statement}`)
  await lee.locator('#news', { hasText: '3 new' }).waitFor()
  await comment('One more.')
  await lee.locator('#news', { hasText: '4 new' }).waitFor()
  assert.deepEqual(opened, ['news', `statement:${forum.statement}`])

  // Whoever begins to follow is told from then on; what was read is no news.
  await lee.goto(`${forum.base}/notices`)
  await lee.click('form[action="/notices/readings"] button:has-text("all")')
  await lee.waitForURL('**?done=news')
  assert.doesNotMatch(await lee.locator('#news').innerText(), /new/)
  await bo.goto(`${forum.base}/statements/${forum.statement}`)
  await bo.click('form[action="/follows"] button')
  await bo.waitForURL('**?done=follows')
  await bo.goto(`${forum.base}/me`)
  await comment('The last one.')
  await bo.locator('#news', { hasText: '1 new' }).waitFor()
  await lee.locator('#news', { hasText: '1 new' }).waitFor()
  assert.deepEqual([...lee.wrongs, ...bo.wrongs], [])
})

// A network forgets lines that were idle, and tells neither end.
test('a page that was open while the device slept has what was said meanwhile', async () => {
  const { id } = await comment('Said in the evening.')
  const mina = await forum.person('member', 'Mina')
  const line = await holdable(mina, /\/live\/pages/)
  await mina.clock.install()
  const first = mina.waitForEvent('websocket')
  await mina.goto(`${forum.base}/threads/${id}`)
  await (await first).waitForEvent('framereceived') // how far the page has come
  line.hold('fromForum')
  await forum.api('POST', `/threads/${id}/comments`, { body: 'Said overnight.' })
  await mina.clock.fastForward('08:00:00')
  await mina.locator('.live-news button', { hasText: '1 new' }).click()
  await mina.locator('.comment', { hasText: 'Said overnight.' }).waitFor()
  assert.deepEqual(mina.wrongs, [])
})
