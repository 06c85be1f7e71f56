import { XMLParser } from 'fast-xml-parser'

/** A client of GeoReport v2, written from the specification alone (wiki.open311.org/GeoReport_v2): it knows nothing of this server. */
export interface GeoReportClient {
  get(path: string, query?: Readonly<Record<string, string>>): Promise<GeoReportAnswer>
  post(form: Readonly<Record<string, string>> | URLSearchParams, headers?: Readonly<Record<string, string>>): Promise<GeoReportAnswer>
}

export interface GeoReportAnswer {
  readonly status: number
  readonly type: string
  readonly text: string
  /** A list of plain objects, or the one object of a definition; errors are a list as well. */
  readonly value: unknown
  /** The same as rows. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** Elements of which there may be any number, also one. */
const lists = ['service', 'attribute', 'value', 'request', 'error', 'endpoint', 'format']

const parser = new XMLParser({ parseTagValue: false, isArray: (name, path) => lists.includes(name) && !String(path).endsWith('.format.format'), ignoreDeclaration: true })

export function geoReportClient(base: string, format: 'json' | 'xml'): GeoReportClient {
  async function answered(response: Response): Promise<GeoReportAnswer> {
    const text = await response.text()
    const value: unknown = format === 'json' ? JSON.parse(text) : unwrap(parser.parse(text))
    return { status: response.status, type: response.headers.get('content-type') ?? '', text, value, rows: (Array.isArray(value) ? value : [value]) as GeoReportAnswer['rows'] }
  }

  return {
    get: async (path, query = {}) => answered(await fetch(`${base}/${path}.${format}?${new URLSearchParams(query).toString()}`)),
    post: async (form, headers = {}) => answered(await fetch(`${base}/requests.${format}`, {
      method: 'POST', body: new URLSearchParams(form).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers },
    })),
  }
}

/** The one root, and in a list the rows themselves. */
function unwrap(parsed: unknown): unknown {
  const [root] = Object.values(parsed as Record<string, unknown>)
  const [inner, ...others] = typeof root === 'object' && root !== null ? Object.values(root) : []
  return others.length === 0 && Array.isArray(inner) ? inner : root === '' ? [] : root
}
