import type { Community } from '../knowledge/community.js'
import type { ServiceItem } from '../knowledge/items.js'
import type { Knowledge } from '../knowledge/knowledge.js'
import { clauseText, statusAt, type Policy } from '../knowledge/policy.js'
import { holdsAt } from '../retrieval/facts.js'

/** Something in the knowledge that a person should look at. Nothing is decided here. */
export interface Finding {
  /** `figures`: two texts that hold in one place set the same thing differently. */
  readonly kind: 'figures' | 'facts' | 'items' | 'expired' | 'expiring' | 'target-past' | 'not-yet'
  /** The places in the knowledge concerned, one or two. */
  readonly where: readonly string[]
  /** A sentence for people. */
  readonly message: string
}

/** What ends within this many days is about to expire. */
const soonDays = 30
const dayMs = 86_400_000

/** Contradictions within each community's chain, and what is past or about to be, on the clock given. */
export function findConflicts(knowledge: Knowledge, now: number): Finding[] {
  const found: Finding[] = []
  for (const community of knowledge.communities.values()) {
    found.push(...factFindings(community, now), ...figureConflicts(textsOf(knowledge, community)))
  }
  found.push(...knowledge.policies.flatMap((policy) => policyFindings(policy, knowledge.policies, now)), ...(knowledge.items ?? []).flatMap(({ jurisdiction, items }) => itemConflicts(jurisdiction, items)))
  return [...new Map(found.map((finding) => [finding.message, finding])).values()]
}

function textsOf(knowledge: Knowledge, community: Community): Policy[] {
  return knowledge.policies.filter((policy) => community.policies.includes(policy.id) || community.chain.some(({ code }) => code === policy.jurisdiction))
}

interface FigureSentence {
  readonly policy: Policy
  readonly path: string
  readonly text: string
  /** Unit → figures as written. */
  readonly figures: ReadonlyMap<string, ReadonlySet<string>>
  readonly pairs: ReadonlySet<string>
}

const figure = /(\d+(?:\.\d+)?(?:[—–\-~至]\d+(?:\.\d+)?)?)\s*(户|人|名|平方米|平米|㎡|万元|元|个?工作日|天|日|小时|年|%|％|个|家|次)/g
const sameUnit: Readonly<Record<string, string>> = { 平米: '平方米', '㎡': '平方米', '％': '%', 名: '人', 个工作日: '工作日', 日: '天' }

/** Least share of pairs of characters (figures aside) that two sentences have in common to be about one thing. */
const sameMatter = 0.4

function figureSentences(policy: Policy): FigureSentence[] {
  return policy.clauses.flatMap((clause) =>
    clauseText(clause)
      .split(/[。；;\n]/)
      .flatMap((text): FigureSentence[] => {
        const figures = new Map<string, Set<string>>()
        for (const [, value, unit] of text.matchAll(figure)) {
          const name = sameUnit[unit!] ?? unit!
          figures.set(name, (figures.get(name) ?? new Set()).add(value!.replace(/[—–~至]/, '-')))
        }
        const bare = text.replace(/[^\p{Script=Han}]/gu, '')
        return figures.size === 0 || bare.length < 6 ? [] : [{ policy, path: clause.path, text: text.trim(), figures, pairs: new Set(Array.from({ length: bare.length - 1 }, (_, i) => bare.slice(i, i + 2))) }]
      }),
  )
}

/** Each pair of sentences of two texts about one thing in one unit with no figure in common. */
function figureConflicts(policies: readonly Policy[]): Finding[] {
  const sentences = policies.map(figureSentences)
  const found: Finding[] = []
  for (const [i, own] of sentences.entries())
    for (const others of sentences.slice(i + 1))
      for (const one of own)
        for (const other of others) {
          const unit = [...one.figures.keys()].find((name) => other.figures.has(name) && [...one.figures.get(name)!].every((value) => !other.figures.get(name)!.has(value)))
          if (unit === undefined || overlap(one.pairs, other.pairs) < sameMatter) continue
          found.push({ kind: 'figures', where: [placeOf(one), placeOf(other)], message: `${placeOf(one)}写「${one.text}」，${placeOf(other)}写「${other.text}」，数字不一样；按规矩用范围更小的那一份` })
        }
  return found
}

