// A forum with something of everything in it: threads, amendments, versions, a text that waits,
// dockets before and after their report. What looks at all pages looks at these.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Forum } from './forum.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const allRules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
const colourRules = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

let forum, member, docket, unannounced, reported, thread, clause, held, holds, amendment, accepted, draft, others, acceptance, further, comment

/// Starts the forum and fills it; says where things are.
export const furnished = async () => {
  forum = await Forum.start()
  const { items } = await forum.api('GET', `/statements/${forum.statement}/clauses`)
  clause = items.find(item => item.number === '1').cid
  const opened = await forum.api('POST', `/statements/${forum.statement}/threads`, { clause, comment: { body: 'Is *this* the right word? 이 낱말이 맞습니까?' } })
  thread = opened.id
  await forum.api('POST', `/comments/${opened.comment.id}/translations`, { lang: 'en', body: 'Is *this* the right word?' })
  await explain()
  await proposeAmendments()
  await makeVersion()
  await deleteAll()
  await goPublic()
  await beOneOfMany()
  await reportComment()
  await report()
  await findMember()
  return { forum, docket, reported, thread, clause, holds, paths: paths() }
}

/// Somebody explains a clause, and puts that into another language.
const explain = async () => {
  const page = await forum.person('drafter', 'Explaining')
  const note = `${forum.base}/statements/${forum.statement}/clauses/${clause}/note`
  for (const [address, words] of [[note, '비는 누구에게나 내리기 때문입니다.'], [`${note}/translations/en`, 'For rain falls on everybody.']]) {
    await page.goto(address)
    await page.fill('#text', words)
    await page.click('main [type=submit].button-primary')
    await page.waitForURL('**?done=*')
  }
  await page.context().close()
}

/// People propose changes: one that was accepted, two that collide, one that is stale, and a draft.
const proposeAmendments = async () => {
  const at = `/statements/${forum.statement}`
  const { text } = await forum.api('GET', `${at}/clauses/${clause}`)
  const propose = async (words, to = 'tabled', base = text) => {
    const proposals = [{ kind: 'text', cid: clause, base, text: words }]
    const made = await forum.api('POST', `${at}/amendments`, { proposals, reason: 'Clearer for everybody. 모두에게 더 뚜렷합니다.' })
    if (to) await forum.api('POST', `/amendments/${made.id}/steps`, { to })
    return made.id
  }
  const first = await propose(`Above all: ${text}`)
  accepted = first
  acceptance = (await forum.api('POST', `${at}/acceptances`, { amendments: [first], reason: '모두 찬성했습니다.' })).id
  others = [await propose(`${text.slice(0, text.lastIndexOf(' '))} 노래한다.`), await propose(`${text.slice(0, text.lastIndexOf(' '))} shout it.`)]
  amendment = await propose(`${text} otherwise 달리`, 'tabled', `${text} formerly 전에`)
  draft = await propose(`${text} 초안.`, null)
  await amendAmendment(others[0])
}

/// Somebody proposes other words for an amendment, which are adopted, and still others.
const amendAmendment = async whole => {
  const { proposals } = await forum.api('GET', `/amendments/${whole}`)
  const propose = async (base, words) => {
    const made = await forum.api('POST', `/amendments/${whole}/amendments`, { proposals: [{ kind: 'text', cid: clause, base, text: words }], reason: '더 뚜렷합니다.' })
    await forum.api('POST', `/amendments/${made.id}/steps`, { to: 'tabled' })
    return made.id
  }
  const words = `${proposals[0].text} 크게`
  await forum.api('POST', `/amendments/${await propose(proposals[0].text, words)}/steps`, { to: 'accepted', reason: '그렇다.' })
  further = await propose(words, `${words} loudly`)
}

