// What people come for, from beginning to end, in both languages.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { caretAfter, cuttable, Forum, saved, selectForComment, sentencesOf, shows } from './forum.mjs'
import { fileOf, partsOf } from './word.mjs'

const texts = {
  en: {
    locale: 'en-US', title: 'The right to speak', people: ['Amina', 'Bo', 'Chioma'],
    clauses: ['All people may speak freely.', 'Nobody may be held for what they said in good faith.', 'The last clause stands here.'],
    additions: [' Amina was here.', ' Bo wrote on the train.', ' Chioma agrees.'],
    four: 'what they said in', before: 'Nobody', instead: 'No person anywhere', comment: 'Who judges that?',
    sing: 'All people may sing freely.', shout: 'Always all people may shout freely.', own: 'sing and shout', both: 'Always all people may sing and shout freely.',
    words: ['sing', 'shout'], edited: 'The last clause stands here for good.', late: 'for good',
  },
  ko: {
    locale: 'ko-KR', title: '말할 권리', people: ['아미나', '보', '치오마'],
    clauses: ['모든 사람은 자유롭게 말할 권리가 있다.', '누구도 선의로 한 말 때문에 갇혀서는 안 된다.', '마지막 조항은 여기에 있다.'],
    additions: [' 아미나가 썼다.', ' 보가 기차에서 썼다.', ' 치오마도 같은 뜻이다.'],
    four: '선의로 한 말 때문에', before: '누구도', instead: '어디의 어떤 사람도', comment: '선의는 누가 판단합니까?',
    sing: '모든 사람은 자유롭게 노래할 권리가 있다.', shout: '언제나 모든 사람은 자유롭게 외칠 권리가 있다.', own: '노래하고 외칠', both: '언제나 모든 사람은 자유롭게 노래하고 외칠 권리가 있다.',
    words: ['노래할', '외칠'], edited: '마지막 조항은 여기에 오래 있다.', late: '오래',
  },
}

let forum

before(async () => { forum = await Forum.start() })
after(() => forum?.stop())