function placeOf({ policy, path }: FigureSentence): string {
  return `《${policy.title}》${path}`
}

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0
  for (const pair of one) if (other.has(pair)) both += 1
  return both / Math.max(1, Math.min(one.size, other.size))
}

function factFindings({ name, facts }: Community, now: number): Finding[] {
  const found: Finding[] = []
  for (const [i, fact] of facts.entries()) {
    const where = `${name} ${fact.topic}${fact.item === '' ? '' : `·${fact.item}`}`
    if (fact.until !== null && !holdsAt(fact, now)) {
      const past = holdsAt({ ...fact, from: null, until: null }, now) && !holdsAt({ ...fact, from: null }, now)
      found.push(past ? { kind: 'expired', where: [where], message: `${where}（${fact.id}）到 ${fact.until} 已经过期` } : { kind: 'not-yet', where: [where], message: `${where}（${fact.id}）从 ${fact.from ?? ''} 起才有效` })
    } else if (fact.until !== null && !holdsAt({ ...fact, from: null }, now + soonDays * dayMs)) found.push({ kind: 'expiring', where: [where], message: `${where}（${fact.id}）到 ${fact.until} 过期` })
    const twin = facts.slice(i + 1).find((other) => other.topic === fact.topic && other.item === fact.item && other.text !== fact.text && holdsAt(fact, now) && holdsAt(other, now))
    if (twin) found.push({ kind: 'facts', where: [where], message: `${where}登记了两条不一样的：${fact.id}「${fact.text ?? '（未登记）'}」和 ${twin.id}「${twin.text ?? '（未登记）'}」` })
  }
  return found
}

function policyFindings(policy: Policy, all: readonly Policy[], now: number): Finding[] {
  const found: Finding[] = []
  const status = statusAt(policy, all, now)
  if (status === 'not-yet') found.push({ kind: 'not-yet', where: [`《${policy.title}》`], message: `《${policy.title}》从 ${policy.effective ?? ''} 起才施行` })
  if (status !== 'expired' && policy.validUntil && statusAt(policy, all, now + soonDays * dayMs) === 'expired') found.push({ kind: 'expiring', where: [`《${policy.title}》`], message: `《${policy.title}》到 ${policy.validUntil} 失效` })
  if (status === 'expired') found.push({ kind: 'expired', where: [`《${policy.title}》`], message: `《${policy.title}》已经失效，只作历史参考` })
  const year = new Date(now + 8 * 3_600_000).getUTCFullYear()
  const past = policy.clauses.filter((clause) => [...clauseText(clause).matchAll(/(?:到|至)(20\d{2})年|(?<!\d)(20\d{2})年(?:底前|以前)/g)].some(([, to, by]) => Number(to ?? by) < year))
  if (past.length > 0) found.push({ kind: 'target-past', where: past.map(({ path }) => `《${policy.title}》${path}`), message: `《${policy.title}》有 ${past.length} 处目标年份已过：${past.map(({ path }) => path).join('、')}` })
  return found
}

/** One matter of one office, promised in different times or with different papers. */
function itemConflicts(jurisdiction: string, items: readonly ServiceItem[]): Finding[] {
  const byName = new Map<string, ServiceItem[]>()
  for (const item of items) byName.set(`${item.department} ${item.name}`, [...(byName.get(`${item.department} ${item.name}`) ?? []), item])
  return [...byName].flatMap(([name, same]): Finding[] => {
    const limits = [...new Set(same.flatMap(({ timeLimit }) => timeLimit ?? []))]
    return limits.length < 2 ? [] : [{ kind: 'items', where: [`${jurisdiction} ${name}`], message: `${name}有 ${limits.length} 种办理时限：${limits.slice(0, 4).join('；')}${limits.length > 4 ? ' …' : ''}` }]
  })
}
