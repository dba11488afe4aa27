// Somebody who answers a docket with a small phone in the hand.
import assert from 'node:assert/strict'

/// A phone without scripts.
export const small = { javaScriptEnabled: false, locale: 'ko-KR', viewport: { width: 360, height: 740 } }

export const fits = async page => {
  const needed = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(needed <= page.viewportSize().width, `${page.url()} is ${needed} px wide`)
}

/// Presses the main button and waits for the page that it leads to.
export const goOn = async (page, what = 'main .form-actions button[type=submit]') => {
  await Promise.all([page.waitForNavigation(), page.locator(what).first().click()])
  await fits(page)
}

/// Answers question after question from the page of a docket, up to the page that shows all
/// answers.
export const answer = async (page, docket, comment, { proposed = '누구나 읽고 고칠 수 있다.', clause = 1, kind = 'technical', as = 'anonymous', name = '', group = '', publish = 'words' } = {}) => {
  await page.goto(docket)
  await fits(page)
  await goOn(page, 'main a.button-primary')
  await page.locator('[name=clauses]').nth(clause).check()
  await goOn(page)
  await page.fill('#comment', comment)
  await goOn(page)
  await page.fill('#proposed', proposed)
  await goOn(page)
  await page.check(`[value=${kind}]`)
  await goOn(page)
  await page.check(`[value=${as}]`)
  if (name) await page.fill('#name', name)
  if (group) await page.selectOption('#stakeholder', { label: group })
  await goOn(page)
  await page.check(`[value=${publish}]`)
  await goOn(page)
}

/// Sends the answers, and returns the receipt: its code and its number.
export const send = async page => {
  await goOn(page, 'form[action$="/submissions"] .button-primary')
  const code = await page.innerText('.code')
  return { code, no: Number((await page.innerText('.code-card strong')).split('-').pop()) }
}

/// Opens the page of a receipt.
export const lookUp = async (page, base, code) => {
  await page.goto(`${base}/receipt`)
  await page.fill('#code', code)
  await goOn(page)
  return page.innerText('main')
}
