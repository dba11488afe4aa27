// What a device keeps of somebody who writes without a connection: nothing unasked; asked,
// just what the forum doesn't have, for nobody else to read.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { caretAfter, cuttable, Forum, holdable, paste, saved, sentencesOf, shows, status } from './forum.mjs'

let forum, bo

before(async () => {
  forum = await Forum.start()
  bo = await forum.person('editor', '보')
  await forum.edit(bo)
})
after(() => forum?.stop())

/// What is in the device's database, as whoever examines the device finds it; null if there
/// is none.
const rowsOn = page => page.evaluate(async () => {
  if (!(await indexedDB.databases()).some(({ name }) => name === 'copies')) return null
  const done = asked => new Promise((resolve, reject) => Object.assign(asked, { onsuccess: () => resolve(asked.result), onerror: () => reject(asked.error) }))
  const request = indexedDB.open('copies')
  request.onupgradeneeded = () => request.transaction.abort() // it was about to be deleted: none is made anew
  const database = await done(request).catch(() => null)
  if (database === null) return null
  try {
    const rows = await done(database.transaction('copies').objectStore('copies').getAll())
    return rows.map(row => ({ key: row.key, bytes: [...row.iv, ...new Uint8Array(row.sealed)] }))
  } finally {
    database.close()
  }
})

const until = async (ask, isRight, what) => {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    const found = await ask()
    if (isRight(found)) return found
    await new Promise(done => setTimeout(done, 50))
  }
  throw new Error(`waited in vain: ${what}`)
}

const hasRows = (page, count) => until(() => rowsOn(page), rows => rows?.length === count, `${count} rows on the device`)

/// Waits until the window can be closed without a question: the device has every letter.
const mayClose = page => until(() => page.evaluate(() => dispatchEvent(new Event('beforeunload', { cancelable: true }))), isFine => isFine, 'everything on the device')
const hasNothing = page => until(() => rowsOn(page), rows => rows === null, 'an empty device')

/// Lets the device of whoever is on the page keep what they type.
const agree = async page => {
  await page.click('#editor-copy button')
  assert.match(await page.locator('dialog[open]').innerText(), /Who could read it: anybody who uses this browser while you are signed in/)
  await page.click('dialog[open] .button-primary')
  await page.waitForSelector('#editor-copy span:has-text("are kept on this device")')
}

/// A person with the text open, and a line that can be cut.
const writer = async (name, { agrees = true, statement } = {}) => {
  const page = await forum.person('drafter', name)
  page.line = await cuttable(page.context())
  await forum.edit(page, statement)
  await saved(page)
  if (agrees) await agree(page)
  return page
}

const another = async page => {
  const next = await page.context().newPage()
  next.setDefaultTimeout(15_000)
  return next
}

/// Types at the end of a clause while the line is cut.
const typeAway = async (page, clause, words) => {
  await page.line.cut()
  await status(page, 'offline')
  await caretAfter(page, clause)
  await page.keyboard.type(words)
}

const timesIn = async (page, words) => (await page.locator('.ProseMirror').textContent()).split(words).length - 1

test('unasked, nothing of what is typed without a connection is on the device', async () => {
  const amina = await writer('Amina 0', { agrees: false })
  await typeAway(amina, 'Clause 1 says', ' Not for the device.')
  await status(amina, 'offline_unsaved')
  assert.equal(await rowsOn(amina), null)
  assert.equal(await amina.evaluate(() => localStorage.length), 0)
  await amina.line.mend()
  await shows(bo, 'Not for the device.')
  await amina.context().close()
})

test('what was typed away from the line survives the window, and joins what others wrote meanwhile', async () => {
  const amina = await writer('Amina 1')
  await hasRows(amina, 0)
  await typeAway(amina, 'Clause 2 says', ' Written on the train.')
  await status(amina, 'offline_kept')
  await mayClose(amina)
  const [row] = await hasRows(amina, 1)
  assert.equal(row.key[1], forum.statement)
  assert.doesNotMatch(Buffer.from(row.bytes).toString('latin1'), /Written|train/)
  await amina.close()

  await caretAfter(bo, 'Clause 2 says')
  await bo.keyboard.type(' 그사이에 보가.')
  await saved(bo)
  const again = await another(amina)
  await amina.line.mend()
  await forum.edit(again)
  await shows(again, 'Written on the train.')
  await shows(again, '그사이에 보가.')
  await shows(bo, 'Written on the train.')
  await saved(again)
  await hasRows(again, 0)
  assert.equal(await timesIn(bo, 'Written on the train.'), 1)
  await again.context().close()
})

