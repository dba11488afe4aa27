// What people who write see of a database that has no room or is gone, and of nodes that end.
import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { caretAfter, enterBeside, Forum, saved, shows, status } from './forum.mjs'
import { Postgres } from './postgres.mjs'
import { violationsOn } from './world.mjs'

let database, forum, second, amina, bo, chidi

before(async () => {
  database = await Postgres.start()
  forum = await Forum.start({ database: database.url })
  second = `http://127.0.0.1:${await forum.another()}`
  amina = await forum.person('drafter', 'Amina')
  bo = await forum.person('editor', '보')
  chidi = await forum.person('member', 'Chidi')
})
after(async () => {
  await forum?.stop()
  database?.end()
})

/// Amina and Bo have the text open, she at the first node or where it is said, he at the second.
const open = async (base = forum.base) => {
  await forum.edit(amina, forum.statement, base)
  await forum.edit(bo, forum.statement, second)
  for (const page of [amina, bo]) await saved(page)
}

const write = async (page, after, words) => {
  await caretAfter(page, after)
  await page.keyboard.type(` ${words}`)
}

const text = async () => (await forum.api('GET', `/statements/${forum.statement}/clauses`)).items.map(item => item.text).join('\n')

const isThereOnce = async (...words) => {
  const now = await text()
  for (const one of words) assert.equal(now.split(one).length, 2, `"${one}" in\n${now}`)
}

// A thread that Chidi is about to answer.
const thread = async () => {
  const { id } = await forum.api('POST', `/statements/${forum.statement}/threads`, { comment: { body: 'What do you think?' } })
  await chidi.goto(`${forum.base}/threads/${id}`)
  return { id, comments: async () => (await forum.api('GET', `/threads/${id}/comments`)).items.map(item => item.body) }
}

// The box for a comment, and sending it.
const box = 'main form[action$="/comments"] textarea:visible'
const send = page => Promise.all([page.waitForNavigation(), page.click(`main form[action$="/comments"]:has(textarea:visible) [type=submit]`)])

