import type { Service, ServiceField } from '../requests/services.js'

/** An entry of the service list of Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2, GET Service List). */
export interface Open311Service {
  readonly service_code: string
  readonly service_name: string
  readonly description: string
  readonly metadata: boolean
  readonly type: 'realtime'
  readonly keywords: string
  readonly group: string
}

/** The definition of one service there (GET Service Definition). */
export interface Open311Definition {
  readonly service_code: string
  readonly attributes: readonly Open311Attribute[]
}

interface Open311Attribute {
  readonly variable: boolean
  readonly code: string
  readonly datatype: 'string' | 'number' | 'datetime' | 'singlevaluelist'
  readonly required: boolean
  readonly datatype_description: string
  /** From 1. */
  readonly order: number
  readonly description: string
  readonly values?: readonly { readonly key: string; readonly name: string }[]
}

export function toOpen311Service(service: Service): Open311Service {
  return {
    service_code: service.code, service_name: service.name, description: service.about === '' ? service.name : service.about,
    metadata: service.fields.length > 0, type: 'realtime', keywords: service.words.join(','), group: service.group,
  }
}

export function toOpen311Definition(service: Service): Open311Definition {
  return { service_code: service.code, attributes: service.fields.map((field, i) => attributeOf(field, i + 1)) }
}

function attributeOf(field: ServiceField, order: number): Open311Attribute {
  const values = field.options.map(({ value }) => ({ key: value, name: value }))
  return {
    variable: true, code: field.slot, datatype: datatypeOf(field), required: field.required && field.when === undefined, datatype_description: field.why, order, description: field.question,
    ...(values.length > 0 ? { values } : {}),
  }
}

function datatypeOf({ slot, options }: ServiceField): Open311Attribute['datatype'] {
  if (options.length > 0) return 'singlevaluelist'
  if (slot === 'time') return 'datetime'
  return slot === 'count' || slot === 'age' ? 'number' : 'string'
}

/** Services that may be asked for by this way: nothing about a person's private life, nothing that takes a time from a calendar, no complaint about staff. */
export function offeredServices(services: readonly Service[]): readonly Service[] {
  return services.filter(({ disclosure, books, owner }) => disclosure === 'public' && !books && owner !== 'lead')
}

/** Answers that a report has to bring by name: its place and its words stand in parameters of their own. */
export function missingAttributes(service: Service, given: ReadonlySet<string>): readonly ServiceField[] {
  return service.fields.filter(({ slot, required, when }) => required && when === undefined && slot !== 'addr' && slot !== 'object' && !given.has(slot))
}
