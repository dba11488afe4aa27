// A whole docket with 1,200 people in it: from the notice to the report, and to the words
// that came of it. The public has small phones, with scripts and without; staff has both.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { addsOwn, campaigns, isOf, letters, wishes } from './crowd.mjs'
import { Forum, sentencesOf } from './forum.mjs'
import { answer, fits, goOn, lookUp, send, small } from './phone.mjs'

const groups = ['Scholars', 'Civil society', 'Families'], survivors = 'Survivors'
const count = 1_195, all = 1_200
const title = '헤어진 가족의 소식을 알 권리'
const clauses = ['모든 사람은 헤어진 가족의 소식을 알 권리가 있다.', '찾는 사람에게 소식을 전한다.', '정부는 계획을 세운다.', '이 글은 누구나 읽을 수 있게 한다.']
const notice = '이 초안에서 **무엇**이 빠졌습니까? What is missing?'

// Two of the public: one reads Korean and has no scripts, one reads English and has them.
const public_ = {
  ko: { options: small, comment: `우리 아버지는 끝내 소식을 듣지 못했습니다. ${wishes.ask[0]}`, group: 'Families' },
  en: { options: { ...small, javaScriptEnabled: true, locale: 'en-US' }, comment: `I came across the river alone. ${wishes.ask[1]}`, group: survivors },
}
for (const [lang, person] of Object.entries(public_)) person.t = sentencesOf(lang)

let forum, docket, statement, cids, moderator, editor, chair, table

before(async () => {
  forum = await Forum.start()
  chair = await forum.person('chair', 'Chioma', { javaScriptEnabled: false })
  await nameGroups()
  await announce()
  editor = await forum.person('editor', 'Eun')
  moderator = await forum.person('moderator', '나리', small)
  for (const person of Object.values(public_)) person.page = await forum.window(person.options)
})
after(() => forum?.stop())

const open = async (page, path) => {
  await page.goto(forum.base + path)
  await fits(page)
}

/// What the page of a docket counts, by name.
const balance = async () => {
  await open(public_.en.page, docket)
  const counts = await public_.en.page.locator('.balance [data-count]').evaluateAll(list => list.map(one => [one.dataset.count, Number(one.textContent.replace(/\D/g, ''))]))
  return Object.fromEntries(counts)
}

const api = (method, path, body, token) => forum.api(method, `${docket}${path}`, body, token)

/// The chair adds the stakeholder groups of this docket to the one that there is.
const nameGroups = async () => {
  await open(chair, `${forum.group}/charter`)
  for (const [i, name] of [...groups, survivors].entries()) await chair.fill(`[name=stakeholder-${i}-name]`, name)
  await chair.check('[name=stakeholder-3-sensitive]')
  await goOn(chair, 'main form .button-primary')
}

/// The chair puts the text before the public.
const announce = async () => {
  const group = forum.group.split('/').pop(), hours = n => new Date(Date.now() + n * 3_600_000).toISOString()
  statement = (await forum.api('POST', `/groups/${group}/statements`, { title, lang: 'ko', markdown: clauses.map((words, i) => `${i + 1}. ${words}\n`).join('\n') })).id
  await forum.api('POST', `/statements/${statement}/versions`, { label: '모두 앞에' })
  cids = (await forum.api('GET', `/statements/${statement}/clauses`)).items.map(clause => clause.cid)
  const made = await forum.api('POST', `/groups/${group}/consultations`, {
    statement, title, lang: 'ko', notice, questions: ['누가 빠졌습니까?'], opens: hours(-1), closes: hours(100), zone: 'Asia/Seoul',
    published: '내용만 싣습니다.', kept: '십 년.', moderation: 'post', channels: ['letter', 'mail', 'telephone'],
  })
  docket = `/consultations/${made.id}`
  await api('POST', '/acts', { kind: 'announced', version: 1 })
}

