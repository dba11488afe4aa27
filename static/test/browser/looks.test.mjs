import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { furnished, ownPaths, settle, unseen, violationsOn } from './world.mjs'

let forum, docket, reported, thread, clause, paths

before(async () => { ({ forum, docket, reported, thread, clause, paths } = await furnished()) })
after(() => forum?.stop())

/// The text spacing that readers may set: WCAG 2.2, success criterion 1.4.12.
const spacing = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'

/// Whether one has to move the page sideways to read it in a window so wide.
const isWiderThan = async (page, width) => {
  await page.setViewportSize({ width, height: 740 })
  const needed = await page.evaluate(() => document.documentElement.scrollWidth)
  return needed > width ? [`${needed} px wide in a window of ${width}`] : []
}

/// What of the page cuts its own words off.
const cutOn = page => page.evaluate(() => [...document.querySelectorAll('main *, header *')].filter(element => {
  const { overflowX, overflowY, textOverflow, clipPath, position } = getComputedStyle(element)
  if (!element.innerText?.trim() || clipPath !== 'none' || position === 'absolute') return false
  return ['hidden', 'clip'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1 && textOverflow !== 'ellipsis' ||
    ['hidden', 'clip'].includes(overflowY) && element.scrollHeight > element.clientHeight + 1
}).map(element => element.outerHTML.slice(0, 160)))

/// Which controls lose their shape where the system chooses the colours.
const shapelessOn = page => page.evaluate(() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, .button, .button-primary')].filter(control => {
  if (!control.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) || control.matches('[type=checkbox], [type=radio], [type=file]')) return false
  const { borderBottomStyle, borderBottomWidth, textDecorationLine } = getComputedStyle(control)
  return (borderBottomStyle === 'none' || borderBottomWidth === '0px') && !textDecorationLine.includes('underline')
}).map(control => control.outerHTML.slice(0, 160)))

/// What still moves for whoever asked for less motion.
const movingOn = page => page.evaluate(() => [...document.querySelectorAll('*')].filter(element => {
  const { transitionDuration, animationDuration, animationName } = getComputedStyle(element)
  const isLong = times => times.split(',').some(time => parseFloat(time) > 0.01)
  return isLong(transitionDuration) || animationName !== 'none' && isLong(animationDuration)
}).map(element => element.outerHTML.slice(0, 160)))

/// What is wrong with a page as its readers have set their devices: light and dark; enlarged
/// to twice and four times, which is what windows of 640 and 320 pixels show; with wider
/// spacing; in the system's colours; with less motion; on paper.
const faultsOf = async (page, path, lang) => {
  const faults = []
  const note = (look, found) => faults.push(...found.map(fault => `${path} (${look}): ${fault}`))
  await page.setViewportSize({ width: 1280, height: 740 })
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce', media: 'screen' })
  await settle(page, path)
  note('language', await page.getAttribute('html', 'lang') === lang ? [] : ['another language'])
  note('light', await violationsOn(page))
  note('less motion', await movingOn(page))
  await page.emulateMedia({ colorScheme: 'dark' })
  note('dark', await violationsOn(page, { coloursOnly: true }))
  await page.emulateMedia({ forcedColors: 'active' })
  note('forced colours', await shapelessOn(page))
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', media: 'print' })
  note('print', await page.locator('.site-head, .skip, .page-actions').filter({ visible: true }).allInnerTexts())
  await page.emulateMedia({ media: 'screen' })
  note('twice as large', await isWiderThan(page, 640))
  await page.setViewportSize({ width: 360, height: 740 })
  if (path.endsWith('/draft')) await settle(page, path)
  note('phone', [...await isWiderThan(page, 360), ...await violationsOn(page)])
  note('four times as large', await isWiderThan(page, 320))
  await page.emulateMedia({ colorScheme: 'dark' })
  note('small and dark', await violationsOn(page, { coloursOnly: true }))
  await page.addStyleTag({ content: spacing })
  note('wider spacing', [...await isWiderThan(page, 320), ...await cutOn(page)])
  return faults
}

const looked = { en: [], ko: [] }

/// What is wrong with all those pages, in a language.
const faultsOfAll = async (page, paths, lang) => {
  const faults = []
  for (const path of paths) {
    faults.push(...await faultsOf(page, path, lang))
    looked[lang].push(path)
  }
  return faults
}

/// Somebody who has just become the chair of a group in which there is nothing but a statement
/// without words, and the pages of both.
const newcomer = async options => {
  await forum.found(`Nothing yet ${options.locale}`, 'Scholars')
  const page = await forum.person('chair', 'Alone', { group: `nothing-yet-${options.locale.toLowerCase()}`, ...options })
  const group = new URL(page.url()).pathname
  await page.goto(`${forum.base}${group}/statements/new`)
  await page.fill('[name=title]', 'Without words')
  await page.click('main form .button-primary')
  await page.waitForURL('**/statements/*')
  const statement = new URL(page.url()).pathname.replace('/draft', '')
  return { page, paths: [
    ...['', '/members', '/invitations', '/charter', '/consultations', '/consultations/new', '/moderation', '/framing', '/departure'].map(rest => group + rest),
    ...['', '/threads', '/amendments', '/versions', '/versions/new', '/comparison', '/authorship', '/universality', '/holds', '/refused', '/state', '/languages/ko', '/word', '/draft'].map(rest => statement + rest),
    '/notices', '/follows', '/me', '/search?q=nowhere',
  ] }
}

