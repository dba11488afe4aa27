// A forum and browsers to look at it with: the real program, Debian's Chromium, and a
// person in each context.
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const program = fileURLToPath(new URL('../../../bin/madang', import.meta.url))

/// Runs a command of the program that needs no forum, and returns what it prints.
export const run = (command, ...args) => execFileSync(program, [command, ...args], { encoding: 'utf8' })

const chromiumPath = () => {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(path => path && existsSync(path))
  if (!found) throw new Error('Chromium is missing: on Debian `make test` installs it; elsewhere set CHROMIUM to its path')
  return found
}

/// A port of this machine that nobody listens on.
export const freePort = () => new Promise(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

const end = async node => {
  if (node.exitCode !== null || node.signalCode !== null) return
  const ended = new Promise(resolve => node.once('exit', resolve))
  node.kill('SIGKILL')
  await ended
}

/// Forum is one installation with made-up people and one statement.
export class Forum {
  /// Starts it, with further flags of `serve`, and in another database than its own.
  static async start({ flags = [], database } = {}) {
    if (!existsSync(program)) throw new Error('the program is missing: run `make build`')
    const forum = await Forum.#place(flags)
    if (database) forum.place.push('--database-url', database)
    const rows = forum.madang('demo', '--personas', '2', '--statements', '1').trim().split('\n').map(line => JSON.parse(line))
    forum.tokens = rows.filter(row => row.token).map(row => row.token)
    forum.statement = rows.find(row => row.id).id
    return forum.#open()
  }

  /// A folder and an address for a forum.
  static async #place(flags = []) {
    const forum = new Forum()
    forum.flags = flags
    forum.data = mkdtempSync(join(tmpdir(), 'madang-browser-'))
    forum.place = ['--data', forum.data]
    forum.nodes = []
    forum.port = await freePort()
    forum.base = `http://127.0.0.1:${forum.port}`
    return forum
  }

  async #open() {
    await this.serve()
    this.browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
    return this
  }

  /// A forum in another place, with what a backup of this one holds; the key opens it.
  async restored(backup, key) {
    const forum = await Forum.#place()
    copyFileSync(join(this.data, 'secret'), join(forum.data, 'secret'))
    forum.madang('restore', backup, '--identity', key, '--yes')
    return forum.#open()
  }

  madang(command, ...args) {
    return run(command, ...args, ...this.place)
  }

  /// Serves, by a program of another build if one is named.
  async serve(by = program) { this.process = await this.#node(this.port, by) }

  async #node(port, by = program) {
    const node = spawn(by, ['serve', ...this.place, '--listen', `127.0.0.1:${port}`, ...this.flags ?? []], { stdio: ['ignore', 'pipe', 'ignore'] })
    this.nodes.push(node)
    for await (const line of createInterface({ input: node.stdout })) if (line.startsWith('listening on')) return node
    throw new Error('the forum did not start')
  }

  /// Starts one more node, and returns its port.
  async another() {
    const port = await freePort()
    await this.#node(port)
    return port
  }

  /// Ends the program as a power cut would.
  async kill() { await end(this.process) }

  async stop() {
    await this.browser?.close()
    for (const node of this.nodes) await end(node)
    rmSync(this.data, { recursive: true })
  }

  /// A browser of its own, with nobody signed in. What violates the page's policy, or
  /// fails in its scripts, is collected in `wrongs`.
  async window(options = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', ...options })
    const page = await context.newPage()
    page.wrongs = []
    page.on('pageerror', error => page.wrongs.push(error.message))
    page.on('console', message => { if (/Content Security Policy|TrustedHTML/.test(message.text())) page.wrongs.push(message.text()) })
    page.setDefaultTimeout(15_000)
    return page
  }

  /// A person in a role, signed in by an invitation to the group that the demonstration made,
  /// or to another.
  async person(role, name, { group = 'made-up-group-fiction', ...options } = {}) {
    const page = await this.window(options)
    const link = this.madang('invite', '--role', role, '--group', group, '--stakeholder', 'scholars', '--base-url', this.base).trim()
    await page.goto(link)
    await page.fill('#name', name)
    await page.click('main button[type=submit]')
    await page.waitForURL('**/welcome')
    page.code = await page.locator('main .code').innerText()
    await page.click('main form[action="/welcome"] button')
    await page.waitForURL('**/groups/*')
    this.group = new URL(page.url()).pathname
    return page
  }

  /// A steward, signed in by an invitation.
  async steward(options) {
    const page = await this.window(options)
    await page.goto(this.madang('invite', '--role', 'steward', '--base-url', this.base).trim())
    await page.click('main button[type=submit]')
    await page.waitForURL('**/welcome')
    await page.click('main form[action="/welcome"] button')
    await page.waitForURL('**/groups')
    return page
  }

  /// A steward makes a working group with one stakeholder group.
  async found(name, stakeholder, { isSensitive = false } = {}) {
    const page = await this.steward()
    await page.goto(`${this.base}/groups/new`)
    await page.fill('[name=name]', name)
    await page.fill('[name=stakeholder-0-name]', stakeholder)
    if (isSensitive) await page.check('[name=stakeholder-0-sensitive]')
    await page.click('main [type=submit]')
    await page.waitForURL(/[/]groups[/][0-9a-f-]+/)
    await page.context().close()
  }

  /// Opens the statement, or another one, in the editor; at another node, if one is named.
  async edit(page, statement = this.statement, base = this.base) {
    await page.goto(`${base}/statements/${statement}/draft`)
    await page.waitForSelector('.ProseMirror')
    return page.locator('.ProseMirror')
  }

  /// Uses the forum as a program does.
  async api(method, path, body, token = this.tokens[0]) {
    const reply = await fetch(`${this.base}/api/v1${path}`, {
      method, headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    if (reply.status === 429) { // the forum says when a program has asked enough for a while
      await setTimeout(1_000 * Number(reply.headers.get('Retry-After')))
      return this.api(method, path, body, token)
    }
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return reply.json()
  }
}

/// Waits until the page knows where the caret is. Browsers tell a page of a new selection
/// with the next frame; a key pressed before that, which nobody's hand is quick enough for,
/// would still act where the caret was.
export const twoFrames = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))