/// An editor makes a version, a word changes after it, and the words of a clause are erased from it.
const makeVersion = async () => {
  const page = await forum.person('editor', 'Keeping')
  await page.goto(`${forum.base}/statements/${forum.statement}/versions/new`)
  await page.fill('[name=changelog]', 'Everything. 모두 새로 썼습니다.')
  await page.click('main [type=submit]')
  await page.waitForURL('**/versions/1?*')
  await page.context().close()
  const { text } = await forum.api('GET', `/statements/${forum.statement}/clauses/${clause}`)
  await forum.api('PATCH', `/statements/${forum.statement}/clauses/${clause}`, { base: text, text: `${text} 덧붙임.` })
  const { items } = await forum.api('GET', `/statements/${forum.statement}/clauses`)
  const places = [{ version: 1, cid: items.find(item => item.number === '2').cid }]
  await forum.api('POST', `/statements/${forum.statement}/errata`, { places, newest: 1, reason: 'It named a village. 마을 이름이 있었습니다.', confirmed: true })
}

/// The chair prepares to put that version before the public.
const prepare = async () => {
  const { items } = await forum.api('GET', '/groups')
  const at = hours => new Date(Date.now() + hours * 3_600_000).toISOString()
  const made = await forum.api('POST', `/groups/${items[0].id}/consultations`, {
    statement: forum.statement, title: '모든 사람 앞에 Before everybody', lang: 'ko', notice: '**무엇**이 어렵습니까?', questions: ['어느 조항이 어렵습니까?'],
    notes: '설명', opens: at(-1), closes: at(99), zone: 'Asia/Seoul', published: '글', kept: '오래', channels: ['letter', 'telephone'], contact: '1 Fiction Street', moderation: 'pre',
  })
  return `/consultations/${made.id}`
}

/// The chair puts it before the public.
const announce = async () => {
  const made = await prepare()
  await forum.api('POST', `${made}/acts`, { kind: 'announced', version: 1 })
  return made
}

/// Somebody answers.
const goPublic = async () => {
  unannounced = await prepare()
  docket = await announce()
  for (const comment of ['소리 내어 읽으면 숨이 찹니다.', 'Another voice.']) {
    await forum.api('POST', `${docket}/submissions`, { comment, proposed: '다른 문장', clauses: [clause], kind: 'technical', as: 'organisation', name: 'The Mill', publish: 'all' })
  }
  await forum.api('POST', `${docket}/inbox/1/moves`, { to: 'posted', revision: 1 })
  const page = await forum.window({ javaScriptEnabled: false })
  await page.goto(`${forum.base}${docket}/submissions/1`)
  await page.click('a[href$="/contests/new"]')
  await page.fill('#reason', 'Nobody of ours wrote this. 저희가 쓰지 않았습니다.')
  await page.click('main [type=submit]')
  await page.waitForSelector('.code')
  await page.context().close()
  await forum.api('POST', `${docket}/submissions`, { comment: '제 번호는 010-0000-0000입니다. 다시 010-0000-0001.', kind: 'general', as: 'anonymous', name: '', publish: 'all' })
  await forum.api('POST', `${docket}/inbox/3/moves`, { to: 'posted_redacted', revision: 1, phrases: ['010-0000-0000'] })
  await forum.api('POST', `${docket}/excerpts`, { submission: 1, revision: 1, field: 'comment', start: 0, end: 9, clause, title: '누가 읽습니까? Who reads it?', kind: 'technical' })
  await forum.api('POST', `${docket}/excerpts`, { submission: 1, revision: 1, field: 'comment', start: 0, end: 16, clause, kind: 'technical' })
  const issues = (await forum.api('GET', `${docket}/issues`)).items
  await forum.api('POST', `${docket}/issues/1/answers`, { revision: issues[0].revision, code: 'noted', rationale: '소리 내어 읽었습니다. We read it aloud.' })
  await forum.api('POST', `${docket}/issues/1/amendments`, { amendment: others[0] })
}

