// How long a large text takes on a slow phone: opening it in the editor, and a key in the
// middle of it, with the processor slowed down; and how much work a key is until its letter
// is shown, which other work on the machine disturbs less. Prints one line of JSON for each
// text, in ms.
// node bench/large.mjs [--slow 6] [--threads 1000] [--comments 10]
import { parseArgs } from 'node:util'
import { Forum } from '../test/browser/forum.mjs'

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

/// How long the page's main thread worked from a key to the next frame, for each key, in ms.
const workOf = trace => {
  const threads = new Map(trace.filter(e => e.name === 'thread_name').map(e => [`${e.pid}:${e.tid}`, e.args.name]))
  const events = trace.filter(e => e.ph === 'X' && threads.get(`${e.pid}:${e.tid}`) === 'CrRendererMain').sort((a, b) => a.ts - b.ts)
  const tasks = []
  for (const e of events) {
    const last = tasks.at(-1)
    if (e.name.endsWith('RunTask') && (!last || e.ts >= last.ts + last.dur)) tasks.push(e) // they nest
  }
  return events.filter(e => e.name === 'EventDispatch' && e.args?.data?.type === 'keydown').flatMap(({ ts: from }) => {
    const shown = events.find(e => e.name === 'Commit' && e.ts > from)
    const until = tasks.filter(task => shown && task.ts + task.dur >= from && task.ts <= shown.ts)
    return shown ? [until.reduce((sum, task) => sum + (task.tdur ?? 0), 0) / 1000] : []
  })
}

const traced = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline']

/// Notes, behind the frame that shows it, when the text is in the editor and when that says
/// that all is saved: from within the page, for asking it again and again is work too.
const lookOut = () => {
  const marks = { shown: '.ProseMirror > *', opened: '[data-status="saved"]' }
  globalThis.seen = {}
  const look = () => {
    for (const [name, sign] of Object.entries(marks)) {
      if (document.querySelector(sign)) setTimeout(() => { globalThis.seen[name] ??= performance.now() })
    }
    if (!globalThis.seen.opened) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

const measure = async (forum, page, statement) => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slow })
  page.setDefaultTimeout(120_000)
  await page.addInitScript(lookOut)
  await page.goto(`${forum.base}/statements/${statement}/draft`, { waitUntil: 'commit' })
  await page.waitForFunction(() => globalThis.seen.opened, null, { polling: 500 })
  const { shown, opened } = await page.evaluate(() => globalThis.seen)
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
  const type = async () => {
    for (let i = 0; i < keys; i++) await page.keyboard.press('abcdefgh '[i % 9], { delay: 150 }) // as a quick hand types
  }
  await type()
  await page.waitForFunction(keys => globalThis.keyTimes.length === keys, keys)
  const times = await page.evaluate(() => globalThis.keyTimes)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  const browser = page.context().browser()
  await browser.startTracing(page, { categories: traced })
  await type()
  const work = workOf(JSON.parse((await browser.stopTracing()).toString()).traceEvents)
  return { shown, opened, work: { median: quantile(work, 0.5), p95: quantile(work, 0.95) }, key: { median: quantile(times, 0.5), p95: quantile(times, 0.95), most: Math.max(...times) } }
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
    console.log(JSON.stringify({ clauses, bytes: Buffer.byteLength(markdown), threads: here, comments: here * comments, slow, ...figures }, (_, v) => typeof v === 'number' ? Math.round(v * 10) / 10 : v))
  }
} finally {
  await forum.stop()
}
