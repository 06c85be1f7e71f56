import { parse, type DefaultTreeAdapterTypes } from 'parse5'
import { InputError } from '../errors.js'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

/** Elements whose words are no part of a text: programs, forms, and what HTML itself calls navigation. */
const left = new Set(['script', 'style', 'head', 'nav', 'aside', 'footer', 'noscript', 'template', 'form', 'button', 'select', 'textarea', 'iframe', 'svg', 'object', 'audio', 'video', 'rt', 'rp'])

/** Elements that begin and end a line. */
const block = new Set(
  'address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul'.split(' '),
)

/** Elements within elements that a page may have. */
const deepest = 500

const hiddenStyle = /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i

/** Whether a text is HTML: it begins as such, or holds at least two closed elements that only HTML has. */
export function isHtml(text: string): boolean {
  const start = text.slice(0, 2000).trimStart()
  if (/^(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html[\s>])/i.test(start)) return true
  return (text.match(/<\/(?:p|div|span|table|tr|td|body|h[1-6]|ul|ol|li|a)\s*>/gi)?.length ?? 0) >= 2
}

export interface ReadHtml {
  readonly text: string
  /** Whether numbers of a numbered list were written out as 1. 2. 3., which the page draws and does not hold. */
  readonly numbered: boolean
}

/** The words of a page, a paragraph or a table cell a line, scripts and hidden parts left out. Never runs or loads anything. */
export function readHtml(page: string): ReadHtml {
  const lines: string[] = []
  let line = ''
  let numbered = false
  const end = () => {
    if (line.trim() !== '') lines.push(line.trim())
    line = ''
  }
  const preformatted: string[] = []
  const counters: { ordered: boolean; next: number }[] = []
  const walk = (node: Node, depth = 0): void => {
    if (depth > deepest) throw new InputError('too-deep', '这个网页的结构太乱(一层套一层),读不出正文;请把正文复制到文本文件里再导入')
    if (node.nodeName === '#text') {
      const { value } = node as DefaultTreeAdapterTypes.TextNode
      if (preformatted.length === 0) line += value.replace(/[ \t\r\n\f]+/g, ' ')
      else for (const [i, part] of value.split('\n').entries()) {
        if (i > 0) end()
        line += part
      }
      return
    }
    if (!('childNodes' in node)) return
    if (!('tagName' in node)) {
      for (const child of node.childNodes) walk(child, depth + 1)
      return
    }
    const { tagName } = node
    if (left.has(tagName) || isHidden(node)) return
    if (tagName === 'br') {
      end()
      return
    }
    const breaks = block.has(tagName)
    if (breaks) end()
    if (tagName === 'ol' || tagName === 'ul') counters.push({ ordered: tagName === 'ol', next: Number(attribute(node, 'start') ?? 1) || 1 })
    if (tagName === 'pre') preformatted.push(tagName)
    const counter = counters.at(-1)
    if (tagName === 'li' && counter?.ordered) {
      numbered = true
      line += `${counter.next}.`
      counter.next += 1
    }
    for (const child of node.childNodes) walk(child, depth + 1)
    if (tagName === 'pre') preformatted.pop()
    if (tagName === 'ol' || tagName === 'ul') counters.pop()
    if (breaks) end()
  }
  walk(parse(page))
  end()
  return { text: lines.join('\n'), numbered }
}

function isHidden(element: Element): boolean {
  return attribute(element, 'hidden') !== null || attribute(element, 'aria-hidden') === 'true' || hiddenStyle.test(attribute(element, 'style') ?? '')
}

function attribute(element: Element, name: string): string | null {
  return element.attrs.find((each) => each.name === name)?.value ?? null
}