test('two windows away from the line are both kept, and nothing comes twice', async () => {
  const amina = await writer('Amina 2')
  const second = await another(amina)
  await forum.edit(second)
  second.line = amina.line
  await saved(second)
  await typeAway(amina, 'Clause 3 says', ' By the first window.')
  await status(second, 'offline')
  await caretAfter(second, 'Clause 4 says')
  await second.keyboard.type(' By the second window.')
  for (const page of [amina, second]) await mayClose(page)
  await hasRows(second, 2)
  await amina.close()
  await amina.line.mend()
  await shows(bo, 'By the second window.')

  const third = await another(second)
  await forum.edit(third)
  for (const page of [bo, second, third]) await shows(page, 'By the first window.')
  await hasRows(third, 0)
  for (const words of ['By the first window.', 'By the second window.']) assert.equal(await timesIn(bo, words), 1)
  await third.context().close()
})

test('a session that ended takes nothing away from whoever comes back', async () => {
  const amina = await writer('Amina 3')
  await typeAway(amina, 'Clause 5 says', ' Before the session ended.')
  await mayClose(amina)
  await hasRows(amina, 1)
  await amina.close()
  await amina.line.mend()
  const again = await another(amina)
  await again.context().clearCookies()
  await again.goto(`${forum.base}/enter`)
  await hasRows(again, 1)
  await again.fill('#code', amina.code)
  await again.click('main button[type=submit]')
  await again.waitForURL('**/groups*')
  await forum.edit(again)
  await shows(bo, 'Before the session ended.')
  await hasRows(again, 0)
  await again.context().close()
})

test('signing out in one window empties the device, also of what another window still has', async () => {
  const amina = await writer('Amina 4')
  await typeAway(amina, 'Clause 6 says', ' Gone with the sign-out.')
  await hasRows(amina, 1)
  const other = await another(amina)
  await other.goto(`${forum.base}/groups`)
  await other.click('form[action="/departures"] button')
  await other.waitForURL(`${forum.base}/`)
  await hasNothing(other)
  assert.equal(await other.evaluate(() => localStorage.length), 0)
  await status(amina, 'offline_unsaved')
  await amina.keyboard.type(' And more.')
  await amina.waitForSelector('#editor-copy button:has-text("Keep unsent words")')
  assert.equal(await rowsOn(amina), null)
  await amina.context().close()
})

test('signing out empties the device even if the browser forgets nothing by itself', async () => {
  const amina = await writer('Amina 5')
  await typeAway(amina, 'Clause 6 says', ' Gone as well.')
  await mayClose(amina)
  await hasRows(amina, 1)
  await amina.close()
  const other = await another(amina)
  await other.route('**/departures', route => route.fulfill({ status: 303, headers: { location: '/' } }))
  await other.goto(`${forum.base}/groups`)
  await other.click('form[action="/departures"] button')
  await other.waitForURL(`${forum.base}/`)
  await hasNothing(other)
  await other.context().close()
})

test('leaving by the exit empties the device, with or without the page of the text open', async () => {
  await forum.found('Quiet', 'Witnesses', { isSensitive: true })
  for (const isOpen of [true, false]) {
    const amina = await writer(`Amina 5 ${isOpen}`)
    await typeAway(amina, 'Clause 6 says', ' Gone by the exit.')
    await mayClose(amina)
    await hasRows(amina, 1)
    const other = await another(amina)
    await other.goto(forum.madang('invite', '--role', 'member', '--group', 'quiet', '--stakeholder', 'witnesses', '--base-url', forum.base).trim())
    await other.fill('#name', `Quiet ${isOpen}`)
    await other.click('main button[type=submit]')
    await other.waitForURL('**/groups/*')
    if (!isOpen) await amina.close()
    const away = other.waitForRequest(request => new URL(request.url()).origin !== forum.base && request.isNavigationRequest())
    await other.route(address => address.origin !== forum.base, route => route.fulfill({ body: 'elsewhere' }))
    await other.click('.exit')
    await away
    const next = await another(other)
    await next.goto(`${forum.base}/enter`)
    await hasNothing(next)
    assert.equal(await next.evaluate(() => localStorage.length), 0)
    await next.context().close()
  }
})

