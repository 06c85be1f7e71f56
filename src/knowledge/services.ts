import { ZodError } from 'zod'
import { KnowledgeError } from '../errors.js'
import { createCatalogue, type ServiceCatalogue } from '../requests/services.js'
import { namesIn, readKnowledgeFolder, type KnowledgeFiles } from './files.js'

/** Reads and checks `dir/services/*.json`. Throws KnowledgeError that names the file and the key. */
export async function loadServices(dir: string): Promise<ServiceCatalogue> {
  return readServices(await readKnowledgeFolder(dir))
}

/** The same of files that are in memory already. */
export function readServices(files: KnowledgeFiles): ServiceCatalogue {
  const entries: unknown[] = []
  const problems: string[] = []
  for (const name of namesIn(files, 'services', '.json')) {
    try {
      const parsed: unknown = JSON.parse(files.get(`services/${name}`)!)
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
