import type { Community, LocalFact } from '../knowledge/community.js'
import { normalise } from '../text.js'
import type { Citation } from './citation.js'
import { expand, type Lexicon } from './lexicon.js'
import { localMatter, type LocalMatter } from './question.js'

/** Topics under which an admin enters what each kind of local matter asks for. */
const topicsOf: Readonly<Record<LocalMatter, RegExp>> = {
  phone: /电话|热线|联系/,
  address: /地址|位置|地点/,
  hours: /时间|开放|值班/,
  materials: /材料|证明/,
  processing: /时限|办理期限|承诺/,
  price: /价格|收费|费用/,
  process: /流程|怎么办|办理/,
  duty: /值班|坐班/,
}

/** What the words of a fact must hold to answer such a question; a fact under the right topic needs no more. */
const tellsOf: Readonly<Partial<Record<LocalMatter, RegExp>>> = {
  phone: /\d{5,}|1[12]\d/,
  hours: /\d\s*[:：点]\s*\d*|[周日]|全天|小时/,
  price: /元|免费|不收费|价格/,
  processing: /[天日]|小时|当场/,
}

/** Rooms and desks a question may be about; a fact about another one is no answer. */
const facilities = /食堂|饭堂|图书室|图书馆|书房|活动室|卫生站|卫生室|日间照料|驿站|快递|停车|健身|幼儿园|超市|派出所|调解室|锅炉|游泳/g

/** Words that mean the community's own desk. */
const desk = /窗口|大厅|居委会|办公室|服务中心|党群/

/** Facts that hold now and answer the question, best first, at most two. */
export function matchFacts(question: string, community: Community, now: number, lexicon: Lexicon): LocalFact[] {
  const text = normalise(question)
  const matter = localMatter(text)
  const wider = [text, ...expand(text, lexicon)].join(' ')
  const asked = [...new Set(text.match(facilities) ?? [])]
  return community.facts
    .filter((fact) => fact.text !== null && holdsAt(fact, now))
    .map((fact) => ({ fact, score: scoreFact(fact, text, wider, matter, asked) }))
    .filter(({ score }) => score >= 2)
    .sort((a, b) => b.score - a.score)
    .slice(0, 2)
    .map(({ fact }) => fact)
}

/** Whether a certificate is asked for that the community's list names without an answer, or doesn't name at all. */
export function certificateToVerify(text: string, community: Community, now: number): boolean {
  const asked = /(?:开|出具?|办|要|盖).{0,8}?证明|[\p{Script=Han}]{2,8}证明(?:呢|在|怎|谁|能|可|哪|$)/u.test(text)
  const list = community.facts.filter((fact) => fact.topic.includes('证明') && holdsAt(fact, now))
  if (!asked || list.length === 0) return false
  const named = list.filter((fact) => fact.item !== '' && text.includes(normalise(fact.item).replace(/证明$/, '')))
  return !named.some((fact) => fact.text !== null)
}

function scoreFact(fact: LocalFact, text: string, wider: string, matter: LocalMatter | null, asked: readonly string[]): number {
  const own = normalise([fact.topic, fact.item, fact.text ?? ''].join(' '))
  if (asked.length > 0 && !asked.some((word) => own.includes(word))) return 0
  if (matter !== null && !topicsOf[matter].test(fact.topic) && tellsOf[matter] && !tellsOf[matter].test(fact.text ?? '')) return 0
  const named = [fact.topic, fact.item].filter((word) => word !== '').map(normalise)
  let score = 0
  for (const word of named) if (text.includes(word.length > 3 ? word.replace(/证明$/, '') : word)) score += 2
  for (const word of named) if (score < 2 && wider.includes(word)) score += 1
  for (const word of asked) if (own.includes(word)) score += 1
  if (matter !== null && topicsOf[matter].test(fact.topic)) score += desk.test(text) || desk.test(fact.item) || fact.item === '' || score > 0 ? 2 : 1
  else if (matter !== null && matter !== 'hours' && asked.length === 0) score -= 1
  return score
}

/** `from` and `until` are local times of Asia/Shanghai, a bare date the whole day. */
export function holdsAt(fact: LocalFact, now: number): boolean {
  const start = fact.from === null ? -Infinity : shanghai(fact.from, '00:00:00')
  const end = fact.until === null ? Infinity : shanghai(fact.until, '23:59:59')
  return now >= start && now <= end
}

function shanghai(time: string, rest: string): number {
  return Date.parse(time.includes('T') ? `${time}+08:00` : `${time}T${rest}+08:00`)
}

/** A fact as a citation; its source stands in the clause. */
export function citeFact(fact: LocalFact, community: Community): Citation {
  const text = fact.text ?? ''
  return {
    kind: 'fact',
    document: [community.name, fact.topic].join(' '),
    number: null,
    section: '',
    quote: text.length > 200 ? `${text.slice(0, 199)}…` : text,
    source: text,
    status: 'in-force',
    jurisdiction: community.chain[0]?.code ?? '',
    date: fact.date,
    clause: `${text}\n来源:${fact.source}`,
  }
}
