import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Forum, saved, select } from './forum.mjs'

// Syllables as an input method puts them together, while others write. A browser's own
// protocol stands in for the input method; what keyboards of phones do is tried by hand.

let forum, amina, bo, keys, statement, made = 0

const markdown = `1. 모든 사람은 말할 수 있다.

2. Nobody may be held for words.

* 첫째 항목

| 갈래 | 뜻 |
| --- | --- |
| 쌀 | 밥 |
`

before(async () => {
  forum = await Forum.start()
  amina = await forum.person('drafter', 'Amina', { locale: 'ko-KR' })
  bo = await forum.person('editor', '보', { locale: 'ko-KR' })
  keys = await amina.context().newCDPSession(amina)
})
after(() => forum?.stop())

const open = async page => {
  await page.goto(`${forum.base}/statements/${statement}/draft`)
  await saved(page)
}

/// Begins a text that both have open.
const begin = async (markdown, title = `글 ${++made}`) => {
  const { items } = await forum.api('GET', '/groups')
  statement = (await forum.api('POST', `/groups/${items[0].id}/statements`, { title, lang: 'ko', markdown })).id
  await open(amina)
  await open(bo)
}

/// Puts the caret into words of the editor, so many units from their start.
const caret = (page, words, at = words.length) => select(page, words, at, at)

/// How the syllables of a word come about: ㅎ, 하, 한.
const stepsOf = syllable => {
  const code = syllable.charCodeAt(0) - 0xac00
  const [initial, vowel, final] = [Math.floor(code / 588), Math.floor(code % 588 / 28), code % 28]
  const steps = ['ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'[initial], String.fromCharCode(0xac00 + initial * 588 + vowel * 28)]
  return final > 0 ? [...steps, syllable] : steps
}

/// Amina puts a word together; between two steps something else happens.
const compose = async (word, between = () => undefined) => {
  for (const syllable of word) {
    for (const text of stepsOf(syllable)) {
      await keys.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
      await between()
    }
    await keys.send('Input.insertText', { text: syllable })
  }
}

/// The text as the editor of somebody shows it, without others' carets.
const textOf = page => page.evaluate(() => {
  const copy = document.querySelector('.ProseMirror').cloneNode(true)
  for (const extra of copy.querySelectorAll('.caret')) extra.remove()
  return [...copy.querySelectorAll('p, h2, h3, td')].map(block => block.textContent).join('\n')
})

/// Waits until both read the same and all is saved; then these words have to be there.
const bothRead = async (...words) => {
  await saved(amina)
  await saved(bo)
  let hers, his
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    [hers, his] = [await textOf(amina), await textOf(bo)]
    if (hers === his) break
  }
  assert.equal(hers, his)
  for (const word of words) assert.ok(hers.includes(word), `"${word}" isn't in:\n${hers}`)
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
}

beforeEach(() => begin(markdown))

test('the first word of a text without words', async () => {
  await begin('')
  await amina.locator('.ProseMirror').click()
  await compose('한글')
  await bothRead('한글')
  assert.equal((await textOf(bo)).trim(), '한글')
})

test('the first word of a new line, and Enter right after a syllable', async () => {
  await caret(amina, '말할 수 있다.')
  await amina.keyboard.press('Enter')
  await compose('이렇게')
  await amina.keyboard.press('Enter')
  await compose('또')
  await bothRead('말할 수 있다.\n이렇게\n또')
})

test('while others write in another clause', async () => {
  await caret(bo, 'held for words')
  await caret(amina, '모든')
  await compose('이웃', () => bo.keyboard.type('z'))
  await bothRead('모든이웃 사람은', 'held for wordszzzzz')
})

test('while others write in the same clause, behind the word', async () => {
  await caret(bo, '있다')
  await caret(amina, '모든')
  await compose('착한', () => bo.keyboard.type('q'))
  await bothRead('모든착한 사람은 말할 수 있다qqqqqq.')
})

