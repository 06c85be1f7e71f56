import type { LocalFact } from '../knowledge/community.js'

type CommunityFile = Readonly<Record<string, unknown>> & { readonly facts: readonly LocalFact[] }

/**
 * A community's file with the facts that a draft changed, upon the file that is live by now; `null` where the draft changed
 * anything but facts, or a fact that the live one changed otherwise. Two people who enter two facts are not in each other's way.
 */
export function mergeFacts(base: string | undefined, draft: string | null, live: string | undefined): string | null {
  if (base === undefined || draft === null || live === undefined) return null
  const [was, own, now] = [base, draft, live].map((text) => JSON.parse(text) as CommunityFile) as [CommunityFile, CommunityFile, CommunityFile]
  const rest = ({ facts: _facts, ...others }: CommunityFile) => JSON.stringify(others)
  if (rest(was) !== rest(own)) return null
  const [before, mine, theirs] = [was, own, now].map(({ facts }) => new Map(facts.map((fact) => [fact.id, JSON.stringify(fact)]))) as [Map<string, string>, Map<string, string>, Map<string, string>]
  const changed = [...new Set([...before.keys(), ...mine.keys()])].filter((id) => before.get(id) !== mine.get(id))
  if (changed.some((id) => theirs.get(id) !== before.get(id) && theirs.get(id) !== mine.get(id))) return null
  const kept = now.facts.flatMap((fact) => (changed.includes(fact.id) ? (own.facts.find(({ id }) => id === fact.id) ?? []) : fact))
  const added = own.facts.filter(({ id }) => changed.includes(id) && !theirs.has(id))
  return `${JSON.stringify({ ...now, facts: [...kept, ...added] }, null, 2)}\n`
}
