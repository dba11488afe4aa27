// What open pages meet when the program behind them is renewed.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { caretAfter, Forum, saved, status } from './forum.mjs'

const source = fileURLToPath(new URL('../../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'madang-builds-'))

/// Builds the program as it may be one day, when texts can hold something more.
const newerProgram = () => {
  const Replace = {}
  const put = (at, content) => {
    Replace[join(source, at)] = join(folder, at.replaceAll('/', '-'))
    writeFileSync(Replace[join(source, at)], content)
  }
  const schema = JSON.parse(readFileSync(join(source, 'app/prose/schema.json'), 'utf8'))
  const next = schema.number + 1
  put('app/prose/schema.json', JSON.stringify({ ...schema, number: next }))
  const built = JSON.parse(readFileSync(join(source, 'static/dist/manifest.json'), 'utf8'))
  for (const [name, now] of Object.entries(built)) {
    const content = readFileSync(join(source, 'static/dist', now), 'utf8').replace(`number:${schema.number},root:`, `number:${next},root:`)
    for (const form of ['', '.br', '.gz']) Replace[join(source, 'static/dist', now + form)] = '' // is not there
    built[name] = name.replace(/\.\w+$/, '-NEXTNEXT$&')
    put(`static/dist/${built[name]}`, content)
  }
  put('static/dist/manifest.json', JSON.stringify(built))
  put('overlay.json', JSON.stringify({ Replace }))
  const program = join(folder, 'madang')
  execFileSync('go', ['build', '-trimpath', '-overlay', join(folder, 'overlay.json'), '-o', program, './cmd/madang'], { cwd: source, env: { ...process.env, CGO_ENABLED: '0' }, stdio: ['ignore', 'ignore', 'inherit'] })
  return program
}

let newer, forum, amina, chidi

before(async () => {
  newer = newerProgram()
  forum = await Forum.start()
  amina = await forum.person('drafter', 'Amina')
  chidi = await forum.person('member', 'Chidi')
})
after(async () => {
  await forum?.stop()
  rmSync(folder, { recursive: true })
})

const assetsOf = page => page.evaluate(() => [...document.querySelectorAll('script[src], link[rel=stylesheet]')].map(one => one.src || one.href))

test('when the program is renewed for one that knows more, an open window says that it is old and gives its words back, and forms go on', async () => {
  await forum.edit(amina)
  await saved(amina)
  const older = await assetsOf(amina)
  const { id } = await forum.api('POST', `/statements/${forum.statement}/threads`, { comment: { body: 'What do you think?' } })
  await chidi.goto(`${forum.base}/threads/${id}`)
  const box = 'main form[action$="/comments"] textarea:visible'
  await chidi.fill(box, 'Half written when it was renewed.')

  await forum.kill()
  await caretAfter(amina, 'Clause 1 says')
  await amina.keyboard.type(' Typed meanwhile.')
  await status(amina, 'offline_unsaved')
  await forum.serve(newer)
  await status(amina, 'outdated')
  assert.equal(await amina.locator('.ProseMirror').getAttribute('contenteditable'), 'false')
  assert.match(await amina.locator('dialog[open]').innerText(), /out of date/)
  assert.match(await amina.locator('dialog[open] textarea').inputValue(), /Typed meanwhile\./)

  for (const address of older) {
    const answer = await fetch(address)
    assert.deepEqual([answer.status, answer.headers.get('Cache-Control')], [200, 'no-store'], address)
    assert.ok((await answer.text()).length > 0, extname(address))
  }
  await Promise.all([chidi.waitForNavigation(), chidi.click('main form[action$="/comments"]:has(textarea:visible) [type=submit]')])
  const { items } = await forum.api('GET', `/threads/${id}/comments`)
  assert.deepEqual(items.map(item => item.body), ['What do you think?', 'Half written when it was renewed.'])

  await amina.reload()
  await saved(amina)
  assert.ok((await assetsOf(amina)).every(address => address.includes('-NEXTNEXT')))
  await caretAfter(amina, 'Clause 1 says')
  await amina.keyboard.type(' Typed meanwhile.')
  await saved(amina)
  const clauses = (await forum.api('GET', `/statements/${forum.statement}/clauses`)).items.map(item => item.text).join('\n')
  assert.equal(clauses.split('Typed meanwhile.').length, 2)
  assert.deepEqual([...amina.wrongs, ...chidi.wrongs], [])
})
