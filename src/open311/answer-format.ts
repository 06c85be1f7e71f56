/** How GeoReport v2 writes its answers: XML, and JSON made from it by the Spark convention (wiki.open311.org/JSON_and_XML_Conversion). */

export const formats = ['json', 'xml'] as const
export type Format = (typeof formats)[number]

export const mediaTypes: Readonly<Record<Format, string>> = { json: 'application/json; charset=utf-8', xml: 'text/xml; charset=utf-8' }

/** What can be written; `null` is an empty element. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

/** What one of a list is called in XML. */
const singular: Readonly<Record<string, string>> = {
  services: 'service', attributes: 'attribute', values: 'value', service_requests: 'request', errors: 'error', endpoints: 'endpoint', formats: 'format',
}

/** An answer under its root element; the root of JSON has no name. */
export function writeAnswer(root: string, value: Value, format: Format): string {
  return format === 'json' ? JSON.stringify(value) : `<?xml version="1.0" encoding="utf-8"?>\n${element(root, value)}`
}

function element(name: string, value: Value): string {
  return `<${name}>${contentOf(name, value)}</${name}>`
}

function contentOf(name: string, value: Value): string {
  if (value === null) return ''
  if (isList(value)) return value.map((one) => element(singular[name] ?? 'item', one)).join('')
  if (typeof value === 'object') return Object.entries(value).map(([key, one]) => element(key, one)).join('')
  return escapeText(String(value))
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** What XML 1.0 (2.2) has no place for is left out. */
function escapeText(text: string): string {
  return text.replace(/\p{Cs}/gu, '').replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/** What GeoReport v2 calls an error: the HTTP status again, and why. */
export class Open311Error extends Error {
  constructor(readonly status: 400 | 403 | 404 | 409 | 415 | 429 | 500 | 503, readonly description: string) {
    super(description)
  }
}

export function writeErrors({ status, description }: Pick<Open311Error, 'status' | 'description'>, format: Format): string {
  return writeAnswer('errors', [{ code: status, description }], format)
}