/// Several send the same letter.
const beOneOfMany = async () => {
  for (let no = 4; no < 10; no++) {
    const comment = `Whoever reads this aloud runs out of breath in the second clause, and so does whoever listens. ${no}`
    await forum.api('POST', `${docket}/submissions`, { comment, kind: 'general', as: 'anonymous', name: '', publish: 'words' })
    await forum.api('POST', `${docket}/inbox/${no}/moves`, { to: 'posted', revision: 1 })
  }
}

/// Somebody whom a chair can do something about.
const findMember = async () => {
  const page = await forum.person('chair', 'Looking after people')
  await page.goto(`${forum.base}${forum.group}/members`)
  member = (await page.getAttribute('a[href$="/signout"]', 'href')).replace('/signout', '')
  await page.context().close()
}

/// A member reports a comment, which waits for moderators.
const reportComment = async () => {
  const page = await forum.person('member', 'Reporting')
  await page.goto(`${forum.base}/threads/${thread}`)
  await page.click('a[href$="/reports/new"]')
  comment = new URL(page.url()).pathname.replace('/reports/new', '')
  await page.check('[value=endangers]')
  await page.fill('#reason', 'It names a village. 마을 이름이 있습니다.')
  await page.click('main [type=submit]')
  await page.waitForURL('**/threads/*?done=reported')
  await page.context().close()
}

/// Another docket is closed and answered, and its report and the text that came of it are published.
const report = async () => {
  reported = await announce()
  const answer = (path, body, token) => forum.api('POST', `${reported}${path}`, body, token)
  await answer('/submissions', { comment: '위에 먼저 말해 주십시오. Say first what is first.', clauses: [clause], kind: 'technical', as: 'anonymous', publish: 'words' })
  await answer('/inbox/1/moves', { to: 'posted', revision: 1 })
  await answer('/acts', { kind: 'closed_early', reason: '충분합니다.' })
  await answer('/readings', { submissions: [1] })
  await answer('/excerpts', { submission: 1, revision: 1, field: 'comment', start: 0, end: 14, clause, title: '무엇이 먼저입니까? What is first?', kind: 'technical' })
  const [issue] = (await forum.api('GET', `${reported}/issues`)).items
  await answer('/issues/1/amendments', { amendment: accepted })
  const { answer: written } = await answer('/issues/1/answers', { revision: issue.revision, code: 'incorporated', rationale: '먼저 말합니다. It comes first.' })
  await answer('/issues/1/verdicts', { answer: written.id, verdict: 'agreed' }, forum.tokens[1])
  await answer('/report', { summary: '모두 *읽었습니다*.', confirmed: true })
  await forum.api('POST', `/statements/${forum.statement}/versions`, { changelog: '먼저 말합니다.' })
  await answer('/outcome', { version: 2, confirmed: true })
}

/// Somebody empties the text, which waits for a second person.
const deleteAll = async () => {
  holds = await forum.person('drafter', 'Sweeping')
  const text = await forum.edit(holds)
  await text.click()
  await holds.keyboard.press('Control+a')
  await holds.keyboard.press('Delete')
  await holds.waitForSelector('dialog:has-text("A large deletion waits")')
  const page = await forum.person('editor', 'Looking')
  await page.goto(`${forum.base}/statements/${forum.statement}`)
  await page.click('.notice a')
  held = await page.getAttribute('.card a', 'href')
  await page.context().close()
}

