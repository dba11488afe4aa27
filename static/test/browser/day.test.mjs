// A working day, from the first sentence to a backup that is brought back elsewhere. With
// MADANG_PICTURES=folder it is kept as a page of pictures, in the order of the day and in
// both languages.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { caretAfter, cuttable, Forum, run, saved, shows, status } from './forum.mjs'
import { fits, small } from './phone.mjs'

const { MADANG_PICTURES: album } = process.env
const markdown = `1. 모든 사람은 자유롭게 말할 권리가 있다.

2. Nobody may be held for what they said in good faith.

3. 말한 사람의 이름은 말한 사람이 원할 때만 적는다.
`

let forum, elsewhere, statement, folder, chair, amina, bo, haneul
const shots = []

/// Keeps what somebody sees, with a line below it in each language.
const picture = async (page, who, caption, korean) => {
  if (!album) return
  mkdirSync(album, { recursive: true })
  const name = `${String(shots.length + 1).padStart(2, '0')}.png`
  await page.screenshot({ path: join(album, name), animations: 'disabled' })
  const { width } = page.viewportSize()
  shots.push(`<figure><img src="${name}" alt="" width="${width / 2}"><figcaption>${shots.length + 1}. <b>${who}</b>: ${caption}<br><span lang="ko"><b>${who}</b>: ${korean}</span></figcaption></figure>`)
  writeFileSync(join(album, 'index.html'), `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A working day (fiction) · 일하는 하루 (지어낸 이야기)</title>
<style>body { font: 16px/1.5 sans-serif; margin: 2rem; display: flex; flex-wrap: wrap; gap: 2rem } figure { margin: 0; max-width: 40rem } img { border: 1px solid #999; max-width: 100% }</style>
${shots.join('\n')}\n`)
}

const clauses = async () => (await forum.api('GET', `/statements/${statement}/clauses`)).items
const open = async page => {
  await page.goto(`${forum.base}/statements/${statement}/draft`)
  await saved(page)
}

before(async () => {
  forum = await Forum.start()
  folder = mkdtempSync(join(tmpdir(), 'madang-day-'))
  const { items } = await forum.api('GET', '/groups')
  statement = (await forum.api('POST', `/groups/${items[0].id}/statements`, { title: '말할 권리 The right to speak', lang: 'ko', markdown })).id
  chair = await forum.person('chair', 'Dana')
  amina = await forum.person('drafter', 'Amina')
  bo = await forum.person('drafter', '보', { locale: 'ko-KR' })
  haneul = await forum.person('member', '하늘', small)
})
after(async () => {
  await elsewhere?.stop()
  await forum?.stop()
  if (folder) rmSync(folder, { recursive: true })
})

test('in the morning two people write in one text, each in their language', async () => {
  await open(amina)
  await open(bo)
  await caretAfter(amina, 'Nobody may be held')
  await amina.keyboard.type(' Whoever holds them says why.')
  await caretAfter(bo, '모든 사람은')
  await bo.keyboard.type(' 듣는 사람도 그렇다.')
  await shows(amina, '듣는 사람도 그렇다.')
  await shows(bo, 'Whoever holds them says why.')
  await saved(amina)
  await saved(bo)
  await picture(amina, 'Amina', 'writes in the second clause while 보 writes in the first', '보가 첫째 조항을 쓰는 동안 둘째 조항을 씁니다')
})

test('somebody with a phone without scripts reads along, and says what she thinks of a clause', async () => {
  await haneul.goto(`${forum.base}/statements/${statement}`)
  await fits(haneul)
  await picture(haneul, '하늘', 'reads the text on a phone, without scripts', '스크립트를 끈 휴대전화로 글을 읽습니다')
  const { cid } = (await clauses()).find(({ text }) => text.startsWith('말한 사람'))
  await haneul.goto(`${forum.base}/statements/${statement}/clauses/${cid}`)
  await haneul.fill('#quote', '원할 때만')
  await haneul.fill('#body', '마음이 바뀌면 지울 수 있습니까?')
  await haneul.locator('form:has(#body) [type=submit]').click()
  await haneul.waitForSelector('.comment:has-text("마음이 바뀌면")')
  await fits(haneul)
  await picture(haneul, '하늘', 'asks about four syllables of the third clause', '셋째 조항의 네 글자에 대해 묻습니다')
  await amina.waitForSelector('.thread-words:has-text("원할 때만")')
  await amina.waitForSelector('.live-news button:has-text("1 new")')
  assert.equal(await amina.locator('.margin-none').isVisible(), false) // which says that there is nothing
  const { items: [thread] } = await forum.api('GET', `/statements/${statement}/threads`)
  const reading = await amina.context().newPage()
  await reading.goto(`${forum.base}/threads/${thread.id}`)
  await reading.fill('.compose textarea[name=body]', 'Yes: I add a sentence.')
  await reading.click('.compose button.button-primary')
  await reading.waitForSelector('.comment:has-text("Yes: I add")')
  await picture(reading, 'Amina', 'answers in the thread', '토론에서 답합니다')
  await reading.close()
})