/// The forms of a page that can be sent without what they need.
const formsOn = page => page.evaluate(() => [...document.querySelectorAll('main form[method=post]')]
  .flatMap((form, i) => [...form.elements].some(field => field.required && ['text', 'textarea'].includes(field.type)) ? [i] : []))

/// Sends a form, as a browser does that checks nothing, without what it needs and with words in
/// every other field; returns what is wrong with the answer.
const faultsOfRefusal = async (page, path, i, lang) => {
  await settle(page, path)
  const kept = '아직 남은 말 still here'
  const [answer, filled] = await Promise.all([page.waitForNavigation(), page.evaluate(([i, kept]) => {
    const form = document.querySelectorAll('main form[method=post]')[i]
    const fields = [...form.elements].filter(field => ['text', 'textarea'].includes(field.type) && field.name && !field.readOnly)
    const missing = fields.find(field => field.required)
    for (const field of fields) field.value = field === missing ? '' : kept
    HTMLFormElement.prototype.submit.call(form)
    return fields.filter(field => field !== missing).map(field => field.name)
  }, [i, kept])])
  const where = `${path}, form ${i}`
  const faults = (await violationsOn(page)).map(fault => `${where}: ${fault}`)
  if (answer.status() !== 422) faults.push(`${where}: answered ${answer.status()}`)
  if (await page.getAttribute('html', 'lang') !== lang) faults.push(`${where}: another language`)
  if (await page.locator('main :is([role=alert], .field-error)').count() === 0) faults.push(`${where}: says nothing of what is missing`)
  for (const name of filled) {
    const isThere = await page.evaluate(([name, kept]) => [...document.querySelectorAll(`[name="${name}"]`)].some(field => field.value === kept), [name, kept])
    if (!isThere) faults.push(`${where}: ${name} lost its words`)
  }
  return faults
}

for (const [lang, locale] of [['en', 'en-US'], ['ko', 'ko-KR']]) {
  const options = { locale, bypassCSP: true }

  test(`every page of a chair is accessible however it is looked at (${lang})`, async () => {
    const page = await forum.person('chair', `Reader ${lang}`, options)
    const own = await ownPaths(page)
    for (const path of own) assert.equal((await page.goto(forum.base + path)).status(), 200, path)
    assert.deepEqual(await faultsOfAll(page, [...paths, ...own], lang), [])
    await page.context().close()
  })

  test(`so is every page where there is nothing yet, and once the group has ended (${lang})`, async () => {
    const { page, paths } = await newcomer(options)
    assert.deepEqual(await faultsOfAll(page, paths, lang), [])
    await page.goto(`${forum.base}${paths[0]}/acts/new`)
    await page.fill('main [name=reason]', 'We are done. 마쳤습니다.')
    await page.click('main form[action$="/acts"] [type=submit]')
    await page.waitForURL('**?done=group-archived')
    assert.deepEqual(await faultsOfAll(page, paths, lang), [])
    await page.context().close()
  })

  test(`so is every page that somebody may only read, or may not open (${lang})`, async () => {
    const page = await forum.person('observer', `Onlooker ${lang}`, options)
    const faults = []
    for (const path of paths) {
      await page.setViewportSize({ width: 320, height: 740 })
      await settle(page, path)
      faults.push(...(await violationsOn(page)).map(fault => `${path}: ${fault}`), ...await isWiderThan(page, 320))
    }
    assert.deepEqual(faults, [])
    await page.context().close()
  })

  test(`so is every page for somebody who isn't signed in (${lang})`, async () => {
    const page = await forum.window(options)
    const open = ['', '/text', '/submissions', '/submissions/1', '/submissions/new', '/campaigns'].map(rest => docket + rest)
    const closed = ['', '/report', '/issues/1', '/outcome', '/influence', `/clauses/${clause}/trace`, '/submissions/new'].map(rest => reported + rest)
    const all = ['/', '/enter', '/invitations/nonsense', `/threads/${thread}`, '/nothing-here', '/programs', '/consultations', '/receipt', ...open, ...closed]
    assert.deepEqual(await faultsOfAll(page, all, lang), [])
    const invitation = new URL(forum.madang('invite', '--role', 'member', '--group', 'made-up-group-fiction', '--stakeholder', 'scholars', '--base-url', forum.base).trim()).pathname
    assert.deepEqual(await faultsOfAll(page, [invitation], lang), [])
    await page.fill('#name', `Just here ${lang}`)
    await page.click('main button[type=submit]')
    await page.waitForURL('**/welcome')
    assert.deepEqual(await faultsOfAll(page, ['/welcome'], lang), [])
    await page.context().close()
  })

  test(`so is every page for a steward (${lang})`, async () => {
    const page = await forum.steward(options)
    assert.deepEqual(await faultsOfAll(page, ['/groups', '/groups/new', '/steward', '/mail/failures', '/me'], lang), [])
    await page.context().close()
  })

  test(`a form that lacks something says what, and keeps the rest (${lang})`, async () => {
    const page = await forum.person('chair', `Hasty ${lang}`, options)
    const faults = []
    for (const path of paths) {
      await settle(page, path)
      for (const i of await formsOn(page)) faults.push(...await faultsOfRefusal(page, path, i, lang))
    }
    assert.deepEqual(faults, [])
    await page.context().close()
  })

  test(`there is no page that isn't looked at (${lang})`, () => assert.deepEqual(unseen(looked[lang]), []))
}