for (const [lang, person] of Object.entries(public_)) {
  test(`on a small phone somebody reads the notice and answers it, one question a page (${lang})`, async () => {
    const { page, t } = person
    await open(page, '/consultations')
    await goOn(page, `main a:has-text("${title}")`)
    assert.equal(await page.getAttribute('html', 'lang'), lang)
    const said = await page.innerText('main')
    for (const words of ['무엇이 빠졌습니까', '누가 빠졌습니까?', '내용만 싣습니다.', t['docket.uncollected']]) assert.ok(said.includes(words), words)
    await open(page, `${docket}/text`)
    assert.equal(await page.locator('.frozen-clause').count(), clauses.length)
    await answer(page, forum.base + docket, person.comment, { proposed: '본인에게 먼저 묻는다.', group: person.group })
    const check = await page.innerText('main')
    assert.ok(check.includes(person.comment) && check.includes(person.group), check)
    person.receipt = await send(page)
    // Of a sensitive group nothing is shown before two people looked at it.
    const waits = t[`submission.status.${person.group === survivors ? 'received' : 'posted'}`]
    assert.ok((await lookUp(page, forum.base, person.receipt.code)).includes(waits))
  })
}

test('an organisation sends proposed text and a paper, and its phone shows both in the receipt', async () => {
  const page = await forum.window(small)
  await answer(page, forum.base + docket, `저희 모임은 서른 해 동안 편지를 날랐습니다. ${wishes.year[0]}`, { proposed: '정부는 해마다 이행을 보고한다.', clause: 2, as: 'organisation', name: '나루 모임 (가상)', publish: 'all' })
  await page.setInputFiles('#files', [{ name: '편지 나르기.txt', mimeType: 'text/plain', buffer: Buffer.from('우리가 나른 편지의 수를 해마다 적었습니다.\n') }])
  public_.ko.organisation = await send(page)
  assert.ok((await lookUp(page, forum.base, public_.ko.organisation.code)).includes('편지 나르기.txt'))
  await page.context().close()
})

test('two more write, and one of them takes it back: the balance holds', async () => {
  const say = words => forum.api('POST', `${docket}/submissions`, { comment: words, kind: 'general', as: 'anonymous', publish: 'none' })
  await say('Only for you to read: it was my cousin.')
  const { code } = await say('I would rather not have said this.')
  await forum.api('POST', '/receipts/steps', { code, kind: 'withdrawn', revision: 1, confirmed: true })
  assert.deepEqual(await balance(), { received: 5, screening: 1, posted: 2, redacted: 0, withheld: 1, withdrawn: 1 })
})

test('a moderator keys in 1,195 letters as one file, and hands out a receipt for each', async () => {
  await open(moderator, `${docket}/tables/new`)
  await moderator.setInputFiles('#file', [{ name: '편지.csv', mimeType: 'text/csv', buffer: letters(count, ['', ...groups]) }])
  await goOn(moderator)
  assert.equal(await moderator.innerText('[data-count=kept]'), '1,195')
  assert.equal(await moderator.innerText('[data-count=faulty]'), '0')
  const [file] = await Promise.all([moderator.waitForEvent('download'), moderator.locator('form:has([value=receipts]) button').click()])
  let text = ''
  for await (const chunk of await file.createReadStream()) text += chunk
  table = text.match(/\d{4}([ -]?\d{4}){3}/g)
  assert.equal(table.length, count)
  const { received, posted } = await balance()
  assert.deepEqual([received, posted], [all, count + 2])
})