test('whoever is removed from the group has nothing of its texts on the device any more, online and away', async () => {
  const chair = await forum.person('chair', 'Chioma')
  const remove = async page => {
    const persona = await page.getAttribute('#editor', 'data-persona')
    await chair.goto(`${forum.base}${forum.group}/members/${persona}/deletion`)
    await chair.click('main form button.button-danger')
    await chair.waitForURL('**?done=ended')
  }
  const t = sentencesOf('en')
  for (const [name, lineOf, hold, learn, ends] of [
    ['Amina 5 c', holdable, line => line.hold('toForum'), () => {}, 'access'],
    ['Amina 5 d', cuttable, line => line.cut(), line => line.mend(), 'gone'],
  ]) {
    const amina = await forum.person('drafter', name)
    const line = await lineOf(amina.context())
    await forum.edit(amina)
    await saved(amina)
    await agree(amina)
    await hold(line)
    await caretAfter(amina, 'Clause 6 says')
    await amina.keyboard.type(' For no group.')
    await hasRows(amina, 1)
    await remove(amina)
    await learn(line)
    await status(amina, ends)
    const box = amina.locator('dialog[open] textarea')
    await box.waitFor()
    assert.match(await box.inputValue(), /For no group\./)
    assert.ok((await amina.innerText('dialog[open]')).includes(t[`editor.refused.${ends}`]))
    await hasRows(amina, 0)
    assert.equal(await timesIn(bo, 'For no group.'), 0)
    await amina.context().close()
  }
  await chair.context().close()
})

test('whoever signs in on the same device finds nothing of the one before', async () => {
  const amina = await writer('Amina 6')
  await typeAway(amina, 'Clause 6 says', ' For nobody else.')
  await mayClose(amina)
  await hasRows(amina, 1)
  await amina.close()
  await amina.line.mend()
  const context = amina.context()
  await context.clearCookies()
  const page = await another(amina)
  // The next person opens the text before any other page of the forum.
  const chidi = await forum.person('drafter', 'Chidi')
  await context.addCookies(await chidi.context().cookies())
  await forum.edit(page)
  await saved(page)
  await hasNothing(page)
  assert.equal(await timesIn(page, 'For nobody else.'), 0)
  assert.equal(await timesIn(bo, 'For nobody else.'), 0)
  await context.close()
})

test('the person can stop it, and the device is empty', async () => {
  const amina = await writer('Amina 7')
  await typeAway(amina, 'Clause 6 says', ' Kept for a moment.')
  await hasRows(amina, 1)
  await amina.click('#editor-copy button:has-text("Stop and erase")')
  await hasNothing(amina)
  await status(amina, 'offline_unsaved')
  await amina.line.mend()
  await shows(bo, 'Kept for a moment.')
  await amina.context().close()
})

test('a browser that keeps nothing says so calmly, and everything else works', async () => {
  const ways = [
    () => { Object.defineProperty(window, 'indexedDB', { get: () => { throw new DOMException('forbidden', 'SecurityError') } }) },
    () => { Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('forbidden', 'SecurityError') } }) },
    () => { IDBFactory.prototype.open = () => { throw new DOMException('forbidden', 'InvalidStateError') } },
  ]
  for (const [i, forbid] of ways.entries()) {
    const amina = await forum.person('drafter', `Amina 8${i}`)
    await amina.addInitScript(forbid)
    await forum.edit(amina)
    await amina.click('#editor-copy button')
    await amina.click('dialog[open] .button-primary')
    await amina.waitForSelector('dialog[open] [role=status]:has-text("lets the forum keep nothing here")')
    await amina.keyboard.press('Escape')
    await caretAfter(amina, 'Clause 7 says')
    await amina.keyboard.type(` Still ${i}.`)
    await shows(bo, `Still ${i}.`)
    assert.deepEqual(amina.wrongs, [])
    await amina.context().close()
  }
})

