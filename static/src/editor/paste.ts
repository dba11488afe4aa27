// Word processors say bold and italic in style attributes, which the page's policy
// forbids, even in a document that is only parsed; so the attributes get another name
// before anything reads them. What Word draws as a list's bullet is no text of anybody's.
const inert = (html: string): string => html.replace(/(<[a-z][^>]*?\s)style(?=\s*=)/gi, '$1data-style')

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

/// Pasted markup as the schema can read it.
export const readable = (html: string): string => {
  const page = new DOMParser().parseFromString(inert(html), 'text/html')
  for (const element of [...page.querySelectorAll('style, script, title, meta, link')]) element.remove()
  for (const element of [...page.querySelectorAll('[data-style]')]) {
    if (isBullet(element)) element.remove()
    else readStyle(element)
  }
  for (const cell of [...page.querySelectorAll('td, th')]) flatten(cell)
  return page.body.innerHTML
}
