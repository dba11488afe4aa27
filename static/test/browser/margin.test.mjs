import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { caretAfter, Forum, saved, selectForComment, shows } from './forum.mjs'

let forum, reader, statement, clauses, amendments, threads

const markdown = `1. 모든 사람은 **자유롭게** 말할 권리가 있다.

2. Nobody may be held for what they said 👍 in good faith.

3. The last clause stands here.

- the first item
- the second item, of two
`

const comment = async (clause, quote, body) =>
  (await forum.api('POST', `/statements/${statement}/threads`, { clause, quote, comment: { body } })).id

const propose = async (proposals, to = 'tabled') => {
  const made = await forum.api('POST', `/statements/${statement}/amendments`, { proposals, reason: '더 뚜렷합니다.' })
  if (to) await forum.api('POST', `/amendments/${made.id}/steps`, { to })
  return made.id
}

before(async () => {
  forum = await Forum.start()
  reader = await forum.person('member', 'Reading')
  const { items } = await forum.api('GET', '/groups')
  const made = await forum.api('POST', `/groups/${items[0].id}/statements`, { title: '말할 권리', lang: 'ko', markdown })
  statement = made.id
  clauses = (await forum.api('GET', `/statements/${statement}/clauses`)).items
  const [first, second, third, list] = clauses
  const text = clause => clause.text
  threads = {
    wide: await comment(second.cid, 'they said 👍 in good', 'Who judges that?'),
    narrow: await comment(second.cid, '👍 in', 'Why the thumb?'),
    korean: await comment(first.cid, '자유롭게 말할', '어디까지?'),
    item: await comment(list.cid, 'second item', 'Only two?'),
    whole: await comment('', '', 'A good beginning.'),
    lost: await comment(third.cid, 'last clause stands', 'For how long?'),
  }
  await forum.api('PATCH', `/statements/${statement}/clauses/${third.cid}`, { base: text(third), text: 'Here is other news entirely, of which nobody has heard yet.' })
  amendments = {
    words: await propose([{ kind: 'text', cid: second.cid, base: text(second), text: text(second).replace('held', 'held or harmed').replace('in good', 'or wrote in good') }]),
    korean: await propose([{ kind: 'text', cid: first.cid, base: text(first), text: text(first).replace('자유롭게', '두려움 없이') }]),
    clause: await propose([{ kind: 'clause', after: second.cid, node: 'clause', level: 1, text: '누구나 들을 권리가 있다.' }]),
    draft: await propose([{ kind: 'text', cid: first.cid, base: text(first), text: 'A secret wish.' }], null),
  }
})
after(() => forum?.stop())

const address = (query = '') => `${forum.base}/statements/${statement}${query}`

/// The texts of the cards beside the text, in their order.
const cardsOf = page => page.locator('.margin .thread-card .thread-card-words').allInnerTexts()

/// The words that are marked for a thread, in one piece.
const wordsOf = (page, thread) => page.evaluate(thread => [...document.querySelectorAll(`mark[data-threads~="${thread}"]`)].map(piece => piece.textContent).join(''), thread)

const fits = page => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

test('amendments stand among the threads in the order of the text, and drafts are for their authors', async () => {
  await reader.setViewportSize({ width: 1400, height: 900 })
  await reader.goto(address())
  assert.deepEqual(await cardsOf(reader), [
    'A good beginning.', 'Amendment 2', '어디까지?', 'Amendment 1', 'Who judges that?', 'Why the thumb?', 'Amendment 3', 'Only two?', 'For how long?',
  ])
  const card = reader.locator(`#amendment-card-${amendments.words}`)
  assert.match(await card.locator('ins').first().innerText(), /or harmed/)
  assert.equal(await reader.getByText('A secret wish.').count(), 0)
  await reader.goto(address('?threads=mine'))
  await reader.getByText('You have begun no thread here').waitFor()
})

