// How long a large text takes on a slow phone: opening it in the editor, and a key in the
// middle of it, with the processor slowed down. Prints one line of JSON for each text.
// node bench/large.mjs [--slow 6] [--threads 1000] [--comments 10]
import { parseArgs } from 'node:util'
import { Forum, saved } from '../test/browser/forum.mjs'

const { values } = parseArgs({
  options: {
    slow: { type: 'string', default: '6' }, // times slower than this machine
    keys: { type: 'string', default: '80' },
    threads: { type: 'string', default: '0' },
    comments: { type: 'string', default: '10' }, // in each thread
  },
})
const slow = Number(values.slow), keys = Number(values.keys), threads = Number(values.threads), comments = Number(values.comments)

const korean = '모든 사람은 자유롭게 말하고 들을 권리가 있으며, 누구도 그 말 때문에 불이익을 받지 않는다. '
const english = 'Nobody may be held for what they said in good faith, and whoever holds them has to say why. '

/// A text of so many clauses and about so many bytes, in both languages.
const textOf = (clauses, bytes) => Array.from({ length: clauses }, (_, i) => {
  let clause = `제${i + 1}항. `
  while (Buffer.byteLength(clause) < bytes / clauses - 60) clause += (clause.length + i) % 2 ? korean : english
  return `1. ${clause.trim()}`
}).join('\n\n')

const quantile = (list, part) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))]

/// Does the work for all numbers below n, eight at a time.
const each = async (n, work) => {
  let next = 0
  await Promise.all(Array.from({ length: 8 }, async () => { while (next < n) await work(next++) }))
}

const measure = async (forum, page, statement) => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slow })
  page.setDefaultTimeout(120_000)
  await page.goto(`${forum.base}/statements/${statement}/draft`, { waitUntil: 'commit' })
  await page.waitForSelector('.ProseMirror > *')
  const shown = await page.evaluate(() => performance.now())
  await saved(page)
  const opened = await page.evaluate(() => performance.now())
  await page.evaluate(() => {
    const block = document.querySelectorAll('.ProseMirror > *')[Math.floor(document.querySelectorAll('.ProseMirror > *').length / 2)]
    block.scrollIntoView()
    document.querySelector('.ProseMirror').focus()
    getSelection().collapse(document.createTreeWalker(block, NodeFilter.SHOW_TEXT).nextNode(), 3)
    globalThis.keyTimes = []
    document.addEventListener('keydown', () => {
      const began = performance.now()
      requestAnimationFrame(() => setTimeout(() => globalThis.keyTimes.push(performance.now() - began)))
    }, true)
  })
  await page.evaluate(() => new Promise(requestIdleCallback))
  for (let i = 0; i < keys; i++) await page.keyboard.press('abcdefgh '[i % 9], { delay: 150 }) // as a quick hand types
  await page.waitForFunction(keys => globalThis.keyTimes.length === keys, keys)
  const times = await page.evaluate(() => globalThis.keyTimes)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  return { shown, opened, key: { median: quantile(times, 0.5), p95: quantile(times, 0.95), most: Math.max(...times) } }
}

const forum = await Forum.start()
try {
  const page = await forum.person('drafter', 'Amina')
  const { items: [group] } = await forum.api('GET', '/groups')
  for (const [clauses, bytes] of [[10, 5_000], [300, 500_000]]) {
    const markdown = textOf(clauses, bytes)
    const { id } = await forum.api('POST', `/groups/${group.id}/statements`, { title: `${clauses} clauses`, lang: 'ko', markdown })
    const { items } = await forum.api('GET', `/statements/${id}/clauses`)
    const here = clauses === 300 ? threads : 0
    await each(here, async n => {
      const clause = items[n % items.length]
      const words = clause.text.slice(0, 30 + n % 40) // the number of the clause tells its words from those of others
      const made = await forum.api('POST', `/statements/${id}/threads`, { clause: clause.cid, quote: words, comment: { body: `Comment ${n}` } })
      for (let i = 1; i < comments; i++) await forum.api('POST', `/threads/${made.id}/comments`, { body: `Answer ${i}` })
    })
    const figures = await measure(forum, page, id)
    console.log(JSON.stringify({ clauses, bytes: Buffer.byteLength(markdown), threads: here, comments: here * comments, slow, ...figures }, (_, v) => typeof v === 'number' ? Math.round(v) : v))
  }
} finally {
  await forum.stop()
}
