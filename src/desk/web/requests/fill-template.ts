import type { RequestDetail } from '../../api-types.js'
import { sayDate, sayExactly } from '../live/time.js'
import { clockWords, templateFields as fields } from '../words/requests.js'

/** What a template may leave open, for this request and this person. */
export function valuesFor({ request, clock }: Pick<RequestDetail, 'request' | 'clock'>, myName: string, now: number): Readonly<Record<string, string>> {
  return {
    [fields.number]: request.number, [fields.service]: request.serviceName, [fields.address]: request.address ?? '', [fields.name]: myName,
    [fields.term]: clock.kind === 'running' ? clockWords.promise(sayExactly(clock.dueAt)) : '', [fields.today]: sayDate(now),
  }
}

/** The template with what stands in braces filled in; what nobody knows stays as it is, to be written by hand. */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([^{}]{1,10})\}/gu, (whole, name: string) => values[name] ?? whole).trim()
}