test('while others write in the same clause, before the word', async () => {
  await caret(bo, '모든')
  await caret(amina, '말할')
  await compose('자유', () => bo.keyboard.type('w'))
  await bothRead('모든wwww 사람은 말할자유 수')
})

test('while the caret of somebody else comes to where it is put together', async () => {
  await caret(amina, '모든')
  const places = [0, 1, 2, 2, 2, 1]
  await compose('산들', () => caret(bo, '모든', places.pop()))
  await bothRead('모든산들 사람은')
})

test('in words that a thread is about', async () => {
  await forum.api('POST', `/statements/${statement}/threads`, { clause: (await forum.api('GET', `/statements/${statement}/clauses`)).items[0].cid, quote: '말할 수', comment: { body: '왜?' } })
  await amina.waitForSelector('.thread-words[data-thread]')
  await caret(amina, '말할')
  await compose('권리')
  await bothRead('말할권리 수')
  await bo.waitForFunction(() => [...document.querySelectorAll('.thread-words[data-thread]')].map(part => part.textContent).join('') === '말할권리 수')
})

test('in bold that was just switched on', async () => {
  await caret(amina, 'for ')
  await amina.keyboard.press('Control+b')
  await compose('굵게')
  await bothRead('굵게words')
  assert.equal(await bo.locator('.ProseMirror strong').innerText(), '굵게')
})

test('over words that were selected', async () => {
  await select(amina, '모든 사람은', 0, 5)
  await compose('누구나')
  await bothRead('누구나은 말할')
})

test('in an item of a list, in a cell of a table, and behind a footnote', async () => {
  await caret(amina, '첫째 항목')
  await compose('하나')
  await amina.keyboard.press('Enter')
  await compose('둘째')
  await caret(amina, '쌀')
  await caret(bo, '밥')
  await compose('보리', () => bo.keyboard.type('.'))
  await caret(amina, 'held')
  await amina.keyboard.press('Control+Alt+f')
  await amina.waitForSelector('#footnote-text')
  await amina.locator('#footnote-text').focus()
  await compose('각주')
  await amina.click('dialog .button-primary')
  await amina.waitForSelector('.footnote-ref')
  await compose('뒤')
  await bothRead('첫째 항목하나\n둘째', '쌀보리', '밥....')
  assert.match(await textOf(bo), /held뒤/)
  assert.match(await bo.locator('.footnote-ref').getAttribute('aria-label'), /각주/)
})

test('undo takes back whole syllables, and only one\'s own', async () => {
  await caret(bo, 'held for words')
  await caret(amina, '모든')
  await compose('이웃', () => bo.keyboard.type('z'))
  await bothRead('모든이웃')
  await amina.keyboard.press('Control+z')
  await bothRead('held for wordszzzzz')
  assert.doesNotMatch(await textOf(bo), /[ㄱ-ㅎㅏ-ㅣ]|이웃/)
})

test('a line that is cut in the middle of a syllable costs none', async () => {
  await caret(amina, '모든')
  let steps = 0
  await compose('다시온사람', async () => { if (++steps === 4) await forum.kill(); if (steps === 9) await forum.serve() })
  await bothRead('모든다시온사람 사람은')
})

test('two people put words together in one clause at once, again and again', async () => {
  const his = await bo.context().newCDPSession(bo)
  const type = async (session, word) => {
    for (const syllable of word) {
      for (const text of stepsOf(syllable)) await session.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 })
      await session.send('Input.insertText', { text: syllable })
    }
  }
  for (const [i, [hers, other]] of [['가람', '나루'], ['다솜', '라온'], ['마루', '바다'], ['사랑', '아침'], ['자랑', '차림'], ['하늘', '구름'], ['노을', '들꽃'], ['새벽', '여울']].entries()) {
    await caret(amina, i % 2 ? '모든' : '사람은')
    await caret(bo, i % 2 ? '수 있다' : '모든')
    await Promise.all([type(keys, hers), type(his, other)])
    await bothRead(hers, other)
  }
  assert.doesNotMatch(await textOf(bo), /[ㄱ-ㅎㅏ-ㅣ]/)
})
