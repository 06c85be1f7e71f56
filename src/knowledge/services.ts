import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ZodError } from 'zod'
import { KnowledgeError } from '../errors.js'
import { createCatalogue, type ServiceCatalogue } from '../requests/services.js'

/** Reads and checks `dir/services/*.json`. Throws KnowledgeError that names the file and the key. */
export async function loadServices(dir: string): Promise<ServiceCatalogue> {
  const folder = join(dir, 'services')
  const entries: unknown[] = []
  const problems: string[] = []
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.json')).sort()) {
    try {
      const parsed: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'))
      const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed]
      createCatalogue(list)
      entries.push(...list)
    } catch (error) {
      const found = error instanceof ZodError ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') : String(error)
      problems.push(`services/${name} ${found}`)
    }
  }
  if (problems.length > 0) throw new KnowledgeError('services', `knowledge 里有 ${problems.length} 处要改:\n${problems.join('\n')}`)
  try {
    return createCatalogue(entries)
  } catch (error) {
    throw new KnowledgeError('services', String(error), { cause: error })
  }
}