/// Puts the caret at the end of the block, or another part of the text, with those words.
export const caretAfter = async (page, words, part = '.ProseMirror > *') => {
  await page.locator(part, { hasText: words }).first().click()
  await twoFrames(page)
  await page.keyboard.press('End')
  await twoFrames(page)
}

/// Selects words of one text node in the editor, or units of them; from and to alike put the
/// caret there.
export const select = async (page, words, from = 0, to = words.length) => {
  await page.locator('.ProseMirror').focus()
  await page.evaluate(([words, from, to]) => {
    const texts = document.createTreeWalker(document.querySelector('.ProseMirror'), NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const { currentNode: node } = texts
      const at = node.data.indexOf(words)
      if (at >= 0) return getSelection().setBaseAndExtent(node, at + from, node, at + to)
    }
    throw new Error(`the editor doesn't have "${words}"`)
  }, [words, from, to])
  await twoFrames(page)
}

/// Selects words that can be commented on, and waits until the editor knows.
export const selectForComment = async (page, words) => {
  await select(page, words)
  await page.waitForSelector('[data-deed="comment"][aria-disabled="false"]')
}

/// Pastes something of that kind, text/plain or text/html, into the editor.
export const paste = (page, kind, data) => page.evaluate(([kind, data]) => {
  const transfer = new DataTransfer()
  transfer.setData(kind, data)
  document.querySelector('.ProseMirror').dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
}, [kind, data])

/// Waits until the status line says that everything is saved.
export const saved = page => page.waitForSelector('#editor-status[data-status="saved"]')

/// Waits until the page's editor shows the words, or no longer does.
export const shows = (page, words, isThere = true) =>
  page.waitForFunction(([words, isThere]) => document.querySelector('.ProseMirror')?.innerText.includes(words) === isThere, [words, isThere])

/// Puts the sockets of a page, or of all pages of a context, on a line that can be cut and
/// mended.
export const cuttable = async page => {
  const lines = new Set()
  let isCut = false
  await page.routeWebSocket(/.*/, socket => {
    if (isCut) return socket.close({ code: 1012, reason: 'the line is cut' })
    socket.connectToServer()
    lines.add(socket)
  })
  return {
    cut: async () => {
      isCut = true
      for (const socket of lines) await socket.close({ code: 1012, reason: 'the line is cut' })
      lines.clear()
    },
    mend: async () => { isCut = false },
  }
}

/// Puts the sockets of a page's live text, or those of that address, on lines on which words
/// wait once they are held: `toForum` what is typed here, `fromForum` what comes, and that it
/// ended. Later sockets have free lines.
export const holdable = async (page, address = /\/live\/statements\//) => {
  const lines = new Set()
  await page.routeWebSocket(address, socket => {
    const forum = socket.connectToServer()
    const held = { toForum: null, fromForum: null }
    const pass = (way, act) => held[way] ? held[way].push(act) : act()
    socket.onMessage(message => pass('toForum', () => forum.send(message)))
    forum.onMessage(message => pass('fromForum', () => socket.send(message)))
    held.over = new Promise(resolve => forum.onClose((code, reason) => {
      resolve()
      pass('fromForum', () => socket.close({ code, reason }))
    }))
    lines.add(held)
  })
  return {
    /// Waits until the forum has ended every connection, whether the page knows it or not.
    over: () => Promise.all([...lines].map(held => held.over)),
    hold: (...ways) => { for (const held of lines) for (const way of ways) held[way] ??= [] },
    release: (...ways) => {
      for (const held of lines) {
        for (const way of ways) {
          const acts = held[way] ?? []
          held[way] = null
          for (const act of acts) act()
        }
      }
    },
  }
}

/// Whose sign-in ended comes in again by the link beside the words, and back to the window.
export const enterBeside = async page => {
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.click('#editor-status a')])
  await tab.fill('#code', page.code)
  await tab.click('main button[type=submit]')
  await tab.waitForURL('**/groups*')
  await tab.close()
  await page.bringToFront()
  await page.evaluate(() => dispatchEvent(new Event('focus')))
}

/// Waits until the status line says so.
export const status = (page, what) => page.waitForSelector(`#editor-status[data-status="${what}"]`)

/// What the forum says in a language, by key.
export const sentencesOf = lang => {
  const folder = new URL(`../../locale/${lang}/`, import.meta.url)
  return Object.assign({}, ...readdirSync(folder).map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))))
}
