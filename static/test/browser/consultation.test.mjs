// What goes wrong while somebody answers on a small phone, and what they find then.
import assert from 'node:assert/strict'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { Forum } from './forum.mjs'
import { answer, fits, goOn, small } from './phone.mjs'

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
  await answer(page, forum.base + docket, '답을 받지 못했습니다.')
  await page.waitForFunction(() => document.querySelector('[name=number]').value !== '') // the work that the form asks for
  await goOn(page, `form[action="${docket}/submissions"] button`)
  const code = await page.innerText('.code')
  await forum.kill()
  await forum.serve()
  await Promise.all([page.waitForNavigation(), page.reload()])
  assert.equal(await page.innerText('.code'), code)
  assert.deepEqual(page.wrongs, [])
  await page.context().close()
})

test('on a small phone without scripts a moderator covers a number, and its author reads why something was given back', async () => {
  const sender = await forum.window(small), reader = await forum.window(small)
  const keep = async comment => {
    await answer(sender, forum.base + docket, comment)
    await goOn(sender, `form[action="${docket}/submissions"] button`)
    return { code: await sender.innerText('.code'), at: `${docket}/inbox/${Number((await sender.innerText('.code-card strong')).split('-').pop())}` }
  }
  const covered = await keep('제 전화는 010-1234-5678입니다. 꼭 전화 주세요.')
  const returned = await keep('우리 마을에는 교사가 저 하나뿐입니다.')
  const moderator = await forum.person('moderator', '살핌이', small)

  await moderator.goto(forum.base + covered.at)
  await fits(moderator)
  assert.ok(!(await moderator.innerText('main > .comment-body')).includes('010-1234-5678'))
  await moderator.click('summary:has-text("일부를 가리고 싣기")')
  await moderator.waitForSelector('label.choice:has-text("전화번호: 010-1234-5678")')
  await fits(moderator)
  await goOn(moderator, 'details[open] .button-primary')
  await reader.goto(`${forum.base}${covered.at.replace('inbox', 'submissions')}`)
  await fits(reader)
  const shown = await reader.innerText('main')
  assert.ok(shown.includes('제 전화는 [가림]입니다.') && !shown.includes('1234'), shown)

  await moderator.goto(forum.base + returned.at)
  await moderator.click('summary:has-text("먼저 쓴 사람에게 되돌리기")')
  await moderator.selectOption('#note', 'names_you')
  await moderator.fill('#return-reason', '마을 이름이 나오면 누구인지 알 수 있습니다.')
  await goOn(moderator, 'details[open] form button')
  await sender.goto(`${forum.base}/receipt`)
  await sender.fill('#code', returned.code)
  await goOn(sender)
  const told = await sender.innerText('main')
  assert.ok(told.includes('아직 싣지 않았습니다') && told.includes('마을 이름이 나오면'), told)
  await sender.click('summary:has-text("알고 있으니 그대로 두기")')
  await goOn(sender, 'details[open] form button')
  await sender.waitForSelector('text=그대로 다시 살펴봅니다')
  for (const page of [sender, reader, moderator]) {
    assert.deepEqual(page.wrongs, [])
    await page.context().close()
  }
})

test('a picture is chosen on a small phone without scripts: refused it costs no word, taken it is shown once somebody looked at it', async () => {
  const sender = await forum.window(small), reader = await forum.window(small)
  await answer(sender, forum.base + docket, '사진에 표지판이 있습니다.')
  const send = `form[action="${docket}/submissions"] .button-primary`
  await sender.setInputFiles('#files', [{ name: '사진.gif', mimeType: 'image/gif', buffer: Buffer.from('GIF89a\0') }])
  await goOn(sender, send)
  await sender.waitForSelector('#files-error')
  const asked = await sender.innerText('main')
  assert.ok(asked.includes('다시 골라 주세요') && asked.includes('사진.gif') && asked.includes('사진에 표지판이 있습니다.'), asked)
  const film = join(await mkdtemp(join(tmpdir(), 'madang-film-')), '마을회의.mp4')
  await writeFile(film, '')
  await truncate(film, 200 << 20)
  await sender.setInputFiles('#files', film)
  await goOn(sender, send)
  await sender.waitForSelector('#files-error')
  const kept = await sender.innerText('main')
  assert.ok(kept.includes('다시 골라 주세요') && kept.includes('마을회의.mp4') && kept.includes('사진에 표지판이 있습니다.'), kept)
  await rm(dirname(film), { recursive: true })
  const picture = await reader.screenshot()
  await sender.setInputFiles('#files', [{ name: '사진.png', mimeType: 'image/png', buffer: picture }])
  await goOn(sender, send)
  const no = Number((await sender.innerText('.code-card strong')).split('-').pop())
  assert.ok((await sender.innerText('main')).includes('아직 살펴보지 않음'))

  const moderator = await forum.person('moderator', '눈여김', small)
  await moderator.goto(`${forum.base}${docket}/inbox/${no}`)
  await moderator.click('summary:has-text("사진 보기")')
  const isDrawn = page => page.locator('.files img').first().evaluate(picture => picture.decode())
  await isDrawn(moderator)
  await fits(moderator)
  await goOn(moderator, 'form[action$="/files/1/decisions"] button')
  await reader.goto(`${forum.base}${docket}/submissions/${no}`)
  assert.ok(!(await reader.innerText('main')).includes('사진.png'))
  await reader.click('summary:has-text("사진 보기")')
  await isDrawn(reader)
  await fits(reader)
  for (const page of [sender, reader, moderator]) {
    assert.deepEqual(page.wrongs, [])
    await page.context().close()
  }
})