for (const [lang, say] of Object.entries(texts)) {
  describe(lang, () => {
    const t = sentencesOf(lang)
    let statement, amina, bo, chioma

    const clauses = async () => (await forum.api('GET', `/statements/${statement}/clauses`)).items
    const clauseWith = async words => (await clauses()).find(clause => clause.text.includes(words))
    const open = async page => {
      await page.goto(`${forum.base}/statements/${statement}/draft`)
      await saved(page)
    }
    const submit = page => page.click('main form:not(.follow) [type=submit].button-primary')

    before(async () => {
      const { items } = await forum.api('GET', '/groups')
      statement = (await forum.api('POST', `/groups/${items[0].id}/statements`, { title: say.title, lang, markdown: say.clauses.map((clause, i) => `${i + 1}. ${clause}\n`).join('\n') })).id
      const roles = ['drafter', 'drafter', 'editor']
      ;[amina, bo, chioma] = await Promise.all(say.people.map((name, i) => forum.person(roles[i], name, { locale: say.locale })))
    })

    after(async () => {
      for (const page of [amina, bo, chioma]) await page?.context().close()
    })

    test('three people draft together, one of them away for a while, and have one text', async () => {
      const line = await cuttable(bo)
      for (const page of [amina, bo, chioma]) await open(page)
      await line.cut()
      await bo.waitForSelector('#editor-status[data-status="offline"]')
      await caretAfter(bo, say.clauses[1])
      await bo.keyboard.type(say.additions[1])
      await bo.waitForSelector('#editor-status[data-status="offline_unsaved"]')
      await caretAfter(amina, say.clauses[0])
      await amina.keyboard.type(say.additions[0])
      await caretAfter(chioma, say.clauses[1]) // the clause that is written in on the train
      await chioma.keyboard.type(say.additions[2])
      await shows(amina, say.additions[2].trim())
      await shows(bo, say.additions[0].trim(), false)
      await line.mend()
      await saved(bo)
      for (const page of [amina, bo, chioma]) for (const words of say.additions) await shows(page, words.trim())
      const [one, ...others] = await Promise.all([amina, bo, chioma].map(page => page.locator('.ProseMirror').evaluate(text => [...text.children].map(block => block.textContent))))
      for (const other of others) assert.deepEqual(other, one)
      for (const words of say.additions) assert.equal(one.join('\n').split(words.trim()).length, 2, words)
    })

    test('a comment on four words stays with them when the sentence is rewritten and the clause moves up', async () => {
      await selectForComment(amina, say.four)
      await amina.keyboard.press('Control+Alt+m')
      await amina.fill('#comment-body', say.comment)
      await amina.click('dialog .button-primary')
      await bo.waitForSelector('.thread-words')

      const clause = await clauseWith(say.four)
      await chioma.goto(`${forum.base}/statements/${statement}/clauses/${clause.cid}/text`)
      await chioma.fill('main textarea[name=text]', clause.text.replace(say.before, say.instead))
      await submit(chioma)
      await chioma.waitForURL(address => !address.pathname.endsWith('/text'))
      await shows(amina, say.instead)
      await chioma.goto(`${forum.base}/statements/${statement}/clauses/${clause.cid}/place`)
      await chioma.getByRole('button', { name: t['place.up'] }).click()
      await chioma.waitForURL(address => !address.pathname.endsWith('/place'))
      await amina.waitForFunction(words => document.querySelector('.ProseMirror > :first-child').textContent.includes(words), say.instead)
      const marked = page => page.waitForFunction(words => [...document.querySelectorAll('.thread-words')].map(part => part.textContent).join('') === words, say.four)
      await marked(amina)
      await marked(bo)
      assert.equal((await clauses())[0].cid, clause.cid)
      const { items: [thread] } = await forum.api('GET', `/statements/${statement}/threads`)
      assert.equal(thread.clause, clause.cid)
      assert.equal(thread.on.now.text, say.four)
      await bo.goto(`${forum.base}/threads/${thread.id}`)
      assert.match(await bo.innerText('main'), new RegExp(say.four))
    })

    test('of two amendments to the same words one editor makes one text, and both wordings are kept', async () => {
      const clause = await clauseWith(say.clauses[0])
      const propose = async (page, words) => {
        await page.goto(`${forum.base}/statements/${statement}/amendments/new?clause=${clause.cid}`)
        await page.fill('#text', clause.text.replace(say.clauses[0], words))
        await page.fill('#reason', '?!')
        await submit(page)
        await page.getByRole('button', { name: t['amendment.do.tabled'] }).click()
        await page.getByText(t['amendment.done.tabled']).waitFor()
      }
      await propose(amina, say.sing)
      await propose(bo, say.shout)
      await chioma.goto(`${forum.base}/statements/${statement}/amendments`)
      for (const box of await chioma.locator('[name=a]').all()) await box.check()
      await chioma.getByRole('button', { name: t['amendment.together'] }).click()
      const places = chioma.locator('fieldset')
      assert.equal(await places.count(), 1)
      for (const words of say.words) assert.match(await places.innerText(), new RegExp(words))
      await places.getByLabel(t['acceptance.own'], { exact: true }).check()
      await places.locator('textarea').fill(say.own)
      await chioma.fill('#reason', '!')
      await submit(chioma)
      await chioma.getByText(t['acceptance.done'], { exact: true }).waitFor()
      const record = await chioma.innerText('.wordings')
      for (const words of [...say.words, say.own]) assert.match(record, new RegExp(words))
      assert.equal((await clauses()).find(({ cid }) => cid === clause.cid).text, clause.text.replace(say.clauses[0], say.both))
    })

    test('two versions are compared word by word, with the clause that moved', async () => {
      const make = async () => {
        await chioma.goto(`${forum.base}/statements/${statement}/versions/new`)
        await submit(chioma)
        await chioma.waitForURL('**/versions/*?*')
        return Number(new URL(chioma.url()).pathname.split('/').pop())
      }
      const first = await make()
      const last = await clauseWith(say.clauses[2])
      await forum.api('PATCH', `/statements/${statement}/clauses/${last.cid}`, { base: last.text, text: say.edited })
      const [{ cid }] = await clauses()
      await chioma.goto(`${forum.base}/statements/${statement}/clauses/${cid}/place`)
      await chioma.getByRole('button', { name: t['place.down'] }).click()
      await chioma.waitForURL(address => !address.pathname.endsWith('/place'))
      const second = await make()
      assert.equal(second, first + 1)
      await chioma.goto(`${forum.base}/statements/${statement}/comparison?from=${first}&to=${second}`)
      const changed = chioma.locator('.compared', { has: chioma.locator('ins') })
      assert.equal(await changed.count(), 1)
      assert.match(await changed.innerText(), new RegExp(say.late))
      assert.equal(await chioma.locator('.compared').count(), 2)
      await chioma.goto(`${forum.base}/statements/${statement}/comparison?from=${second}&to=${second}`)
      assert.equal(await chioma.locator('.compared').count(), 0)
    })

    test('a Word document that was edited elsewhere comes back as an amendment', async () => {
      const link = `/statements/${statement}.docx`
      await amina.goto(`${forum.base}/statements/${statement}`)
      const file = await (await amina.context().request.get(forum.base + link)).body()
      const parts = partsOf(file)
      const before = parts.get('word/document.xml').toString()
      parts.set('word/document.xml', Buffer.from(before.replace(say.edited, `${say.edited} 2048`)))
      assert.notEqual(parts.get('word/document.xml').toString(), before)
      await amina.goto(`${forum.base}/statements/${statement}/copies/new`)
      await amina.setInputFiles('main input[type=file]', { name: 'copy.docx', mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', buffer: fileOf(parts) })
      await submit(amina)
      await amina.waitForSelector('[name=change]', { state: 'attached' })
      assert.equal(await amina.locator('.compared').count(), 1)
      assert.match(await amina.innerText('.compared ins'), /2048/)
      await amina.fill('#reason', '!')
      await submit(amina)
      await amina.waitForURL('**/amendments?*')
      await amina.getByRole('link', { name: t['amendment.draft.name'] }).click()
      assert.match(await amina.innerText('.compared ins'), /2048/)
      assert.equal((await clauseWith(say.edited)).text, say.edited) // nothing is overwritten
    })

    test('nothing went wrong on any page', () => {
      for (const page of [amina, bo, chioma]) assert.deepEqual(page.wrongs, [])
    })
  })
}
