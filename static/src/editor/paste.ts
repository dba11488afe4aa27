// Word processors say bold and italic in style attributes, which the page's policy
// forbids, even in a document that is only parsed; so the attributes get another name
// before anything reads them, and sheets go. What Word draws as a list's bullet is no
// text of anybody's.
const inert = (html: string): string =>
  html.replace(/<style\b[^]*?<\/style\s*>/gi, '').replace(/(<[a-z][^>]*?\s)style(?=\s*=)/gi, '$1data-style')

const isBullet = (element: Element): boolean => /mso-list:\s*ignore/i.test(element.getAttribute('data-style') ?? '')

const isBold = (style: string): boolean => /(^|;)\s*font-weight\s*:\s*(bold|bolder|[6-9]00)/i.test(style)
const isLight = (style: string): boolean => /(^|;)\s*font-weight\s*:\s*(normal|lighter|[1-5]00)/i.test(style)
const isItalic = (style: string): boolean => /(^|;)\s*font-style\s*:\s*(italic|oblique)/i.test(style)

const wrapContents = (element: Element, name: string): void => {
  const wrapper = element.ownerDocument.createElement(name)
  wrapper.append(...element.childNodes)
  element.append(wrapper)
}

const readStyle = (element: Element): void => {
  const style = element.getAttribute('data-style') ?? ''
  element.removeAttribute('data-style')
  if (isBold(style) && !element.matches('b, strong, h1, h2, h3, h4, h5, h6')) wrapContents(element, 'strong')
  if (isItalic(style) && !element.matches('i, em')) wrapContents(element, 'em')
  // Some wrap all they copy in a <b> that isn't bold.
  if (isLight(style) && element.matches('b, strong')) element.replaceWith(...element.childNodes)
}

// A cell holds words: what stands in blocks there is parted by line breaks.
const flatten = (cell: Element): void => {
  for (const block of [...cell.querySelectorAll('p, div, li, h1, h2, h3, h4, h5, h6, tr')]) {
    if (block.textContent?.trim() && block.nextElementSibling) block.append(cell.ownerDocument.createElement('br'))
  }
  for (const block of [...cell.querySelectorAll('p, div, ul, ol, li, h1, h2, h3, h4, h5, h6, blockquote, table, thead, tbody, tr, td, th')]) {
    block.replaceWith(...block.childNodes)
  }
}

/// How Word writes what it numbers: 1. (2) a) 가. iv. A bullet is a sign, or the letter o.
const numeral = /^\(?(\d+|[a-z]+|[가-힣])[.)]/i

const levelOf = (element: Element): number =>
  Number(/mso-list:\s*l\d+\s+level(\d+)/i.exec(element.getAttribute('data-style') ?? '')?.[1] ?? 0)

// Word writes items as paragraphs that say in their style how deep they stand, and only
// their bullet tells what kind of list it is.
const gatherLists = (page: Document): void => {
  let open: Element[] = [] // the lists that the item before stands in, outermost first
  for (const item of page.querySelectorAll('p[data-style]')) {
    const level = levelOf(item)
    if (level === 0) continue
    if (open.length === 0 || item.previousElementSibling !== open[0]) open = []
    const depth = Math.min(level, open.length + 1)
    open.length = Math.min(open.length, depth)
    const bullet = [...item.querySelectorAll('[data-style]')].find(isBullet)
    const number = numeral.exec(bullet?.textContent?.trim() ?? '')?.[1]
    const name = number === undefined ? 'ul' : 'ol'
    if (open.length === depth && open.at(-1)?.localName !== name) open.pop()
    if (open.length < depth) {
      const list = page.createElement(name)
      if (Number(number) > 1) list.setAttribute('start', number!)
      const around = open.at(-1)?.lastElementChild
      if (around) around.append(list)
      else item.before(list)
      open.push(list)
    }
    const entry = page.createElement('li')
    open.at(-1)!.append(entry)
    entry.append(item)
  }
}

// Word puts the number of a footnote in the text, and what it says at the end of all.
const gatherNotes = (page: Document): void => {
  for (const mark of page.querySelectorAll('a[data-style*="mso-footnote-id" i], a[data-style*="mso-endnote-id" i]')) {
    const said = /^#_((?:ftn|edn)\d+)$/.exec(mark.getAttribute('href') ?? '')?.[1]
    const place = said && page.getElementById(said)
    if (!place) continue
    place.querySelector('a[href^="#_"]')?.remove()
    const note = page.createElement('span')
    note.dataset.footnote = ''
    note.textContent = place.textContent?.replace(/\s+/g, ' ').trim() ?? ''
    mark.replaceWith(note)
    place.remove()
  }
  for (const list of page.querySelectorAll('[data-style*="mso-element:footnote-list" i], [data-style*="mso-element:endnote-list" i]')) list.remove()
}

/// Pasted markup as the schema can read it.
export const readable = (html: string): string => {
  const page = new DOMParser().parseFromString(inert(html), 'text/html')
  for (const element of [...page.querySelectorAll('style, script, title, meta, link')]) element.remove()
  gatherLists(page)
  gatherNotes(page)
  for (const element of [...page.querySelectorAll('[data-style]')]) {
    if (isBullet(element)) element.remove()
    else readStyle(element)
  }
  for (const cell of [...page.querySelectorAll('td, th')]) flatten(cell)
  return page.body.innerHTML
}
