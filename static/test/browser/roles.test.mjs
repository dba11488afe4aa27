// What becomes of somebody whose role, text or sign-in ends in mid-sentence, in both
// languages, and of whoever writes beside them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { caretAfter, cuttable, enterBeside, Forum, holdable, saved, sentencesOf, shows, status } from './forum.mjs'

const texts = {
  en: {
    locale: 'en-US', title: 'What may end', people: ['Amina', 'Bo', 'Chioma'], first: 'The first paragraph stands here.', second: 'Bo writes in the second one.',
    before: ' Saved in time.', half: ' Half a sent', beside: ' Bo goes on.', later: ' And on.', why: 'Our work is done.',
  },
  ko: {
    locale: 'ko-KR', title: '끝날 수 있는 일', people: ['아미나', '보', '치오마'], first: '첫 문단은 여기에 있습니다.', second: '보는 둘째 문단에 씁니다.',
    before: ' 제때 저장됨.', half: ' 쓰다 만 문', beside: ' 보는 이어서 씁니다.', later: ' 더 씁니다.', why: '우리 일을 마쳤습니다.',
  },
}

let forum

before(async () => { forum = await Forum.start() })
after(() => forum?.stop())

for (const [lang, say] of Object.entries(texts)) {
  describe(lang, () => {
    const t = sentencesOf(lang)
    let bo, chair, group, count = 0

    before(async () => {
      group = (await forum.api('GET', '/groups')).items[0].id
      chair = await forum.person('chair', `${say.people[2]} ${lang}`, { locale: say.locale })
      bo = await forum.person('drafter', `${say.people[1]} ${lang}`, { locale: say.locale })
    })
    after(async () => {
      assert.deepEqual([...bo.wrongs, ...chair.wrongs], [])
      for (const page of [bo, chair]) await page.context().close()
    })

    const open = async (page, statement) => {
      await page.goto(`${forum.base}/statements/${statement}/draft`)
      await saved(page)
    }

    /// Amina and Bo have a new text open. Her line is one that can be held, or cut.
    const begin = async (lineOf, role = 'drafter') => {
      const statement = (await forum.api('POST', `/groups/${group}/statements`, { title: say.title, lang, markdown: `${say.first}\n\n${say.second}\n` })).id
      const amina = await forum.person(role, `${say.people[0]} ${++count}`, { locale: say.locale, permissions: ['clipboard-read', 'clipboard-write'] })
      const line = await lineOf(amina)
      await open(amina, statement)
      await open(bo, statement)
      await caretAfter(amina, say.first)
      await amina.keyboard.type(say.before)
      await shows(bo, say.before.trim())
      await saved(amina)
      return { statement, amina, line, persona: await amina.getAttribute('#editor', 'data-persona') }
    }

    const changeRole = async ({ persona }, role) => {
      await chair.goto(`${forum.base}/groups/${group}/members`)
      const form = chair.locator(`form[action$="/members/${persona}/role"]`)
      await form.locator('select').selectOption(role)
      await form.locator('button').click()
      await chair.waitForURL('**?done=role')
    }
    const remove = async ({ persona }) => {
      await chair.goto(`${forum.base}/groups/${group}/members/${persona}/deletion`)
      await chair.click('main form button.button-danger')
      await chair.waitForURL('**?done=ended')
    }
    const step = async ({ statement }, to) => {
      await chair.goto(`${forum.base}/statements/${statement}/state`)
      await chair.check(`main [name=to][value=${to}]`)
      await chair.fill('main [name=reason]', '!')
      await chair.click('main form[action$="/steps"] [type=submit]')
      await chair.getByText(t['phase.done'], { exact: true }).waitFor()
    }

    /// Archives the group, or begins it again.
    const turn = async kind => {
      await chair.goto(`${forum.base}/groups/${group}/acts/new`)
      await chair.fill('main [name=reason]', say.why)
      await chair.click('main form[action$="/acts"] [type=submit]')
      await chair.waitForURL(`**?done=group-${kind}`)
      await chair.getByText(t[`group.done.${kind}`], { exact: true }).waitFor()
    }

    const ways = {
      'becomes a member': { take: scene => changeRole(scene, 'member'), isReader: true },
      'becomes an observer, who may not read': { take: scene => changeRole(scene, 'observer') },
      'is no longer in the group': { take: remove },
      'sees the text put before the group': { take: scene => step(scene, 'group_review'), isReader: true, told: t['phase.still.group_review'] },
      'sees the group archived': { take: () => turn('archived'), undo: () => turn('resumed'), isReader: true, told: say.why },
    }

    /// When in the sentence it happens: how the words are kept from being saved, and how
    /// Amina learns that they won't be.
    const moments = {
      'is told before the words arrive': {
        lineOf: holdable, hold: line => line.hold('toForum'), learn: () => {}, waits: 'saving', ends: 'access',
      },
      // Whoever may still read is told by the refusal. Whose connection the forum ends, by
      // that: were the words there first, the refusal would lead to a text that is gone.
      'is told as the words arrive': {
        lineOf: holdable, hold: line => line.hold('toForum', 'fromForum'), waits: 'saving', ends: 'access',
        learn: async (line, way) => {
          if (!way.isReader) await line.over()
          line.release('toForum', 'fromForum')
        },
      },
      'is away, and comes back': {
        lineOf: cuttable, hold: line => line.cut(), learn: line => line.mend(), waits: 'offline_unsaved', ends: 'gone',
      },
    }

    const textOf = page => page.locator('.ProseMirror').innerText()

    for (const [what, way] of Object.entries(ways)) {
      for (const [when, moment] of Object.entries(moments)) {
        test(`whoever ${what} in mid-sentence and ${when} has the words to copy, and the text hasn't`, async ctx => {
          ctx.after(() => way.undo?.())
          const scene = await begin(moment.lineOf)
          const { amina, line, statement } = scene
          await moment.hold(line)
          await caretAfter(amina, say.before)
          await amina.keyboard.type(say.half)
          await status(amina, moment.waits)
          await way.take(scene)
          await moment.learn(line, way)

          const box = amina.locator('dialog[open] textarea')
          await box.waitFor()
          const why = way.isReader ? 'role' : moment.ends
          assert.match(await amina.innerText('dialog[open]'), new RegExp(t['editor.copy.title']))
          assert.ok((await amina.innerText('dialog[open]')).includes(t[`editor.refused.${why}`]), await amina.innerText('dialog[open]'))
          assert.ok((await box.inputValue()).includes(say.half))
          await amina.click('dialog[open] .button-primary')
          await amina.getByText(t['editor.copy.copied'], { exact: true }).waitFor()
          assert.ok((await amina.evaluate(() => navigator.clipboard.readText())).includes(say.half))
          await amina.keyboard.press('Escape')
          await amina.locator('dialog[open]').waitFor({ state: 'detached' })

          const ends = way.isReader ? 'reading' : moment.ends
          await status(amina, ends)
          assert.ok((await amina.innerText('#editor-status')).includes(t[`editor.status.${ends}`]))
          assert.equal(await amina.getAttribute('.ProseMirror', 'contenteditable'), 'false')
          if (way.told) {
            await status(bo, 'reading')
            for (const page of [bo, amina]) await page.locator('p.notice, #group-state p', { hasText: way.told }).waitFor()
          } else {
            await caretAfter(bo, say.second)
            await bo.keyboard.type(say.beside)
            await saved(bo)
          }
          const { items } = await forum.api('GET', `/statements/${statement}/clauses`)
          const words = items.map(item => item.text).join('\n')
          assert.ok(words.includes(say.before) && !words.includes(say.half.trim()), words)
          assert.ok(!(await textOf(bo)).includes(say.half.trim()))
          if (!way.isReader) assert.ok(!(await textOf(amina)).includes(say.beside.trim()))
          else if (!way.told) await shows(amina, say.beside.trim())
          assert.deepEqual(amina.wrongs, [])
          await amina.context().close()
        })
      }
    }

    test('whoever is a drafter again when the text is opened again goes on in the same window', async () => {
      const scene = await begin(holdable)
      const { amina } = scene
      await step(scene, 'group_review')
      await status(amina, 'reading')
      assert.equal(await amina.getAttribute('.ProseMirror', 'contenteditable'), 'false')
      await step(scene, 'drafting')
      for (const page of [amina, bo]) await status(page, 'saved')
      await changeRole(scene, 'member')
      await status(amina, 'reading')
      await changeRole(scene, 'editor')
      await status(amina, 'saved')
      await caretAfter(amina, say.before)
      await amina.keyboard.type(say.later)
      await shows(bo, say.later.trim())
      await amina.context().close()
    })

    /// The words wait on the page, which says so, and the way in is beside it.
    const waitsForSignIn = async amina => {
      await status(amina, 'session_unsaved')
      assert.ok((await amina.innerText('#editor-status')).includes(t['editor.status.session_unsaved']))
      assert.equal(await amina.innerText('#editor-status a'), t['editor.sign_in'])
      assert.equal(await amina.getAttribute('.ProseMirror', 'contenteditable'), 'true')
      await shows(amina, say.half.trim())
    }

    const lostPhone = async ({ persona }) => {
      await chair.goto(`${forum.base}/groups/${group}/members/${persona}/signout`)
      await chair.click('main form button.button-danger')
      await chair.waitForURL('**?done=signout')
    }

    for (const [what, way] of Object.entries({
      'is no longer in the group': { take: remove, says: t['live.ended'] },
      'is signed out by a chair': { take: lostPhone, says: t['live.signed_out'] },
    })) {
      test(`whoever ${what} beside an open page is told there that nothing arrives any more, and keeps what is half typed`, async () => {
        const scene = await begin(holdable)
        const { amina, statement } = scene
        await amina.goto(`${forum.base}/statements/${statement}/threads`)
        const half = amina.locator('main textarea[name=body]').first()
        await half.fill(say.half)
        const second = await amina.context().newPage()
        await second.goto(`${forum.base}/me`)
        await way.take(scene)
        await amina.locator('.live-elsewhere', { hasText: way.says }).waitFor()
        assert.equal(await amina.locator('[role=status]', { hasText: way.says }).count(), 1)
        assert.equal(await half.inputValue(), say.half)
        // The account is still theirs: only a sign-in that ended ends all pages.
        if (way.take === lostPhone) await second.locator('.live-elsewhere', { hasText: way.says }).waitFor()
        else assert.equal(await second.locator('.live-elsewhere', { hasText: way.says }).count(), 0)
        await amina.context().close()
      })
    }

    test('whoever is signed out in mid-sentence writes on, comes in again beside it, and all is saved', async () => {
      const { amina, line, statement } = await begin(holdable)
      const elsewhere = await forum.window()
      await elsewhere.goto(`${forum.base}/enter`)
      await elsewhere.fill('#code', amina.code)
      await elsewhere.click('main button[type=submit]')
      await elsewhere.waitForURL('**/groups*')
      line.hold('toForum')
      await caretAfter(amina, say.before)
      await amina.keyboard.type(say.half)
      await elsewhere.goto(`${forum.base}/me`)
      await elsewhere.click('form[action="/me/sign-ins/deletion"] button')
      await waitsForSignIn(amina)
      await amina.keyboard.type(say.later)
      await caretAfter(bo, say.second)
      await bo.keyboard.type(say.beside)
      await saved(bo)
      await shows(bo, say.half.trim(), false)

      await enterBeside(amina)
      await saved(amina)
      await shows(amina, say.beside.trim())
      await shows(bo, `${say.half}${say.later}`.trim())
      const { items } = await forum.api('GET', `/statements/${statement}/clauses`)
      assert.ok(items[0].text.endsWith(`${say.before}${say.half}${say.later}`), items[0].text)
      assert.deepEqual(amina.wrongs, [])
      for (const page of [amina, elsewhere]) await page.context().close()
    })

    for (const [who, enter] of Object.entries({
      'another member': () => forum.person('drafter', `${say.people[0]} ${++count}`),
      'somebody of another group': () => forum.steward(),
    })) {
      test(`what somebody typed whose sign-in ended is never sent as ${who}, who signs in on the same device`, async () => {
        const { amina, line, statement } = await begin(cuttable)
        await line.cut()
        await status(amina, 'offline')
        await caretAfter(amina, say.before)
        await amina.keyboard.type(say.half)
        const other = await enter()
        await amina.context().clearCookies()
        await amina.context().addCookies(await other.context().cookies())
        await line.mend()
        await waitsForSignIn(amina)
        const { items } = await forum.api('GET', `/statements/${statement}/clauses`)
        assert.ok(!items[0].text.includes(say.half.trim()), items[0].text)

        await amina.context().clearCookies()
        await enterBeside(amina)
        await shows(bo, say.half.trim())
        const words = (await forum.api('GET', `/statements/${statement}/clauses`)).items[0].text
        assert.ok(words.endsWith(say.half.trimEnd()), words)
        for (const page of [amina, other]) await page.context().close()
      })
    }

    // The process stands still for longer than a lease lasts: nothing is delivered by it then.
    test('whoever writes while the forum stands still is told that nothing is saved, and loses and doubles nothing', async () => {
      const { amina, statement } = await begin(holdable)
      forum.process.kill('SIGSTOP')
      try {
        await caretAfter(amina, say.before)
        await amina.keyboard.type(say.half)
        await caretAfter(bo, say.second)
        await bo.keyboard.type(say.beside)
        for (const page of [amina, bo]) {
          await status(page, 'unsaved')
          assert.ok((await page.innerText('#editor-status')).includes(t['editor.status.unsaved']))
        }
      } finally {
        forum.process.kill('SIGCONT')
      }
      await amina.keyboard.type(say.later)
      for (const page of [amina, bo]) await saved(page)
      await shows(bo, `${say.half}${say.later}`.trim())
      await shows(amina, say.beside.trim())
      const { items } = await forum.api('GET', `/statements/${statement}/clauses`)
      assert.deepEqual(items.map(item => item.text), [`${say.first}${say.before}${say.half}${say.later}`, `${say.second}${say.beside}`])
      await amina.context().close()
    })
  })
}
