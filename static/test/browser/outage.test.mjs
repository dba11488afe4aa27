// What people who write see of Redis being away, which is leaned on and must not be needed.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { caretAfter, Forum, freePort, saved, shows } from './forum.mjs'

let forum, redis, port, folder, amina, bo

const answers = () => new Promise(resolve => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) })
  socket.on('error', () => resolve(false))
})

const startRedis = async () => {
  redis = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder], { stdio: 'ignore' })
  for (const end = Date.now() + 15_000; !await answers();) assert.ok(Date.now() < end, 'Redis did not start')
}

const killRedis = async () => {
  const ended = new Promise(resolve => redis.once('exit', resolve))
  redis.kill('SIGKILL')
  await ended
}

before(async () => {
  port = await freePort()
  folder = mkdtempSync(join(tmpdir(), 'madang-redis-'))
  await startRedis()
  forum = await Forum.start({ flags: ['--redis-url', `redis://127.0.0.1:${port}/0`] })
  amina = await forum.person('drafter', 'Amina')
  bo = await forum.person('editor', '보')
})
after(async () => {
  await forum?.stop()
  if (redis?.exitCode === null && redis.signalCode === null) await killRedis()
  rmSync(folder, { recursive: true })
})

test('while Redis is away and when it is back people write on, see each other and are told that all is saved', async () => {
  for (const page of [amina, bo]) {
    await forum.edit(page)
    await saved(page)
  }
  const told = []
  await amina.exposeFunction('told', status => told.push(status))
  await amina.evaluate(() => new MutationObserver(() => window.told(document.querySelector('#editor-status').dataset.status))
    .observe(document.querySelector('#editor-status'), { attributes: true, attributeFilter: ['data-status'] }))
  const write = async when => {
    await caretAfter(amina, 'Clause 1 says')
    await amina.keyboard.type(` Amina ${when}.`)
    await caretAfter(bo, 'Clause 2 says')
    await bo.keyboard.type(` 보 ${when}.`)
    await shows(bo, `Amina ${when}.`)
    await shows(amina, `보 ${when}.`)
    for (const page of [amina, bo]) await saved(page)
    await amina.waitForSelector('#editor-presence li:has-text("보")')
  }
  await write('before')
  await killRedis()
  await write('meanwhile')
  const late = await forum.person('drafter', 'Chidi') // comes in meanwhile
  await forum.edit(late)
  await shows(late, 'Amina meanwhile.')
  await startRedis()
  await write('afterwards')
  await shows(late, 'Amina afterwards.')
  assert.deepEqual([...new Set(told)].filter(status => status !== 'saving' && status !== 'saved'), [])
  const { items } = await forum.api('GET', `/statements/${forum.statement}/clauses`)
  const words = items.map(item => item.text).join('\n')
  for (const who of ['Amina', '보']) for (const when of ['before', 'meanwhile', 'afterwards']) assert.equal(words.split(`${who} ${when}.`).length, 2)
  assert.deepEqual([...amina.wrongs, ...bo.wrongs, ...late.wrongs], [])
  await late.context().close()
})