test('words with a thread are marked as they stand, and several may be', async () => {
  await reader.goto(address())
  for (const [thread, words] of Object.entries({ wide: 'they said 👍 in good', narrow: '👍 in', korean: '자유롭게 말할', item: 'second item' })) {
    assert.equal(await wordsOf(reader, threads[thread]), words)
  }
  const several = reader.locator('mark.thread-words-several')
  assert.equal(await several.innerText(), '👍 in')
  const [one, two] = await Promise.all([several, reader.locator('mark.thread-words').first()].map(mark => mark.evaluate(e => getComputedStyle(e).borderBlockEndStyle)))
  assert.notEqual(one, two)
})

test('words lead to their card and the card back, by keyboard too', async () => {
  await reader.locator('mark', { hasText: '👍 in' }).click()
  await reader.waitForFunction(() => document.activeElement.textContent === 'Why the thumb?')
  assert.equal(await reader.locator('.margin .thread-card[aria-current]').count(), 1)
  await reader.locator(`#thread-${threads.korean} .thread-card-see`).focus()
  await reader.keyboard.press('Enter')
  await reader.waitForFunction(id => document.activeElement.parentElement.id === `words-${id}`, threads.korean)
  assert.equal(await reader.locator('.thread-words-current').allInnerTexts().then(pieces => pieces.join('')), '자유롭게 말할')
  await reader.keyboard.press('Enter')
  await reader.waitForFunction(() => document.activeElement.textContent === '어디까지?')
})

test('one amendment at a time is shown in the text, and taken out again', async () => {
  const show = name => reader.getByRole('button', { name: new RegExp(`Show in the text ?: ${name}`) })
  await reader.goto(address())
  await show('Amendment 1').click()
  await reader.waitForURL(/amendment=/)
  const clause = reader.locator(`[id="${clauses[1].cid}"] > .clause-words`)
  assert.match(await clause.innerText(), /\[added:\s+or harmed\s+:added\]/)
  assert.match(await clause.locator('ins').last().innerText(), /or wrote/)
  assert.equal(await wordsOf(reader, threads.wide), 'they said 👍 in good')
  assert.equal(await show('Amendment 1').getAttribute('aria-pressed'), 'true')
  await show('Amendment 3').click()
  await reader.locator('.shown .clause-words ins', { hasText: '누구나 들을 권리가 있다.' }).waitFor()
  assert.equal(await clause.locator('ins, del').count(), 0)
  await show('Amendment 2').click()
  await reader.locator(`[id="${clauses[0].cid}"] > .clause-words del strong`, { hasText: '자유롭게' }).waitFor()
  await show('Amendment 2').click()
  await reader.locator('.shown').waitFor({ state: 'detached' })
  assert.equal(await reader.locator('.clause > .clause-words :is(ins, del)').count(), 0)
})

test('on a phone each clause has its threads below it, folded, and the lost ones with them', async () => {
  await reader.setViewportSize({ width: 360, height: 740 })
  await reader.goto(address())
  assert.equal(await fits(reader), true)
  assert.deepEqual(await reader.locator('.margin .thread-card:visible .thread-card-words').allInnerTexts(), ['A good beginning.'])
  const below = reader.locator(`[id="${clauses[1].cid}"] .clause-threads`)
  assert.match((await below.locator('summary').innerText()).replace(/\s+/g, ' '), /2 threads 2 amendments/)
  await below.locator('summary').click()
  await below.getByRole('link', { name: 'Who judges that?' }).waitFor()
  await below.locator('summary').click()
  await reader.locator('mark', { hasText: '👍 in' }).click()
  await reader.waitForFunction(id => document.activeElement.closest('li').id === `here-thread-${id}`, threads.narrow)
  assert.equal(await fits(reader), true)
  const editor = await forum.person('editor', '보', { locale: 'ko-KR', viewport: { width: 360, height: 740 } })
  await editor.goto(address())
  const lost = editor.locator(`[id="${clauses[2].cid}"] .clause-threads`)
  await lost.locator('summary').click()
  await lost.getByText('더는 붙어 있지 않음').waitFor()
  await lost.getByRole('link', { name: '다시 붙이기' }).click()
  await editor.waitForURL('**/place')
  assert.deepEqual(editor.wrongs, [])
})

