import type { Gap, LearningRow } from './records.js'
import type { CommunityId } from '../knowledge/community.js'
import { segment, normalise, toSimplified } from '../text.js'
import type { Store } from '../store/store.js'

export interface AskedRow {
  readonly communityId: CommunityId
  readonly row: Pick<LearningRow, 'text' | 'at'>
}

const wordingsShown = 4
/** Least likeness (0–1) between a question and those of a group, in the mean, to join it. */
const joinAt = 0.45
/** Of a group, the first so many are compared with. */
const mostCompared = 6
/** Questions looked at, the newest; the work grows with the square of the groups. */
const most = 600

/** Unanswered questions of communities, the newest first. */
export async function unansweredIn(store: Store, communities: readonly CommunityId[]): Promise<AskedRow[]> {
  const found = await Promise.all(communities.map(async (communityId) => (await store.find(communityId, 'learning', { by: 'why', equals: 'unanswered', order: 'desc', limit: most })).map((row) => ({ communityId, row }))))
  return found.flat().sort((a, b) => b.row.at - a.row.at).slice(0, most)
}

/** Questions in groups of one meaning by their words and pairs of characters, each worth its rarity; the largest group first. */
export function groupUnanswered(asked: readonly AskedRow[]): Gap[] {
  const terms = asked.map(({ row }) => termsOf(row.text))
  const held = new Map<string, number>()
  for (const own of terms) for (const term of own) held.set(term, (held.get(term) ?? 0) + 1)
  // A term of one question only tells nothing of others: it is worth no more than one of two.
  const worthOf = (term: string) => Math.log(1 + asked.length / Math.max(2, held.get(term) ?? 0))
  const weighed = terms.map((own): Weighed => {
    const worths = new Map([...own].map((term) => [term, worthOf(term)] as const))
    return { worths, total: [...worths.values()].reduce((sum, worth) => sum + worth, 0) }
  })
  const groups: number[][] = []
  for (const [i, own] of weighed.entries()) {
    let best: number[] | null = null
    let nearest = joinAt
    for (const members of groups) {
      const compared = members.slice(0, mostCompared)
      const near = compared.reduce((sum, other) => sum + likeness(own, weighed[other]!), 0) / compared.length
      if (near >= nearest) [best, nearest] = [members, near]
    }
    if (best === null) groups.push([i])
    else best.push(i)
  }
  const middleOf = (members: readonly number[]) => members.map((i) => members.slice(0, mostCompared).reduce((sum, other) => sum + likeness(weighed[i]!, weighed[other]!), 0))
  return groups.map((members) => describe(members.map((i) => asked[i]!), middleOf(members))).sort((a, b) => b.count - a.count || b.lastAt - a.lastAt)
}

function describe(rows: readonly AskedRow[], nearness: readonly number[]): Gap {
  const question = rows[nearness.indexOf(Math.max(...nearness))]!.row.text
  const counts = new Map<CommunityId, number>()
  for (const { communityId } of rows) counts.set(communityId, (counts.get(communityId) ?? 0) + 1)
  return {
    question,
    count: rows.length,
    lastAt: Math.max(...rows.map(({ row }) => row.at)),
    communities: [...counts].map(([communityId, count]) => ({ communityId, count })).sort((a, b) => b.count - a.count),
    others: [...new Set(rows.map(({ row }) => row.text))].filter((text) => text !== question).slice(0, wordingsShown),
  }
}

/** Words by which people ask whatever they ask about. */
const asking = new Set(['请问', '怎么', '什么', '多少', '哪里', '哪儿', '可以', '是不是', '有没有', '一下', '社区', '我们', '你们', '这个', '那个', '吗', '呢', '的', '了', '在', '要', '我'])

function termsOf(text: string): Set<string> {
  const clean = toSimplified(normalise(text)).replace(/\[[^\]]{1,8}\]/g, ' ')
  const words = segment(clean).filter((word) => /[\p{L}\p{N}]/u.test(word) && !asking.has(word))
  const chars = [...words.join('')]
  return new Set([...words, ...chars.slice(1).map((char, i) => `${chars[i]!}${char}`)])
}

interface Weighed {
  readonly worths: ReadonlyMap<string, number>
  readonly total: number
}

/** What two questions share over the whole of the shorter one, 0–1. */
function likeness(one: Weighed, other: Weighed): number {
  let shared = 0
  for (const [term, worth] of one.worths) if (other.worths.has(term)) shared += worth
  return shared / Math.max(1e-9, Math.min(one.total, other.total))
}