test('what waits is looked at: a paper by one person, the words of a survivor by two', async () => {
  await open(moderator, `${docket}/inbox/${public_.ko.organisation.no}`)
  await goOn(moderator, 'form[action$="/files/1/decisions"] button')
  const at = `${docket}/inbox/${public_.en.receipt.no}`
  for (const page of [moderator, chair]) {
    await open(page, at)
    await page.click('form[action$="/moves"]:has([value=posted]) button >> nth=0')
    await fits(page)
  }
  await open(public_.en.page, `${docket}/submissions/${public_.en.receipt.no}`)
  assert.ok((await public_.en.page.innerText('main')).includes(public_.en.comment))
  await open(public_.ko.page, `${docket}/submissions/${public_.ko.organisation.no}`)
  const organisation = await public_.ko.page.innerText('main')
  assert.ok(organisation.includes('나루 모임 (가상)') && organisation.includes('글 파일'), organisation)
  assert.deepEqual(await balance(), { received: all, screening: 0, posted: all - 2, redacted: 0, withheld: 1, withdrawn: 1 })
})

test('each campaign is shown once, with how many sent it and what each of them adds', async () => {
  const sent = campaigns.map((_, c) => [...Array(count).keys()].filter(i => isOf(i + 1) === c))
  for (const { page, t } of Object.values(public_)) {
    for (;;) { // one visit sorts a part
      await open(page, `${docket}/campaigns`)
      if (await page.locator('.notice .button').count() === 0) break
    }
    const number = name => page.innerText(`[data-count=${name}]`)
    assert.equal(await number('submissions'), '1,198')
    assert.equal(await number('wordings'), (all - 2 - sent.flat().length + campaigns.length).toLocaleString('en'))
    assert.ok((await page.innerText('main')).includes(t['campaigns.no_vote']))
    for (const [c, campaign] of campaigns.entries()) {
      await open(page, `${docket}/campaigns`)
      await goOn(page, `.card:has-text("${campaign.text.slice(0, 30)}") a`)
      assert.match(await page.innerText('h1'), new RegExp(`\\b${sent[c].length}\\b`))
      const adding = sent[c].map(i => i + 1).filter(addsOwn)
      assert.equal(await page.locator('[aria-labelledby=own-title] .row').count(), adding.length)
      assert.ok((await page.innerText('[aria-labelledby=own-title]')).includes(campaign.own(adding[0]).trim().slice(0, 20)))
    }
  }
})

/// Marks a wish wherever somebody has it, under a new issue or the one with a number.
const mark = async (wish, lang, cid, issue, kind = 'technical') => {
  const said = wishes[wish][lang === 'ko' ? 0 : 1]
  const no = 5 + [...Array(count).keys()].find(i => letterWith(i + 1).includes(said)) + 1
  await open(editor, `${docket}/answers/submissions/${no}`)
  await editor.locator('.sentences label', { hasText: said }).click()
  await editor.selectOption('#clause', cid)
  if (typeof issue === 'string') await editor.fill('#title', issue)
  else await editor.selectOption('#issue', { index: issue })
  await editor.selectOption('#kind', kind)
  await editor.check('[name=everywhere]')
  await goOn(editor, '.sheet .button-primary')
}

const rows = letters(count, ['', ...groups]).toString().split('\r\n')
const letterWith = n => rows[n]
const counted = wish => rows.filter(row => wishes[wish].some(words => row.includes(words))).length

test('readers share what was posted, and mark what many say for all of them at once', async () => {
  await open(chair, `${docket}/answers/submissions`)
  await chair.click('summary')
  await chair.selectOption('#reader', { label: 'Eun' })
  await goOn(chair, 'form[action$="/readers"] button')
  assert.ok((await chair.innerText('.readers')).includes('Eun'))
  await mark('ask', 'ko', cids[1], '먼저 본인에게 묻는가?')
  await mark('ask', 'en', cids[1], 1)
  await mark('year', 'en', cids[2], 'Who reports, and when?')
  await mark('year', 'ko', cids[2], 2)
  await mark('cost', 'ko', '', '누가 비용을 내는가?')
  await mark('cost', 'en', '', 3)
  await mark('aloud', 'ko', cids[3], '소리 내어 읽을 수 있는가?', 'editorial')
  await mark('aloud', 'en', cids[3], 4, 'editorial')
  await open(editor, `${docket}/issues/1`)
  assert.match(await editor.innerText('#excerpts-title'), new RegExp(`\\b${counted('ask') + 2}\\b`))
  await open(editor, `${docket}/answers/submissions?mine=on&unread=on`)
  await goOn(editor, '[name=whole]')
  assert.equal(await editor.innerText('[data-count=read]'), '100')
  const { items } = { items: [...Array(all).keys()].map(i => i + 1).filter(no => no !== 4 && no !== 5) }
  await api('POST', '/readings', { submissions: items }, forum.tokens[1])
  await open(editor, `${docket}/answers`)
  assert.equal(await editor.innerText('[data-count=read]'), '1,198')
  assert.equal(await editor.innerText('[data-count=loose]'), '0')
})