test('without scripts all of that is there, on a phone and on a wide screen', async () => {
  const cookies = await reader.context().cookies()
  for (const width of [360, 1400]) {
    const page = await forum.window({ javaScriptEnabled: false, viewport: { width, height: 800 } })
    await page.context().addCookies(cookies)
    await page.goto(address())
    assert.match(await page.locator('mark', { hasText: '👍 in' }).evaluate(mark => getComputedStyle(mark).borderBlockEndStyle), /double/)
    if (width === 360) {
      await page.locator(`[id="${clauses[1].cid}"] .clause-threads summary`).click()
    }
    const button = page.getByRole('button', { name: /Show in the text ?: Amendment 1/ }).locator('visible=true')
    await button.click()
    await page.locator(`[id="${clauses[1].cid}"] > .clause-words ins`).first().waitFor()
    await page.getByRole('link', { name: 'Take it out of the text' }).click()
    await page.waitForURL(url => !url.search.includes('amendment'))
    await page.goto(`${forum.base}/statements/${statement}/draft`)
    if (width === 360) await page.locator('.clause-threads summary').first().click()
    await page.getByRole('link', { name: 'Amendment 2' }).locator('visible=true').click()
    await page.waitForURL('**/amendments/*')
    await page.context().close()
  }
})

test('what is said and tabled arrives on open pages, marks and counts with it', async () => {
  await reader.setViewportSize({ width: 360, height: 740 })
  await reader.goto(address())
  const third = clauses[2]
  const summary = reader.locator(`[id="${third.cid}"] .clause-threads summary`)
  assert.match(await summary.innerText(), /1 thread/)
  const made = await comment(third.cid, 'nobody has heard', 'Really nobody?')
  await reader.waitForFunction(id => document.querySelector(`mark[data-threads~="${id}"]`)?.textContent === 'nobody has heard', made)
  await reader.waitForFunction(cid => document.getElementById(cid).querySelector('summary').innerText.includes('2 threads'), third.cid)
  await reader.setViewportSize({ width: 1400, height: 900 })
  await propose([{ kind: 'deletion', cid: third.cid, base: 'Here is other news entirely, of which nobody has heard yet.' }])
  await reader.getByRole('button', { name: '2 new: show' }).click()
  await reader.locator('.margin').getByRole('link', { name: 'Amendment 4' }).waitFor()
  assert.deepEqual(reader.wrongs, [])
})

test('a margin that was narrowed is renewed by what was chosen, and by nothing else', async () => {
  await reader.goto(address('?threads=resolved'))
  assert.deepEqual(await cardsOf(reader), [])
  const clause = await reader.context().newPage()
  await clause.goto(`${forum.base}/statements/${statement}/clauses/${clauses[0].cid}`)
  await comment(clauses[0].cid, '', 'This stays open.')
  const settled = await comment(clauses[0].cid, '', 'This was settled.')
  await forum.api('POST', `/threads/${settled}/settlements`, { reason: 'All agree.' })
  await reader.getByRole('button', { name: '1 new: show', exact: true }).click()
  assert.deepEqual(await cardsOf(reader), ['This was settled.'])
  await forum.api('POST', `/threads/${settled}/settlements`, { reason: 'Not all do.', open: true })
  await reader.locator(`#thread-${settled} .chip`).waitFor({ state: 'detached' })

  // The page of the clause has all threads about it, and says of those that are settled that
  // they are.
  await clause.getByRole('button', { name: '2 new: show' }).click()
  await clause.getByText('This stays open.').waitFor()
  await clause.close()
})

const draft = async page => {
  await page.goto(address('/draft'))
  await saved(page)
}

/// Waits until the editor shows exactly these words as put in.
const putIn = (page, ...words) => page.waitForFunction(words =>
  JSON.stringify([...document.querySelectorAll('.ProseMirror ins')].map(ins => ins.textContent.replace(/\[.*?:|:.*?\]/g, '').trim())) === JSON.stringify(words), words)

let writer, other