test('a device without room says so, and the words stay in the window', async () => {
  const amina = await writer('Amina 9')
  await amina.evaluate(() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') } })
  await typeAway(amina, 'Clause 8 says', ' Without room.')
  await amina.waitForSelector('#editor-copy [role=status]:has-text("no room")')
  await status(amina, 'offline_unsaved')
  await amina.line.mend()
  await shows(bo, 'Without room.')
  await amina.context().close()
})

test('a window with an older schema becomes read-only and says so, and its words go in after a reload', async () => {
  const amina = await forum.person('drafter', 'Amina 10')
  amina.line = await cuttable(amina.context())
  await amina.addInitScript(() => {
    const Real = window.WebSocket
    window.WebSocket = class extends Real {
      constructor(address) { super(window.isStale ? String(address).replace(/schema=\d+/, 'schema=1') : address) }
    }
  })
  await forum.edit(amina)
  await saved(amina)
  await agree(amina)
  await typeAway(amina, 'Clause 8 says', ' From an old window.')
  await mayClose(amina)
  await amina.evaluate(() => { window.isStale = true })
  await amina.line.mend()
  await status(amina, 'outdated')
  assert.equal(await amina.locator('.ProseMirror').getAttribute('contenteditable'), 'false')
  assert.match(await amina.locator('dialog[open]').innerText(), /page is out of date. Reload it: your words are kept on this device/)
  assert.match(await amina.locator('dialog[open] textarea').inputValue(), /From an old window\./)
  await amina.reload()
  await shows(bo, 'From an old window.')
  await hasRows(amina, 0)
  await amina.context().close()
})

const pasteLines = (page, line, times) => paste(page, 'text/plain', Array(times).fill(line).join('\n\n'))

test('work of half a day comes in one piece', async () => {
  const amina = await writer('Amina 11')
  await typeAway(amina, 'Clause 7 says', ' Half a day: ')
  for (let i = 0; i < 5; i++) await pasteLines(amina, `${i} ${'숙의 '.repeat(100)}`, 100) // 450 kB in all
  await amina.keyboard.type('half past five.')
  await mayClose(amina)
  await amina.close()
  await amina.line.mend()
  const again = await another(amina)
  await forum.edit(again)
  await until(() => timesIn(bo, 'half past five.'), times => times === 1, 'the last words of the day')
  await hasRows(again, 0)
  await again.context().close()
})

const type = async (page, pieces, last) => {
  for (let i = 0; i < pieces; i++) await paste(page, 'text/plain', `${i} ${'숙의'.repeat(25_000)}`)
  await page.keyboard.type(last)
}

test('more than a megabyte comes in one piece, too, and what the text has no room for is offered', async () => {
  const group = forum.group.split('/').pop()
  const { id: statement } = await forum.api('POST', `/groups/${group}/statements`, { title: '긴 글', lang: 'ko', markdown: 'First.\n\nSecond.\n' })
  const isIn = async words => (await forum.api('GET', `/statements/${statement}/clauses`)).items.some(clause => clause.text.includes(words))
  const amina = await writer('Amina 13', { statement })
  await typeAway(amina, 'First.', ' A megabyte: ')
  await type(amina, 7, 'after a megabyte.') // 50,000 syllables each, of three bytes
  await mayClose(amina)
  const [row] = await hasRows(amina, 1)
  assert.ok(row.bytes.length > 2 ** 20)
  await amina.close()
  await amina.line.mend()
  const again = await another(amina)
  await forum.edit(again, statement)
  await until(() => isIn('after a megabyte.'), isThere => isThere, 'the last words of the megabyte')
  await saved(again)
  await hasRows(again, 0)

  again.line = amina.line
  await typeAway(again, 'Second.', ' Too much: ')
  await type(again, 7, 'after too much.')
  await mayClose(again)
  await again.close()
  await amina.line.mend()
  const last = await another(again)
  await forum.edit(last, statement)
  const box = last.locator('dialog[open] textarea')
  await box.waitFor()
  assert.ok((await last.innerText('dialog[open]')).includes(sentencesOf('en')['editor.refused.full']))
  assert.match(await box.inputValue(), /after too much\./)
  assert.equal((await box.inputValue()).split('숙의').length, 7 * 25_000 + 1)
  await hasRows(last, 1)
  await last.keyboard.press('Escape')
  await hasRows(last, 0)
  assert.equal(await timesIn(last, 'after too much.'), 0)
  assert.equal(await isIn('after too much.'), false)
  await last.context().close()
})

// Last, for the text begins anew.
test('after a restore the words of before are offered, and not put into another history of the text', async () => {
  const amina = await writer('Amina 12')
  const folder = mkdtempSync(join(tmpdir(), 'madang-backup-'))
  try {
    const backup = join(folder, 'forum.backup')
    forum.madang('backup', backup)
    await typeAway(amina, 'Clause 1 says', ' Of the other history.')
    await hasRows(amina, 1)
    await amina.close()
    await forum.kill()
    forum.madang('restore', backup, '--yes')
    await forum.serve()
  } finally {
    rmSync(folder, { recursive: true })
  }
  await amina.line.mend()
  const again = await another(amina)
  await again.goto(`${forum.base}/enter`)
  if (!again.url().includes('/groups')) {
    await again.fill('#code', amina.code)
    await again.click('main button[type=submit]')
    await again.waitForURL('**/groups*')
  }
  await forum.edit(again)
  const box = again.locator('dialog[open] textarea')
  await box.waitFor()
  assert.match(await box.inputValue(), /Of the other history\./)
  assert.equal(await timesIn(again, 'Of the other history.'), 0)
  await hasRows(again, 1)
  await again.keyboard.press('Escape')
  await hasRows(again, 0)
  await again.context().close()
})
