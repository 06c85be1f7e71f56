import { readFile } from 'node:fs/promises'

/** What a route answers at one status: JSON of a form, a file of a kind, or nothing. */
export interface DescribedAnswer {
  readonly schema?: object
  readonly media?: string
}

export interface DescribedAnswers {
  /** `url` as the route is named; `*` for one part that only the running server knows. */
  readonly routes: readonly { readonly method: string; readonly url: string; readonly answers: Readonly<Record<string, DescribedAnswer>> }[]
  /** The named forms, under `#/components/schemas`. */
  readonly schemas: Readonly<Record<string, object>>
}

/** What every route answers, as scripts/describe-answers.mjs has read it from the handlers' types. */
export async function readAnswers(): Promise<DescribedAnswers> {
  return JSON.parse(await readFile(new URL('./answers.json', import.meta.url), 'utf8')) as DescribedAnswers
}

/** The answers of one route; `null` where none were read. */
export function answersOf({ routes }: DescribedAnswers, method: string, url: string): Readonly<Record<string, DescribedAnswer>> | null {
  const parts = url.split('/')
  const isIt = (known: string): boolean => {
    const own = known.split('/')
    return own.length === parts.length && own.every((part, at) => part === parts[at] || (part === '*' && parts[at] !== undefined))
  }
  return (routes.find((one) => one.method === method && one.url === url) ?? routes.find((one) => one.method === method && isIt(one.url)))?.answers ?? null
}