test('in the editor an amendment is shown in the text for whoever asks, by keyboard too, and changes nothing', async () => {
  writer = await forum.person('drafter', 'Amina', { viewport: { width: 1800, height: 900 } })
  other = await forum.person('editor', '하나', { locale: 'ko-KR', viewport: { width: 1800, height: 900 } })
  await draft(writer)
  await draft(other)
  const button = writer.locator('.margin').getByRole('button', { name: /Show in the text ?: Amendment 1/ })
  await button.focus()
  await writer.keyboard.press('Enter')
  await putIn(writer, 'or harmed', 'or wrote')
  assert.equal(await button.getAttribute('aria-pressed'), 'true')
  assert.equal(await other.locator('.ProseMirror ins').count(), 0)
  assert.equal((await forum.api('GET', `/statements/${statement}/clauses/${clauses[1].cid}`)).text, clauses[1].text)
  await writer.locator('.margin').getByRole('button', { name: /Show in the text ?: Amendment 2/ }).click()
  await putIn(writer, '두려움 없이')
  assert.equal(await writer.locator('.ProseMirror del').innerText(), '자유롭게')
  await writer.locator('.margin').getByRole('button', { name: /Show in the text ?: Amendment 3/ }).click()
  await putIn(writer, '누구나 들을 권리가 있다.')
  await button.click()
  await putIn(writer, 'or harmed', 'or wrote')
})

test('what is shown stays with its words while they are written around, in Korean too, until it is taken out', async () => {
  await caretAfter(other, 'Nobody may be')
  await other.keyboard.type(' Never.')
  await shows(writer, 'Never.')
  await putIn(writer, 'or harmed', 'or wrote')
  await caretAfter(writer, 'Never.')
  const keys = await writer.context().newCDPSession(writer)
  for (const text of ['ㅎ', '하', '한']) await keys.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 })
  await keys.send('Input.insertText', { text: '한글' })
  await shows(other, 'Never.한글')
  await putIn(writer, 'or harmed', 'or wrote')
  await saved(writer)
  assert.match((await forum.api('GET', `/statements/${statement}/clauses/${clauses[1].cid}`)).text, /^Nobody may be held for what they said 👍 in good faith\. Never\.한글$/)
  await writer.locator('.margin').getByRole('button', { name: /Show in the text ?: Amendment 1/ }).click()
  await putIn(writer)
  assert.equal(await writer.locator('.ProseMirror del').count(), 0)
  assert.deepEqual([...writer.wrongs, ...other.wrongs], [])
})

test('what somebody says in the editor is in the margin at once, at its place', async () => {
  await selectForComment(writer, '권리가')
  await writer.keyboard.press('Control+Alt+m')
  await writer.keyboard.type('Mine.')
  await writer.click('dialog .button-primary')
  await writer.locator('.margin').getByRole('link', { name: 'Mine.' }).waitFor()
  assert.equal(await writer.getByRole('button', { name: /new: show/ }).count(), 0)
  const list = await cardsOf(writer)
  assert.equal(list.indexOf('Mine.'), list.indexOf('어디까지?') + 1)
  await other.getByRole('button', { name: /새 글|새로/ }).waitFor()
})

test('the outline goes along with what is written, and leads into the text', async () => {
  await caretAfter(other, 'Nobody may be')
  await other.keyboard.press('Home')
  await other.keyboard.type('Indeed: ')
  const line = writer.locator('.outline a', { hasText: '2 Indeed: Nobody may be' })
  await line.waitFor()
  await line.focus()
  await writer.keyboard.press('Enter')
  await writer.waitForFunction(() => getSelection().anchorNode?.parentElement?.closest('[data-cid]')?.textContent.startsWith('Indeed'))
  assert.equal(await writer.evaluate(() => document.activeElement.id), 'editor-text')
  await writer.setViewportSize({ width: 360, height: 740 })
  assert.equal(await fits(writer), true)
  await writer.locator('#editor-text').focus()
  await writer.keyboard.press('Shift+F6')
  assert.equal(await writer.evaluate(() => document.activeElement.tagName), 'SUMMARY')
  assert.deepEqual([...writer.wrongs, ...other.wrongs], [])
})

test('whoever may write has the way to every clause\'s text box, without scripts on a phone too', async () => {
  const page = await forum.window({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
  await page.context().addCookies(await writer.context().cookies())
  await page.goto(address('/draft'))
  assert.equal(await page.locator('.draft-text .clause-link:visible').count(), await page.locator('.draft-text .clause').count())
})
