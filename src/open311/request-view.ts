import { redact } from '../privacy.js'
import { pendingOffer } from '../requests/apply-move.js'
import type { Due } from '../requests/clock.js'
import { withoutDoors } from '../requests/place.js'
import { isOpen, statusName, type ServiceRequest } from '../requests/service-request.js'
import type { Service } from '../requests/services.js'
import { changedAt } from './search.js'

/** A request as GeoReport v2 lists it (GET Service Requests). */
export interface Open311Request {
  readonly service_request_id: string
  readonly status: 'open' | 'closed'
  readonly status_notes: string
  readonly service_name: string
  readonly service_code: string
  readonly description: string | null
  readonly agency_responsible: string
  readonly service_notice: string | null
  readonly requested_datetime: string
  readonly updated_datetime: string
  readonly expected_datetime: string | null
  readonly address: string | null
  readonly address_id: null
  readonly zipcode: null
  readonly lat: number | null
  readonly long: number | null
  readonly media_url: null
}

/** Mail addresses: they come by this way only, so that the other masks need not know them. */
const mail = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+/gu

/** Where a report was put on the map: a geo URI (RFC 5870) in the place it names. */
const geo = /^geo:(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/

/**
 * What everybody may read of a request, or, with `withDetails`, who holds a key for it. Nobody's name, number or door is in
 * either. What was said in a talk is not published: its words and place are details. What came in by this way was
 * published by whoever sent it.
 */
export function toOpen311Request(request: ServiceRequest, given: { readonly service: Service | null; readonly communityName: string; readonly due: Due; readonly withDetails: boolean }): Open311Request {
  const shows = given.withDetails || request.channel === 'open311'
  const offered = pendingOffer(request)?.to
  const point = shows ? pointOf(request) : null
  return {
    service_request_id: request.number,
    status: isOpen(request) ? 'open' : 'closed',
    status_notes: statusName(request.status).replaceAll('您', '居民'),
    service_name: request.serviceName,
    service_code: request.serviceCode,
    description: shows ? masked(request.description) : null,
    // Whose desk it lies on is a person's name: the unit is named.
    agency_responsible: offered?.kind === 'unit' ? offered.name : (given.service?.agency ?? given.communityName),
    service_notice: given.service === null || given.service.about === '' ? null : given.service.about,
    requested_datetime: w3cTime(request.filedAt),
    updated_datetime: w3cTime(changedAt(request)),
    expected_datetime: given.due.kind === 'running' ? w3cTime(given.due.dueAt) : null,
    address: shows && request.address !== null ? masked(request.address) : null,
    address_id: null,
    zipcode: null,
    lat: point?.[0] ?? null,
    long: point?.[1] ?? null,
    media_url: null,
  }
}

/** The slot of a point on the map. */
export function pointSlot(lat: number, long: number): { readonly name: 'place'; readonly value: string; readonly normal: string } {
  return { name: 'place', value: `${lat}, ${long}`, normal: `geo:${lat},${long}` }
}

function pointOf({ fields }: ServiceRequest): readonly [lat: number, long: number] | null {
  for (const { normal } of fields) {
    const found = geo.exec(normal ?? '')
    if (found?.[1] !== undefined && found[2] !== undefined) return [Number(found[1]), Number(found[2])]
  }
  return null
}

function masked(text: string): string {
  return redact(withoutDoors(text.replace(mail, '[邮箱]')))
}

/** `2026-11-23T08:05:00+08:00`. */
export function w3cTime(at: number): string {
  return `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