/// Every page that a chair can open.
const paths = () => [
  '/', '/groups', '/me', '/me/tokens', '/programs', forum.group, `${forum.group}/members`, `${member}/signout`, `${member}/deletion`, `${forum.group}/invitations`, `${forum.group}/charter`, `${forum.group}/acts/new`, `${forum.group}/departure`,
  `${forum.group}/statements/new`, `/statements/${forum.statement}`, `/statements/${forum.statement}/threads`, `/statements/${forum.statement}/title`,
  `/statements/${forum.statement}/draft`, `/statements/${forum.statement}/clauses/${clause}`, `/statements/${forum.statement}/clauses/${clause}/text`,
  `/statements/${forum.statement}/clauses/${clause}/deletion`, `/statements/${forum.statement}/clauses/new?after=${clause}`, `/threads/${thread}`, `/threads/${thread}?read=en`, `/threads/${thread}/place`, `${comment}/translations/en`, '/nothing-here',
  `/statements/${forum.statement}?done=imported&without=comments&without=names&without=tables`,
  `/statements/${forum.statement}/holds`, held, `/statements/${forum.statement}/refused`,
  ...['text', 'clause', 'move', 'deletion'].map(kind => `/statements/${forum.statement}/amendments/new?clause=${clause}&kind=${kind}`),
  `/statements/${forum.statement}/copies/new`, `/statements/${forum.statement}/word`, `/statements/${forum.statement}/amendments`, `/statements/${forum.statement}/amendments?show=decided`, `/amendments/${amendment}`,
  ...['rejected', 'superseded'].map(to => `/amendments/${amendment}/steps/new?to=${to}`),
  `/amendments/${others[0]}`, `/amendments/${others[0]}/amendments/new`, `/amendments/${further}`,
  `/statements/${forum.statement}/acceptances/new?${others.map(id => `a=${id}`).join('&')}`, `/statements/${forum.statement}/acceptances/${acceptance}`,
  `/statements/${forum.statement}/versions`, `/statements/${forum.statement}/versions/new`, `/statements/${forum.statement}/versions/1`,
  `/statements/${forum.statement}/state`, `/statements/${forum.statement}/universality`, `/statements/${forum.statement}/clauses/${clause}/universality`, `${forum.group}/framing`,
  `/statements/${forum.statement}/languages/ko`, `/statements/${forum.statement}/clauses/${clause}/languages/ko`,
  `/statements/${forum.statement}/clauses/${clause}/place`,
  `/statements/${forum.statement}/clauses/${clause}/kind`,
  `/statements/${forum.statement}/clauses/${clause}/note`, `/statements/${forum.statement}/clauses/${clause}/note/translations/en`,
  `/statements/${forum.statement}/authorship`, `/statements/${forum.statement}/clauses/${clause}/history`,
  `/statements/${forum.statement}/changes`, `/statements/${forum.statement}/versions/1/proof`, `/statements/${forum.statement}/versions/1/restoration`, `/statements/${forum.statement}/versions/1/erasures`,
  `/statements/${forum.statement}/versions/1/erasures/${clause}`, `/statements/${forum.statement}/comparison`,
  `/statements/${forum.statement}/clauses/${clause}/trace`, `/statements/${forum.statement}/versions/1/trace`,
  '/consultations', docket, `${docket}/text`, `${docket}/submissions`, `${docket}/submissions/1`, `${docket}/submissions/new`, `${docket}/submissions/1/contests/new`, `${docket}/campaigns`, `${docket}/campaigns/1`, `${unannounced}/notice`, '/receipt', '/me/mail', '/mail/stop/x',
  `${forum.group}/consultations`, `${forum.group}/consultations/new`, `${docket}/inbox`, `${docket}/inbox/1`, `${docket}/inbox/2`, `${docket}/inbox/3`, `${docket}/inbox/new`, `${docket}/names`, `${docket}/tables/new`, `${docket}/documents`,
  `${docket}/answers`, `${docket}/answers/submissions`, `${docket}/answers/submissions/1`, `${docket}/issues/1`, `${docket}/matrix`, `${docket}/report/new`,
  reported, `${reported}/report`, `${reported}/issues/1`, `${reported}/outcome`, `${reported}/outcome/new`, `${reported}/influence`, `${reported}/clauses/${clause}/trace`,
  ...['extended', 'closed_early', 'withdrawn'].map(kind => `${docket}/acts/new?kind=${kind}`),
  '/notices', '/notices/feed', '/follows', `${forum.group}/moderation`, `${comment}/reports/new`, `${comment}/case`,
  '/search', '/search?q=이것이', '/search?q=word&kind=comment&mine=on', '/search?q=a',
]


