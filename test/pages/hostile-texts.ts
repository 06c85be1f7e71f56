/** What people write to make a page run their words: each would call `hit()` if the page let it. */
export const writtenByHand: readonly string[] = [
  '<script>hit()</script>',
  '</textarea><script>hit()</script>',
  '</title><script>hit()</script>',
  '</script><script>hit()</script>',
  '<ScRiPt src=data:text/javascript,hit()></ScRiPt>',
  '<img src=x onerror=hit()>',
  '<img src=x onerror="hit()" alt="',
  '"><img src=x onerror=hit()>',
  "'><img src=x onerror=hit()>",
  '`"\'><img src=x onerror=hit()>',
  '<svg onload=hit()>',
  '<svg><script>hit()</script></svg>',
  '<svg><animate onbegin=hit() attributeName=x dur=1s>',
  '<body onload=hit()>',
  '<iframe srcdoc="<script>parent.hit()</script>"></iframe>',
  '<iframe src="javascript:parent.hit()"></iframe>',
  '<object data="javascript:hit()"></object>',
  '<embed src="javascript:hit()">',
  '<a href="javascript:hit()">点这里</a>',
  'javascript:hit()',
  'JaVaScRiPt:hit()//',
  'data:text/html,<script>hit()</script>',
  '<details open ontoggle=hit()>',
  '<video><source onerror=hit()></video>',
  '<audio src=x onerror=hit()>',
  '<input autofocus onfocus=hit()>',
  '<select autofocus onfocus=hit()>',
  '<marquee onstart=hit()>',
  '<style>@import "javascript:hit()";</style>',
  '<div style="background:url(javascript:hit())">',
  '<link rel=stylesheet href="javascript:hit()">',
  '<meta http-equiv=refresh content="0;url=javascript:hit()">',
  '<base href="javascript:hit()//">',
  '<form><button formaction=javascript:hit()>X</button></form>',
  '<math><mtext></table><img src=x onerror=hit()></mtext></math>',
  '{{constructor.constructor("hit()")()}}',
  '{{ $el.ownerDocument.defaultView.hit() }}',
  '${hit()}',
  '<noscript><p title="</noscript><img src=x onerror=hit()>">',
  '\u202e<img src=x onerror=hit()>\u0000\u200b\ufeff',
  '<x contenteditable onblur=hit()>lose focus',
  '&lt;img src=x onerror=hit()&gt;&#x3C;script&#x3E;hit()',
]

const tags = ['img', 'svg', 'video', 'audio', 'body', 'details', 'input', 'iframe', 'object', 'marquee', 'select', 'textarea', 'form', 'x-y', 'style']
const handlers = ['onerror', 'onload', 'onfocus autofocus', 'ontoggle', 'onmouseover', 'onanimationstart', 'onpointerenter']
const breakOuts = ['', '">', "'>", '</textarea>', '--><!-- -->', '</style></title>', ']]>']
const schemes = ['javascript:', 'JaVaScRiPt:', ' javascript:', 'java\tscript:', 'javascript&colon;', 'data:text/html,<script>parent.', 'vbscript:']
const places = ['href', 'src', 'action', 'formaction', 'xlink:href', 'poster', 'data', 'srcdoc']

/** The above and what is made of tags, handlers, ways out of an attribute, and addresses that run. */
export const hostileTexts: readonly string[] = [...new Set([
  ...writtenByHand,
  ...tags.flatMap((tag, at) => handlers.map((handler, by) => `${breakOuts[(at + by) % breakOuts.length] ?? ''}<${tag} src=x data=x ${handler.replace(' ', '=hit() ').replace(/^(\w+)$/, '$1=hit()')}>`)),
  ...schemes.flatMap((scheme) => places.map((place) => `<a ${place}="${scheme}hit()">点这里</a>`)),
  ...schemes.map((scheme) => `${scheme}hit()//`),
])]
