import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KnowledgeError } from '../errors.js'
import { readLexicon, type Lexicon } from '../retrieval/lexicon.js'
import { readCommunityFile } from './communities.js'
import type { Community, CommunityId } from './community.js'
import { readCatalogue, type ItemCatalogue } from './items.js'
import type { Policy } from './policy.js'
import { readPolicyFile } from './policy-file.js'
import { readUnits, type FormerUnit } from './units.js'

/** Everything in `knowledge/`, checked. */
export interface Knowledge {
  readonly policies: readonly Policy[]
  readonly communities: ReadonlyMap<CommunityId, Community>
  readonly lexicon: Lexicon
  /** Names of units before the reforms (`units.json`); empty where there is no such file. */
  readonly units?: readonly FormerUnit[]
  /** Service items that were imported (`items/<code>.jsonl`); each catalogue holds within its jurisdiction only. */
  readonly items?: readonly ItemCatalogue[]
}

/** Reads and checks `dir` (`policies/`, `communities/`, `lexicon.json`). Throws one KnowledgeError that lists every problem of every file. */
export async function loadKnowledge(dir: string): Promise<Knowledge> {
  const problems: string[] = []
  const policies: Policy[] = []
  for (const name of await filesOf(join(dir, 'policies'), '.md')) {
    const id = name.slice(0, -'.md'.length)
    const raw = await readFile(join(dir, 'policies', 'raw', `${id}.txt`), 'utf8').catch(() => '')
    const file = await readFile(join(dir, 'policies', name), 'utf8')
    collect(problems, () => policies.push(readPolicyFile(id, file, raw, `policies/${name}`)))
  }
  const communities = new Map<CommunityId, Community>()
  for (const name of await filesOf(join(dir, 'communities'), '.json')) {
    const read = readCommunityFile(`communities/${name}`, await readFile(join(dir, 'communities', name), 'utf8'))
    if ('problems' in read) {
      problems.push(...read.problems)
      continue
    }
    const { community } = read
    if (communities.has(community.id)) problems.push(`communities/${name} id: 「${community.id}」已被另一个文件使用`)
    for (const id of community.policies)
      if (!policies.some((policy) => policy.id === id)) problems.push(`communities/${name} policies: 没有「policies/${id}.md」这个文件`)
    communities.set(community.id, community)
  }
  let lexicon: Lexicon = { groups: [], drop: [] }
  const words = await readFile(join(dir, 'lexicon.json'), 'utf8').catch(() => null)
  if (words !== null) collect(problems, () => (lexicon = readLexicon(words, 'lexicon.json')))
  let units: readonly FormerUnit[] = []
  const former = await readFile(join(dir, 'units.json'), 'utf8').catch(() => null)
  if (former !== null) collect(problems, () => (units = readUnits(former, 'units.json')))
  const items: ItemCatalogue[] = []
  for (const name of (await readdir(join(dir, 'items')).catch((): string[] => [])).filter((each) => each.endsWith('.jsonl')).sort()) {
    const file = await readFile(join(dir, 'items', name), 'utf8')
    collect(problems, () => items.push(readCatalogue(file, `items/${name}`)))
  }
  if (problems.length > 0) throw new KnowledgeError('knowledge', `knowledge 里有 ${problems.length} 处要改:\n${problems.join('\n')}`)
  return { policies, communities, lexicon, units, items }
}

function collect(problems: string[], read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof KnowledgeError)) throw error
    problems.push(error.message)
  }
}

async function filesOf(dir: string, ending: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((name) => name.endsWith(ending)).sort()
  } catch (error) {
    throw new KnowledgeError('knowledge-folder', `找不到文件夹 ${dir};请用 --knowledge 指明 knowledge 所在的位置`, { cause: error })
  }
}
