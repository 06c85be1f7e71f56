import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildingOf, householdsPerBuilding } from './day.js'

/** Buildings that one grid holds, about 300 households. */
const buildingsPerGrid = 6

export function communityIdOf(n: number): string {
  return `city-${String(n).padStart(4, '0')}`
}

/**
 * Writes the knowledge of a city to `folder`: the texts, services and calendars of `knowledgeDir`, and in place of its
 * communities `count` of the city's, each under the same jurisdictions as one of those in turn.
 */
export async function writeCity(knowledgeDir: string, folder: string, count: number, householdsEach: number): Promise<void> {
  await cp(knowledgeDir, folder, { recursive: true })
  const place = join(folder, 'communities')
  const names = (await readdir(place)).filter((name) => name.endsWith('.json')).sort()
  const examples = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(place, name), 'utf8')) as Record<string, unknown> & { readonly chain: readonly { readonly code: string }[] }))
  await Promise.all(names.map((name) => rm(join(place, name))))
  const buildings = Array.from({ length: Math.ceil(householdsEach / householdsPerBuilding) }, (_, n) => buildingOf(n * householdsPerBuilding))
  for (let n = 0; n < count; n += 1) {
    const example = examples[n % examples.length]
    if (example === undefined) throw new Error(`${place}: there is no community to build the city on`)
    const name = `第${n + 1}社区(示例)`
    const grids = Array.from({ length: Math.ceil(buildings.length / buildingsPerGrid) }, (_, at) => ({
      name: `第${at + 1}网格`, person: { name: `${'赵钱孙李周吴郑王冯陈'[(n + at) % 10] ?? '赵'}师傅`, role: '网格员' },
      buildings: buildings.slice(at * buildingsPerGrid, (at + 1) * buildingsPerGrid), areas: [],
    }))
    const [own, ...above] = example.chain
    await writeFile(join(place, `${communityIdOf(n)}.json`), JSON.stringify({
      ...example, id: communityIdOf(n), name, numberPrefix: prefixOf(n), grids,
      chain: [{ ...own, code: `${own?.code.slice(0, -4) ?? ''}${String(n).padStart(4, '0')}`, name }, ...above],
    }))
  }
}

/** Four letters, another for each community. */
function prefixOf(n: number): string {
  const letter = (at: number): string => String.fromCharCode(65 + at)
  return `C${letter(Math.floor(n / 676) % 26)}${letter(Math.floor(n / 26) % 26)}${letter(n % 26)}`
}