test('while there is no room people are told so and read on, and what they wrote is saved by itself once there is', async () => {
  await forum.edit(amina)
  await saved(amina)
  const { comments } = await thread()
  await chidi.fill(box, 'Said while there is no room.')
  database.fill()
  await write(amina, 'Clause 1 says', 'Typed while there is no room.')
  await status(amina, 'full_unsaved')
  assert.match(await amina.innerText('#editor-status'), /no room left\. Not saved \(kept here/)
  await amina.keyboard.type(' And on.')
  await send(chidi)
  assert.match(await chidi.innerText('main'), /no room left/)
  assert.equal(await chidi.inputValue(box), 'Said while there is no room.')
  assert.deepEqual(await violationsOn(chidi), [])
  await bo.goto(`${forum.base}/statements/${forum.statement}`)
  await bo.waitForSelector('.banner:has-text("no room left")')
  assert.match(await bo.innerText('main'), /Clause 1 says/)
  for (const page of [amina, bo]) assert.deepEqual(await violationsOn(page), [])
  assert.doesNotMatch(await text(), /no room/)

  database.makeRoom()
  await saved(amina)
  await send(chidi)
  assert.deepEqual((await comments()).slice(1), ['Said while there is no room.'])
  await isThereOnce('Typed while there is no room. And on.')
})

test('when the database ends and comes back, two people at two nodes lose no word, and are told what is going on', async () => {
  const { comments } = await thread()
  await chidi.fill(box, 'Said while it was gone.')
  await open()
  await write(amina, 'Clause 1 says', 'Before it ended.')
  await shows(bo, 'Before it ended.')
  await saved(amina)

  database.cut()
  await write(amina, 'Clause 2 says', 'Amina while it was gone.')
  await write(bo, 'Clause 3 says', '보 while it was gone.')
  for (const page of [amina, bo]) await page.waitForSelector('#editor-status[data-status$="unsaved"]')
  await send(chidi)
  assert.match(await chidi.innerText('body'), /can't reach its database/)
  assert.match(await chidi.innerHTML('main'), /Said while it was gone\./)
  for (const page of [chidi, amina]) assert.deepEqual(await violationsOn(page), [])
  await amina.keyboard.type(' And on.')

  database.begin()
  for (const page of [amina, bo]) await saved(page)
  await shows(bo, 'Amina while it was gone. And on.')
  await shows(amina, '보 while it was gone.')
  await chidi.goBack()
  assert.equal(await chidi.inputValue(box), 'Said while it was gone.')
  await send(chidi)
  assert.deepEqual((await comments()).slice(1), ['Said while it was gone.'])
  await isThereOnce('Before it ended.', 'Amina while it was gone. And on.', '보 while it was gone.')
})

/// Lets the sign-ins of a name be twelve hours old, which is as long as any lasts.
const age = name => database.sql(`
  UPDATE sessions SET created_at = created_at - 43200000, expires_at = expires_at - 43200000
  WHERE account_id IN (SELECT account_id FROM personas WHERE name = '${name}')`)

test('whose sign-in has lasted twelve hours is told so in mid-sentence, comes in again, and no word is lost', async () => {
  const { comments } = await thread()
  await chidi.fill(box, 'Said after half a day.')
  await open()
  await write(amina, 'Clause 4 says', 'On the twelfth hour')
  await saved(amina)
  for (const name of ['Amina', 'Chidi']) age(name)
  await status(amina, 'session')
  await amina.keyboard.type(' and after it.')
  await status(amina, 'session_unsaved')
  assert.match(await amina.innerText('#editor-status'), /session has expired\. Not saved/)
  assert.deepEqual(await violationsOn(amina), [])
  await write(bo, 'Clause 5 says', '보 goes on.')
  await saved(bo)
  assert.doesNotMatch(await text(), /and after it/)

  await enterBeside(amina)
  await saved(amina)
  await shows(amina, '보 goes on.')
  await shows(bo, 'On the twelfth hour and after it.')
  await isThereOnce('On the twelfth hour and after it.', '보 goes on.')

  await send(chidi)
  assert.match(await chidi.innerText('main'), /sign-in has ended[^]+What you wrote is kept/)
  await chidi.fill('#code', chidi.code)
  await Promise.all([chidi.waitForNavigation(), chidi.click('main button[type=submit]')])
  assert.equal(await chidi.inputValue('main [name=body]'), 'Said after half a day.')
  await Promise.all([chidi.waitForNavigation(), chidi.click('main .button-primary')])
  assert.deepEqual((await comments()).slice(1), ['Said after half a day.'])
})

/// A door in front of nodes that leads to the first of them that lives.
const door = async (...ports) => {
  const dial = (near, [port, ...others]) => {
    const far = connect(port, '127.0.0.1')
    far.once('connect', () => {
      far.removeAllListeners('error')
      for (const [from, to] of [[near, far], [far, near]]) from.pipe(to).on('error', () => from.destroy())
      far.on('close', () => near.destroy())
    })
    far.once('error', () => others.length > 0 ? dial(near, others) : near.destroy())
  }
  const server = createServer(near => dial(near, ports))
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return { base: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

test('when a node ends in the middle of a sentence the other takes it over', async () => {
  const front = await door(forum.port, new URL(second).port)
  try {
    await open(front.base)
    await write(amina, 'Clause 1 says', 'A sentence that')
    await shows(bo, 'A sentence that')
    await forum.kill()
    await amina.keyboard.type(' goes on while the node is gone')
    await shows(bo, 'A sentence that goes on while the node is gone')
    await amina.keyboard.type(' and is whole.')
    await saved(amina)
    await shows(bo, 'A sentence that goes on while the node is gone and is whole.')
    await amina.reload()
    await shows(amina, 'A sentence that goes on while the node is gone and is whole.')
    await forum.serve()
    await isThereOnce('A sentence that goes on while the node is gone and is whole.')
    assert.deepEqual([...amina.wrongs, ...bo.wrongs, ...chidi.wrongs], [])
  } finally {
    front.close()
  }
})
