import { ZodError } from 'zod'
import { KnowledgeError } from '../errors.js'
import { yearCalendarSchema, type YearCalendar } from '../requests/working-time.js'
import { namesIn, readKnowledgeFolder, type KnowledgeFiles } from './files.js'

/** Reads and checks `dir/calendar/*.json`: the holidays and make-up workdays of each year. Throws KnowledgeError that names the file. */
export async function loadCalendar(dir: string): Promise<ReadonlyMap<number, YearCalendar>> {
  return readCalendar(await readKnowledgeFolder(dir))
}

/** The same of files that are in memory already. */
export function readCalendar(files: KnowledgeFiles): ReadonlyMap<number, YearCalendar> {
  const years = new Map<number, YearCalendar>()
  const problems: string[] = []
  for (const name of namesIn(files, 'calendar', '.json')) {
    try {
      const year = yearCalendarSchema.parse(JSON.parse(files.get(`calendar/${name}`)!))
      if (years.has(year.year)) problems.push(`calendar/${name} year: ${year.year} 年已在另一个文件里`)
      years.set(year.year, year)
    } catch (error) {
      const found = error instanceof ZodError ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') : String(error)
      problems.push(`calendar/${name} ${found}`)
    }
  }
  if (problems.length > 0) throw new KnowledgeError('calendar', `knowledge 里有 ${problems.length} 处要改:\n${problems.join('\n')}`)
  return years
}
