import { KnowledgeError } from '../errors.js'
import { readLexicon, type Lexicon } from '../retrieval/lexicon.js'
import { readCommunityFile } from './communities.js'
import type { Community, CommunityId } from './community.js'
import { namesIn, readKnowledgeFolder, type KnowledgeFiles } from './files.js'
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
  return readKnowledge(await readKnowledgeFolder(dir))
}

/** The same of files that are in memory already. */
export function readKnowledge(files: KnowledgeFiles): Knowledge {
  const problems: string[] = []
  const policies: Policy[] = []
  for (const name of namesIn(files, 'policies', '.md')) {
    const id = name.slice(0, -'.md'.length)
    collect(problems, () => policies.push(readPolicyFile(id, files.get(`policies/${name}`)!, files.get(`policies/raw/${id}.txt`) ?? '', `policies/${name}`)))
  }
  const communities = new Map<CommunityId, Community>()
  for (const name of namesIn(files, 'communities', '.json')) {
    const read = readCommunityFile(`communities/${name}`, files.get(`communities/${name}`)!)
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
  const words = files.get('lexicon.json')
  if (words !== undefined) collect(problems, () => (lexicon = readLexicon(words, 'lexicon.json')))
  let units: readonly FormerUnit[] = []
  const former = files.get('units.json')
  if (former !== undefined) collect(problems, () => (units = readUnits(former, 'units.json')))
  const items: ItemCatalogue[] = []
  for (const name of namesIn(files, 'items', '.jsonl')) collect(problems, () => items.push(readCatalogue(files.get(`items/${name}`)!, `items/${name}`)))
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