test('somebody goes on in a train tunnel, closes the window, and finds it all merged in the evening', async () => {
  const line = await cuttable(bo.context())
  await open(bo)
  await bo.click('#editor-copy button')
  await bo.click('dialog[open] .button-primary')
  await bo.waitForSelector('#editor-copy button', { state: 'attached' })
  await line.cut()
  await status(bo, 'offline')
  await caretAfter(bo, '듣는 사람도')
  await bo.keyboard.type(' 기차에서 쓴다.')
  await status(bo, 'offline_kept')
  await picture(bo, '보', 'goes on without a connection; the words are kept on this device, for nobody else to read', '연결이 끊겨도 이어 씁니다. 쓴 말은 다른 사람이 읽을 수 없게 이 기기에 남습니다')
  await caretAfter(amina, '말한 사람의 이름')
  await amina.keyboard.type(' Whoever changes their mind is taken out.')
  await saved(amina)
  while (!await bo.evaluate(() => dispatchEvent(new Event('beforeunload', { cancelable: true })))) await bo.evaluate(() => new Promise(requestAnimationFrame))
  await bo.close()
  await line.mend()
  bo = await bo.context().newPage()
  bo.setDefaultTimeout(15_000)
  await open(bo)
  await shows(bo, '기차에서 쓴다.')
  await shows(bo, 'taken out.')
  await shows(amina, '기차에서 쓴다.')
  await saved(bo)
  await picture(bo, '보', 'is back: both are there, once', '다시 이어졌습니다. 두 사람의 말이 모두 한 번씩 있습니다')
})

test('the chair makes the reader a drafter, who writes in a plain box on her phone', async () => {
  const edit = `a[href*="/statements/${statement}/clauses/"][href$="/text"]`
  await haneul.goto(`${forum.base}/statements/${statement}`)
  assert.equal(await haneul.locator(edit).count(), 0)
  await chair.goto(`${forum.base}${forum.group}/members`)
  const row = chair.locator('.row', { hasText: '하늘' })
  await row.locator('select').selectOption('drafter')
  await row.locator('button').click()
  await chair.waitForURL('**/members?done=role')
  await picture(chair, 'Dana', 'makes 하늘 a drafter', '하늘을 초안자로 정합니다')
  const { cid } = (await clauses()).find(({ text }) => text.startsWith('말한 사람'))
  await haneul.goto(`${forum.base}/statements/${statement}/clauses/${cid}/text`)
  const words = await haneul.inputValue('#text')
  await haneul.fill('#text', words.replace('Whoever changes their mind is taken out.', '마음이 바뀌면 지운다. Whoever changes their mind is taken out.'))
  await picture(haneul, '하늘', 'writes the sentence that she asked for', '바라던 문장을 직접 씁니다')
  await haneul.click('form:has(#text) button.button-primary')
  await haneul.waitForSelector('.clause-words:has-text("마음이 바뀌면 지운다.")')
  await shows(amina, '마음이 바뀌면 지운다.')
})

test('the node ends without a word in the middle of a sentence, comes back, and nothing is missing', async () => {
  await caretAfter(amina, 'Whoever holds them')
  await amina.keyboard.type(' In writing,')
  await saved(amina)
  await forum.kill()
  await status(amina, 'offline')
  await amina.keyboard.type(' within a day.')
  await status(amina, 'offline_unsaved')
  await picture(amina, 'Amina', 'writes on while the forum is away, and is told that it isn\'t saved', '마당이 멈춘 동안에도 이어 쓰고, 아직 저장되지 않았다는 말을 봅니다')
  await forum.serve()
  await saved(amina)
  await shows(bo, 'In writing, within a day.')
  await picture(amina, 'Amina', 'all is saved again', '다시 모두 저장되었습니다')
})

test('in the evening there is a version, and a sealed backup of it all is brought back elsewhere', async () => {
  await forum.api('POST', `/statements/${statement}/versions`, { changelog: '하루의 글. What a day made.' })
  const key = join(folder, 'key'), file = join(folder, 'evening')
  const recipient = run('backup-key', key).trim()
  await caretAfter(bo, 'Whoever changes their mind')
  await bo.keyboard.type(' 밤에도.') // while somebody still writes
  await saved(bo)
  forum.madang('backup', file, '--to', recipient)
  elsewhere = await forum.restored(file, key)
  const there = path => elsewhere.api('GET', path, undefined, forum.tokens[0])
  for (const path of ['', '/clauses', '/threads', '/versions']) {
    const at = `/statements/${statement}${path}`
    const [back, was] = [await there(at), await forum.api('GET', at)]
    if (path === '') assert.ok(back.epoch > was.epoch) // windows that were open before begin anew
    assert.deepEqual({ ...back, epoch: 0 }, { ...was, epoch: 0 }, at)
  }
  const back = await elsewhere.window()
  await back.goto(`${elsewhere.base}/enter`)
  await back.fill('#code', amina.code)
  await back.click('main [type=submit]')
  await back.waitForURL('**/groups**')
  await back.goto(`${elsewhere.base}/statements/${statement}/draft`)
  await saved(back)
  await shows(back, '밤에도.')
  await caretAfter(back, 'Whoever holds them')
  await back.keyboard.type(' And to whom.')
  await saved(back)
  await picture(back, 'Amina', 'goes on in another place, with what the backup brought back', '백업으로 되살린 다른 곳에서 이어 씁니다')
})

test('nobody saw anything go wrong', () => {
  for (const page of [chair, amina, bo, haneul]) assert.deepEqual(page.wrongs ?? [], [])
})
