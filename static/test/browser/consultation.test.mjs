// What goes wrong while somebody answers on a small phone, and what they find then.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Forum } from './forum.mjs'

let forum, docket

before(async () => {
  forum = await Forum.start()
  const { items: [group] } = await forum.api('GET', '/groups')
  await forum.api('POST', `/statements/${forum.statement}/versions`, { label: 'For everybody' })
  const hours = n => new Date(Date.now() + n * 3_600_000).toISOString()
  const made = await forum.api('POST', `/groups/${group.id}/consultations`, {
    statement: forum.statement, title: '모두에게 묻습니다', lang: 'ko', notice: '무엇이 빠졌습니까?', questions: ['누가 읽습니까?'],
    opens: hours(-1), closes: hours(100), zone: 'Asia/Seoul', published: '내용만.', kept: '십 년.', moderation: 'post', channels: [],
  })
  await forum.api('POST', `/consultations/${made.id}/acts`, { kind: 'announced', version: 1 })
  docket = `/consultations/${made.id}`
})
after(() => forum?.stop())

const small = { javaScriptEnabled: false, locale: 'ko-KR', viewport: { width: 360, height: 740 } }

const fits = async page => {
  const needed = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(needed <= page.viewportSize().width, `${page.url()} is ${needed} px wide`)
}

/// Presses the main button and waits for the page that it leads to.
const goOn = async (page, what = 'main .form-actions button[type=submit]') => {
  await Promise.all([page.waitForNavigation(), page.locator(what).first().click()])
  await fits(page)
}

/// Answers question after question, up to the page that shows all answers.
const answer = async (page, comment) => {
  await page.goto(`${forum.base}${docket}`)
  await fits(page)
  await goOn(page, 'main a.button-primary')
  await page.locator('[name=clauses]').nth(1).check()
  await goOn(page)
  await page.fill('#comment', comment)
  await goOn(page)
  await page.fill('#proposed', '누구나 읽고 고칠 수 있다.')
  await goOn(page)
  for (const choice of ['technical', 'anonymous', 'words']) {
    await page.check(`[value=${choice}]`)
    await goOn(page)
  }
}

test('a mistyped receipt code is found out at once, and a question left open is asked again with what was typed', async () => {
  const page = await forum.window(small)
  await page.goto(`${forum.base}/receipt`)
  await page.fill('#code', '1234 5678 9012 3456')
  await goOn(page)
  await page.waitForSelector('#code-error')
  await page.goto(`${forum.base}${docket}/submissions/new`)
  await goOn(page)
  await page.fill('#comment', '가'.repeat(20_001))
  await goOn(page)
  await page.waitForSelector('#comment-error')
  assert.equal((await page.inputValue('#comment')).trim().length, 20_001)
  await page.context().close()
})

test('the node dies after the last button: the page sent again shows the same receipt', async () => {
  const page = await forum.window({ ...small, javaScriptEnabled: true })
  await answer(page, '답을 받지 못했습니다.')
  await goOn(page, `form[action="${docket}/submissions"] button`)
  const code = await page.innerText('.code')
  await forum.kill()
  await forum.serve()
  await Promise.all([page.waitForNavigation(), page.reload()])
  assert.equal(await page.innerText('.code'), code)
  assert.deepEqual(page.wrongs, [])
  await page.context().close()
})
