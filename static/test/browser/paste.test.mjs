import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { caretAfter, Forum, paste, saved, shows } from './forum.mjs'

let forum, amina, bo

before(async () => {
  forum = await Forum.start()
  amina = await forum.person('drafter', 'Amina')
  bo = await forum.person('editor', '보', { locale: 'ko-KR' })
  await forum.edit(amina)
  await forum.edit(bo)
})
after(() => forum?.stop())

/// What stands behind the clause with those words in the text of somebody else, as plain markup.
const behind = (page, words) => page.evaluate(words => {
  const blocks = [...document.querySelectorAll('.ProseMirror > *')]
  const copy = document.createElement('div')
  for (const block of blocks.slice(blocks.findIndex(block => block.textContent.includes(words)) + 1)) {
    if (/^Clause \d says/.test(block.textContent)) break
    copy.append(block.cloneNode(true))
  }
  for (const extra of copy.querySelectorAll('.ProseMirror-trailingBreak, .ProseMirror-separator, .caret')) extra.remove()
  for (const note of copy.querySelectorAll('[role=doc-noteref]')) note.replaceWith(`[${note.getAttribute('aria-label')}]`)
  for (const element of copy.querySelectorAll('*')) for (const { name } of [...element.attributes]) if (!['href', 'start', 'data-level'].includes(name)) element.removeAttribute(name)
  return copy.innerHTML
}, words)

const bullet = sign => `<![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>${sign}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>`
const item = (level, sign, words) => `<p class=MsoListParagraphCxSpMiddle style='margin-left:36.0pt;mso-add-space:auto;text-indent:-18.0pt;mso-list:l0 level${level} lfo1'>${bullet(sign)}<span lang=EN-US>${words}<o:p></o:p></span></p>`

test('what comes from Word keeps headings, lists in lists, emphasis, links, tables and footnotes, and nothing else', async () => {
  await caretAfter(amina, 'Clause 2 says')
  await amina.keyboard.press('Enter')
  await paste(amina, 'text/html', `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
    <head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm; color:red} --></style><!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--></head>
    <body lang=KO style='tab-interval:40.0pt'><!--StartFragment-->
    <h2 style='mso-style-name:제목'><span lang=EN-US>A part</span></h2>
    <p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-US>Firmly</span></b><span lang=EN-US> and <i>gently</i>, <a href="https://example.org/a">elsewhere</a>, said<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]>[1]<![endif]></span></span></a>.<o:p></o:p></span></p>
    ${item(1, '·', 'bread')}${item(2, 'o', 'rye')}${item(2, 'o', '호밀')}${item(1, '·', 'water')}${item(1, '1.', 'first')}${item(1, '2.', 'second')}${item(2, 'a)', 'and a half')}
    <p class=MsoNormal><span lang=KO>사이<o:p></o:p></span></p>
    ${item(1, '4.', 'fourth')}
    <table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr style='height:2cm'><td width=100 style='width:3cm'><p class=MsoNormal>쌀<o:p></o:p></p></td><td><p class=MsoNormal>two</p><p class=MsoNormal>lines</p></td></tr></table>
    <!--EndFragment--><div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr align=left size=1 width="33%"><![endif]><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1" name="_ftn1" title=""><span class=MsoFootnoteReference>[1]</span></a><span lang=EN-US> By whom,
    and when.<o:p></o:p></span></p></div></div></body></html>`)
  await shows(bo, 'fourth')
  await saved(amina)
  const made = await behind(bo, 'Clause 2 says')
  assert.equal(made.replace(/\s+/g, ' '), [
    '<h3 data-level="2">A part</h3>',
    '<p><strong>Firmly</strong> and <em>gently</em>, <a href="https://example.org/a">elsewhere</a>, said[각주: By whom, and when.].</p>',
    '<ul><li><p>bread</p><ul><li><p>rye</p></li><li><p>호밀</p></li></ul></li><li><p>water</p></li></ul>',
    '<ol><li><p>first</p></li><li><p>second</p><ol><li><p>and a half</p></li></ol></li></ol>',
    '<p>사이</p>',
    '<ol start="4"><li><p>fourth</p></li></ol>',
    '<div><table><tbody><tr><td>쌀</td><td>two<br>lines</td></tr></tbody></table></div>',
  ].join(''))
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})

test('what comes from HWP keeps its paragraphs, bold and tables', async () => {
  await caretAfter(amina, 'Clause 4 says')
  await amina.keyboard.press('Enter')
  await paste(amina, 'text/html', `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN"><HTML><HEAD><META NAME="Generator" CONTENT="Hancom HWP 11.0"><STYLE type="text/css"><!-- p.HStyle0 {style-name:"바탕글"; margin-top:0.0pt} --></STYLE></HEAD><BODY><!--StartFragment-->
    <P CLASS=HStyle0 STYLE='text-align:center;'><SPAN STYLE='font-size:16.0pt;font-family:"함초롬바탕";font-weight:bold;line-height:160%'>규범의 뜻</SPAN></P>
    <P CLASS=HStyle0><SPAN STYLE='font-family:"함초롬바탕"'>1. 모든 사람은 </SPAN><SPAN STYLE='font-style:italic'>말할</SPAN><SPAN STYLE='font-family:"함초롬바탕"'> 수 있다.</SPAN></P>
    <TABLE border="1" cellspacing="0" STYLE='border-collapse:collapse;border:none;'><TR><TD valign="middle" STYLE='width:75pt;height:14pt'><P CLASS=HStyle0><SPAN STYLE='font-weight:bold;'>갈래</SPAN></P></TD><TD><P CLASS=HStyle0>뜻</P></TD></TR></TABLE>
    <P CLASS=HStyle0><SPAN>끝.</SPAN></P><!--EndFragment--></BODY></HTML>`)
  await shows(bo, '규범의 뜻')
  await saved(amina)
  assert.equal((await behind(bo, 'Clause 4 says')).replace(/\s+/g, ' '), [
    '<p data-level="1"><strong>규범의 뜻</strong></p>', // the empty clause that it went into
    '<p>1. 모든 사람은 <em>말할</em> 수 있다.</p>',
    '<div><table><tbody><tr><td><strong>갈래</strong></td><td>뜻</td></tr></tbody></table></div>',
    '<p>끝.</p>',
  ].join(''))
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})

test('five thousand lines are pasted at once, saved, and taken back with one key', async () => {
  await caretAfter(amina, 'Clause 6 says')
  await paste(amina, 'text/plain', Array.from({ length: 5_000 }, (_, i) => `Line ${i + 1} 줄`).join('\n'))
  await saved(amina)
  await bo.waitForFunction(() => document.querySelector('.ProseMirror').textContent.includes('Line 5000 줄'))
  await amina.keyboard.type(' and on')
  await saved(amina)
  const { items } = await forum.api('GET', `/statements/${forum.statement}/clauses`)
  assert.ok(items.some(item => item.text.endsWith('Line 5000 줄 and on')))
  while (await amina.evaluate(() => document.querySelector('.ProseMirror').textContent.includes('Line 1 줄'))) await amina.keyboard.press('Control+z')
  await bo.waitForFunction(() => !document.querySelector('.ProseMirror').textContent.includes('Line 5000 줄'))
  await saved(amina)
  assert.deepEqual([...amina.wrongs, ...bo.wrongs], [])
})