test('an amendment comes of an issue, and is applied only once a second reader agreed to the answer', async () => {
  const { text } = await forum.api('GET', `/statements/${statement}/clauses/${cids[1]}`)
  const propose = async (cid, base, words, issue) => {
    const { id } = await forum.api('POST', `/statements/${statement}/amendments`, { proposals: [{ kind: 'text', cid, base, text: words }], reason: '들은 대로 고칩니다.' })
    await forum.api('POST', `/amendments/${id}/steps`, { to: 'tabled' })
    await api('POST', `/issues/${issue}/amendments`, { amendment: id })
    return id
  }
  const ask = await propose(cids[1], text, `본인에게 먼저 물은 다음 ${text}`, 1)
  const year = await propose(cids[2], clauses[2], `${clauses[2]} 해마다 이행을 알린다.`, 2)
  const accept = async () => {
    await open(editor, `/statements/${statement}/acceptances/new?a=${ask}&a=${year}`)
    await editor.fill('#reason', '사람들이 바란 대로.')
    await goOn(editor, 'main form[action$="/acceptances"] .button-primary')
  }
  await accept()
  assert.ok((await editor.innerText('main')).includes(sentencesOf('en')['acceptance.unanswered']))
  for (const [no, code, reason] of [[1, 'incorporated_modified', '먼저 본인에게 묻습니다.'], [2, 'incorporated', 'It is reported each year now.'], [3, 'not_incorporated', '비용은 다른 법이 정합니다.'], [4, 'noted', '소리 내어 읽었습니다.']]) {
    await open(editor, `${docket}/issues/${no}`)
    await editor.selectOption('#code', code)
    await editor.fill('#reason', reason)
    await goOn(editor, 'form[action$="/answers"] button')
    assert.equal(await editor.locator('form[action$="/verdicts"]').count(), 0) // whose own it is
    await open(chair, `${docket}/issues/${no}`)
    await goOn(chair, 'form[action$="/verdicts"] .button-primary')
  }
  await accept()
  await forum.api('POST', `/statements/${statement}/versions`, { changelog: '들은 대로.' })
})

test('the report is published, and the phones show what became of their words', async () => {
  await open(chair, `${docket}/acts/new?kind=closed_early`)
  await chair.fill('#reason', '모두 들었습니다.')
  await goOn(chair, 'main form .button-primary')
  await open(chair, `${docket}/report/new`)
  await chair.fill('#body', '1,198 곳에서 온 글을 모두 읽었습니다.')
  await chair.check('#confirmed')
  await goOn(chair, 'main form .button-primary')
  await open(chair, `${docket}/outcome/new`)
  await chair.check('#confirmed')
  await goOn(chair, 'main form .button-primary')
  for (const person of Object.values(public_)) {
    const { page, t } = person
    const told = await lookUp(page, forum.base, person.receipt.code)
    for (const words of [t['answer.code.incorporated_modified'], '먼저 본인에게 묻습니다.', '본인에게 먼저 물은 다음', t['fate.ask']]) assert.ok(told.includes(words), `${words}: ${told}`)
    await goOn(page, '[name=reply][value=satisfied]')
    assert.ok((await page.innerText('main')).includes(t['fate.satisfied']))
  }
  const organisation = await lookUp(public_.ko.page, forum.base, public_.ko.organisation.code)
  assert.ok(organisation.includes('It is reported each year now.'), organisation)
})

