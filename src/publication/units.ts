/** Files that people change piece by piece; any other is one piece. */
const communityFile = /^communities\/[^/]+\.json$/
const serviceFile = /^services\/[^/]+\.json$/

/** Lists of a community whose entries are pieces of their own, with what tells one entry from another. */
const lists: Readonly<Record<string, string>> = { facts: 'id', grids: 'name', bookables: 'id' }

/** The key of a file that is one piece. */
export const wholeFile = ''

/**
 * A file in the pieces that two people may change without being in each other's way, in their order: of a community each fact
 * (`facts hours`), each grid (`grids 第一网格`), each thing to book (`bookables window`) and each other entry (`hours`), of services each service and checklist by its
 * code. The values are JSON.
 */
export function unitsOf(path: string, text: string): ReadonlyMap<string, string> {
  if (communityFile.test(path)) return communityUnits(JSON.parse(text) as Readonly<Record<string, unknown>>)
  if (serviceFile.test(path)) {
    const parsed: unknown = JSON.parse(text)
    return new Map((Array.isArray(parsed) ? parsed : [parsed]).map((entry: Readonly<Record<string, unknown>>) => [String(entry['code'] ?? entry['checklist']), JSON.stringify(entry)]))
  }
  return new Map([[wholeFile, text]])
}

function communityUnits(file: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(file).flatMap(([key, value]): [string, string][] => {
    const id = lists[key]
    if (id === undefined || !Array.isArray(value)) return [[key, JSON.stringify(value)]]
    return value.map((entry: Readonly<Record<string, unknown>>) => [`${key} ${String(entry[id])}`, JSON.stringify(entry)])
  }))
}

/** The file that the pieces make. */
export function joinUnits(path: string, units: ReadonlyMap<string, string>): string {
  if (communityFile.test(path)) {
    const file: Record<string, unknown> = {}
    for (const [key, value] of units) {
      const list = Object.keys(lists).find((name) => key.startsWith(`${name} `))
      if (list === undefined) file[key] = JSON.parse(value)
      else file[list] = [...((file[list] as readonly unknown[] | undefined) ?? []), JSON.parse(value)]
    }
    // Of the lists these two have to be there.
    for (const name of ['facts', 'grids']) file[name] ??= []
    return `${JSON.stringify(file, null, 2)}\n`
  }
  if (serviceFile.test(path)) return `${JSON.stringify([...units.values()].map((value): unknown => JSON.parse(value)), null, 2)}\n`
  return units.get(wholeFile) ?? ''
}
