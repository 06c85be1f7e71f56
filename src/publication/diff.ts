import type { KnowledgeFiles } from '../knowledge/files.js'
import { readKnowledge, type Knowledge } from '../knowledge/knowledge.js'
import { clauseText, type Policy, type PolicyMetadata } from '../knowledge/policy.js'
import { sayFact, sayUnit, nameUnit, type TitleOf } from './say-units.js'
import { unitsOf } from './units.js'

/** One thing that differs between two versions, with its words; `before` is `null` where it was added, `after` where it was taken out. */
export interface KnowledgeChange {
  readonly what: 'policy' | 'clause' | 'metadata' | 'fact' | 'community' | 'service' | 'item' | 'file'
  /** Where: a document and its section, a community and a fact, a service's code. */
  readonly where: string
  readonly before: string | null
  readonly after: string | null
}

/** Everything by which `after` differs from `before`, in the order policies, communities, services, items, other files. */
export function diffKnowledge(before: KnowledgeFiles, after: KnowledgeFiles, titleOf?: TitleOf): KnowledgeChange[] {
  const one = readKnowledge(before)
  const other = readKnowledge(after)
  const read = /^(?:policies|communities|services|items)\//
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => !read.test(path)).sort()
  return [
    ...diffPolicies(one, other),
    ...diffMaps('community', communitiesOf(before), communitiesOf(after)),
    ...diffMaps('fact', factsOf(one), factsOf(other)),
    ...diffMaps('service', servicesOf(before, titleOf), servicesOf(after, titleOf)),
    ...diffMaps('item', itemsOf(one), itemsOf(other)),
    ...paths.flatMap((path) => diffLines(path, before.get(path), after.get(path))),
  ]
}

const shownMetadata: readonly (keyof PolicyMetadata)[] = ['title', 'issuingBody', 'number', 'signed', 'issued', 'published', 'status', 'effective', 'validUntil', 'supersedes', 'jurisdiction', 'jurisdictionName']

function diffPolicies(before: Knowledge, after: Knowledge): KnowledgeChange[] {
  const one = new Map(before.policies.map((policy) => [policy.id, policy]))
  const other = new Map(after.policies.map((policy) => [policy.id, policy]))
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((id): KnowledgeChange[] => {
    const was = one.get(id)
    const is = other.get(id)
    if (was === undefined || is === undefined) {
      const title = (was ?? is)!.title
      return [{ what: 'policy', where: id, before: was ? titleOf(was) : null, after: is ? titleOf(is) : null }, ...diffMaps('clause', was ? clausesOf(was, title) : new Map(), is ? clausesOf(is, title) : new Map())]
    }
    const metadata = shownMetadata
      .map((key): KnowledgeChange => ({ what: 'metadata', where: `《${is.title}》${key}`, before: shown(was[key]), after: shown(is[key]) }))
      .filter((change) => change.before !== change.after)
    return [...metadata, ...diffMaps('clause', clausesOf(was, is.title), clausesOf(is, is.title))]
  })
}

function shown(value: PolicyMetadata[keyof PolicyMetadata]): string | null {
  return typeof value === 'string' ? value : value === null || value === undefined || value.length === 0 ? null : value.join('；')
}

function titleOf(policy: Policy): string {
  return `《${policy.title}》${policy.clauses.length} 条`
}

/** A path that stands twice (a text with two runs of one numbering) is told apart by its place. */
function clausesOf(policy: Policy, title: string): Map<string, string> {
  const words = new Map<string, string>()
  for (const clause of policy.clauses) {
    const where = `《${title}》${clause.path}`
    words.set(words.has(where) ? `${where}#${words.size}` : where, clauseText(clause))
  }
  return words
}

/** Everything of a community but its facts, piece by piece. */
function communitiesOf(files: KnowledgeFiles): Map<string, string> {
  return new Map([...files].filter(([path]) => /^communities\/[^/]+\.json$/.test(path)).flatMap(([path, text]) => {
    const { id, name } = JSON.parse(text) as { readonly id: string; readonly name: string }
    return [...unitsOf(path, text)].filter(([unit]) => !unit.startsWith('facts ')).map(([unit, value]) => [`${id} ${name}·${nameUnit(path, unit, value)}`, sayUnit(path, unit, value) ?? ''] as const)
  }))
}

function factsOf({ communities }: Knowledge): Map<string, string> {
  return new Map([...communities.values()].flatMap((community) => community.facts.map(({ id, ...fact }) => [`${community.id}/${id} ${fact.topic}${fact.item === '' ? '' : `·${fact.item}`}`, sayFact(fact)] as const)))
}

function servicesOf(files: KnowledgeFiles, titleOf: TitleOf | undefined): Map<string, string> {
  return new Map([...files].filter(([path]) => /^services\/[^/]+\.json$/.test(path)).flatMap(([path, text]) =>
    [...unitsOf(path, text)].map(([unit, value]) => {
      const { name } = JSON.parse(value) as { readonly name?: string }
      return [`${unit} ${name ?? ''}`, sayUnit(path, unit, value, titleOf) ?? ''] as const
    }),
  ))
}

function itemsOf({ items }: Knowledge): Map<string, string> {
  const words = new Map<string, string>()
  for (const catalogue of items ?? [])
    for (const item of catalogue.items) {
      const where = `${catalogue.jurisdiction} ${item.department} ${item.name}`
      const same = words.get(where)
      words.set(where, same === undefined ? JSON.stringify(item) : `${same}\n${JSON.stringify(item)}`)
    }
  return words
}

function diffMaps(what: KnowledgeChange['what'], before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): KnowledgeChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((where) => before.get(where) !== after.get(where))
    .map((where) => ({ what, where, before: before.get(where) ?? null, after: after.get(where) ?? null }))
}

/** Lines that only one side has. */
function diffLines(path: string, before: string | undefined, after: string | undefined): KnowledgeChange[] {
  if (before === after) return []
  const lines = (text: string | undefined) => (text ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '')
  const [was, is] = [new Set(lines(before)), new Set(lines(after))]
  const gone = [...was].filter((line) => !is.has(line)).join('\n')
  const come = [...is].filter((line) => !was.has(line)).join('\n')
  return [{ what: 'file', where: path, before: gone === '' ? null : gone, after: come === '' ? null : come }]
}