test('each change from the draft to the new text leads to its issue, and from there to those who asked for it', async () => {
  for (const { page, t } of Object.values(public_)) {
    await open(page, docket)
    await goOn(page, `main a:has-text("${t['outcome.there']}")`)
    assert.equal(await page.locator('.compared').count(), 2)
    for (const [i, words] of ['본인에게 먼저 물은 다음', '해마다 이행을 알린다'].entries()) {
      await open(page, `${docket}/outcome`)
      const changed = page.locator('.compared', { hasText: words })
      assert.ok((await changed.locator('ins').allInnerTexts()).join('').includes(words))
      await Promise.all([page.waitForNavigation(), changed.locator('.hunks a[href*="/issues/"]').click()])
      await fits(page)
      assert.match(page.url(), new RegExp(`/issues/${i + 1}$`))
      const wish = Object.values(wishes)[i]
      const said = await page.innerText('main')
      for (const words of wish) assert.ok(said.includes(words), words)
    }
    await open(page, `${docket}/clauses/${cids[1]}/trace`)
    const why = await page.innerText('main')
    for (const words of [...wishes.ask, '먼저 본인에게 묻습니다.', '본인에게 먼저 물은 다음']) assert.ok(why.includes(words), words)
  }
})

test('the ledger tells whose words moved the text, adds up, and says nothing of one survivor', async () => {
  const issue = (await api('GET', '/issues')).items.find(({ no }) => no === 1).id
  const askers = table.filter((_, i) => wishes.ask.some(words => rows[i + 1].includes(words))).slice(0, 60)
  for (const [i, code] of askers.entries()) {
    const reply = await public_.en.page.request.post(`${forum.base}/receipt/replies`, { form: { code, issue, reply: i % 5 ? 'satisfied' : 'not_satisfied' }, headers: { origin: forum.base } })
    assert.ok(reply.ok(), await reply.text())
  }
  for (const { page, t } of Object.values(public_)) {
    await open(page, `${docket}/report`)
    await goOn(page, `main a:has-text("${t['influence.title']}")`)
    const lines = await page.locator('main tbody tr').evaluateAll(list => list.map(row => [...row.cells].map(cell => cell.innerText.trim())))
    const total = lines.at(-1), numbers = line => line.slice(1, -2).map(cell => Number(cell.replace(/\D/g, '')))
    assert.equal(total[0], t['influence.all'])
    assert.equal(numbers(total)[0], all - 1) // whoever withdrew isn't counted
    const told = lines.slice(0, -1).filter(line => line.slice(1, -2).every(cell => /\d/.test(cell)))
    assert.ok(told.length > 1 && told.every(line => groups.includes(line[0])), told.join('; '))
    for (const line of [total, ...told]) {
      const [received, answered, ...lots] = numbers(line)
      assert.ok(received >= answered)
      assert.equal(lots.reduce((sum, n) => sum + n), answered, line.join(' '))
    }
    for (const at of numbers(total).keys()) assert.ok(told.reduce((sum, line) => sum + numbers(line)[at], 0) < numbers(total)[at])
    assert.ok(!lines.some(line => line[0] === survivors && line.some(cell => /\d/.test(cell))))
    assert.match(total.at(-1), /\b8\d ?%/)
    for (const line of lines) assert.doesNotMatch(line.at(-1), /\b0 ?%/)
  }
})

test('nothing went wrong on any page', () => {
  for (const page of [chair, editor, moderator, public_.ko.page, public_.en.page]) assert.deepEqual(page.wrongs, [])
})