/// What only whoever made it may open, made by the chair whose page it is: a comment, a draft
/// of an amendment, a token, and words that two people have to open together.
export const ownPaths = async page => {
  const send = button => Promise.all([page.waitForNavigation(), page.locator(button).first().click()])
  await page.goto(`${forum.base}/threads/${thread}`)
  await page.locator('main form[action$="/comments"] textarea:visible').first().fill('My own. 내 말.')
  await page.locator('main form[action$="/comments"]:has(textarea:visible) [type=submit]').first().click()
  await page.locator('.comment', { hasText: 'My own. 내 말.' }).last().waitFor()
  const { items } = await forum.api('GET', `/threads/${thread}/comments?sort=newest`)
  const said = `/comments/${items[0].id}`

  await page.goto(`${forum.base}/statements/${forum.statement}/amendments/new?clause=${clause}&kind=text`)
  await page.fill('#text', `${await page.inputValue('#text')} 내가.`)
  await page.fill('#reason', 'Mine. 내 것.')
  await send('main form:has(#reason) .button-primary')
  const proposed = new URL(page.url()).pathname

  await page.goto(`${forum.base}/me/tokens`)
  await page.fill('#label', 'A clock')
  await send('main form[action="/me/tokens"] .button-primary')
  await page.goto(`${forum.base}/me/tokens`)
  const token = await page.locator('main a[href$="/deletion"]').first().getAttribute('href')

  await page.goto(`${forum.base}${docket}/inbox/3`)
  await page.locator('details:has(#original)').evaluate(details => { details.open = true })
  await page.fill('#original', 'Who was it? 누구입니까?')
  await send('form:has(#original) [type=submit]')
  await forum.api('POST', `${docket}/inbox/3/openings`, { agreed: true })

  return [`${said}/text`, `${said}/deletion`, `${said}/history`, `${proposed}/text`, token, `${docket}/inbox/3/original`]
}

/// The routes of pages, as the rules of who may open them have them, that none of these
/// addresses is of.
export const unseen = addresses => {
  const rules = readFileSync(new URL('../../../app/web/access_test.go', import.meta.url), 'utf8')
  const routes = new Set([...rules.matchAll(/"GET (\/[^"]*)"/g)].map(([, route]) => route))
  const seen = addresses.map(address => new URL(address, forum.base).pathname)
  return [...routes].filter(route => {
    if (route.startsWith('/api/') || noPages.some(no => route.endsWith(no))) return false
    const like = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`)
    return !seen.some(path => like.test(path))
  })
}

/// What isn't a page: files, feeds, what leads elsewhere or is a part of a page. And two pages
/// that can't be had here: of a link in a letter, for which it takes a mail server, and of a
/// form that was sent an hour too late.
const noPages = [
  '.md', '.docx', '.html', '.pdf', '.csv', '.json', '.atom', '.ics', '.css', '*', '/healthz', '/readyz', '/leave', '/demo/:token', '/feeds/:token',
  '/documents/:no', '/files/:file', '/amendments/:id/changes', '/comments/:id', '/mail/confirmation/:token', '/kept/:id',
]

/// What axe finds wrong on the page; with `coloursOnly`, in its colours only.
export const violationsOn = async (page, { coloursOnly = false } = {}) => {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe)
  const runOnly = coloursOnly ? colourRules : allRules
  const { violations } = await page.evaluate(runOnly => window.axe.run(document, { runOnly, resultTypes: ['violations'] }), runOnly)
  return violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(' | ')}`)
}

/// Opens a page and waits until it has become what its scripts make of it.
export const settle = async (page, path) => {
  await page.goto(forum.base + path)
  if (path.endsWith('/draft') && page.viewportSize().width > 800) await page.waitForSelector('.ProseMirror')
}
