import type { InboundMessage, WholeReport } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import { asReport } from '../conversation/filing.js'
import type { Service } from '../requests/services.js'
import { Open311Error } from './answer-format.js'
import { pointSlot } from './request-view.js'
import { valueOf, type Parameters } from './search.js'
import { missingAttributes } from './services.js'

/** Longest description, characters (GeoReport v2, POST Service Request). */
const longestDescription = 4_000

/** Longest of any other parameter, characters. */
const longestValue = 500

/** What a client sends to file a request, checked. */
export interface SentReport {
  readonly service: Service
  readonly description: string
  readonly address: string | null
  readonly point: readonly [lat: number, long: number] | null
  readonly attributes: readonly { readonly name: string; readonly value: string }[]
  readonly contact: { readonly name: string | null; readonly phone: string | null; readonly email: string | null }
  readonly mediaUrl: string | null
}

/** Reads the parameters of a POST. Throws Open311Error that names what is missing or wrong. */
export function readReport(given: Parameters, offered: readonly Service[]): SentReport {
  const code = valueOf(given, 'service_code')
  if (code === null) throw new Open311Error(400, 'service_code was not provided')
  const service = offered.find((one) => one.code === code)
  if (service === undefined) throw new Open311Error(404, 'service_code was not found')
  const attributes = attributesOf(given)
  const missing = missingAttributes(service, new Set(attributes.map(({ name }) => name)))
  if (missing.length > 0) throw new Open311Error(400, `${missing.map(({ slot }) => `attribute[${slot}]`).join(', ')} was not provided`)
  const description = text(given, 'description', longestDescription) ?? attributes.find(({ name }) => name === 'object')?.value ?? null
  if (description === null && service.fields.some(({ slot, required }) => slot === 'object' && required)) throw new Open311Error(400, 'description was not provided')
  const address = text(given, 'address_string', longestValue)
  const point = pointOf(given)
  if (address === null && point === null) {
    throw new Open311Error(400, valueOf(given, 'address_id') === null ? 'lat and long, or address_string, was not provided' : 'address_id is not used here: send address_string or lat and long')
  }
  const names = [text(given, 'last_name', longestValue), text(given, 'first_name', longestValue)].filter((one) => one !== null)
  return {
    service, description: description ?? service.name, address, point, attributes,
    contact: { name: names.length === 0 ? null : names.join(names.some((one) => /[a-z]/i.test(one)) ? ' ' : ''), phone: text(given, 'phone', longestValue), email: text(given, 'email', longestValue) },
    mediaUrl: mediaOf(given),
  }
}

/** The report as a message of this way in. `token` is what the client follows it by until it has a number. */
export function messageOf({ service, description, address, point, attributes, contact, mediaUrl }: SentReport, given: { readonly communityId: CommunityId; readonly token: string; readonly keyName: string; readonly now: number }): InboundMessage & { readonly report: WholeReport } {
  const fields = [
    ...attributes, ...(point === null ? [] : [pointSlot(...point)]),
    ...(contact.name === null ? [] : [{ name: 'name', value: contact.name }]), ...(contact.phone === null ? [] : [{ name: 'phone', value: contact.phone }]),
  ]
  // Staff read these beside the words; the request itself holds no mail address.
  const besides = [
    ...(address === null ? [] : [`地点：${address}`]), ...(point === null ? [] : [`位置：${point.join(', ')}`]), ...attributes.map(({ name, value }) => `${service.fields.find(({ slot }) => slot === name)?.label ?? name}：${value}`),
    ...(contact.phone === null ? [] : [`电话：${contact.phone}`]), ...(contact.email === null ? [] : [`邮箱：${contact.email}`]), ...(mediaUrl === null ? [] : [`照片：${mediaUrl}`]),
  ]
  return asReport('open311', given.communityId, {
    reference: given.token, eventId: given.token, name: contact.name, now: given.now, text: [description, ...besides].join('\n'),
    report: { serviceCode: service.code, description, address: address ?? (point === null ? null : `地图位置 ${point.join(', ')}`), fields, origin: `由「${given.keyName}」经开放接口（Open311）提交` },
  })
}

function text(given: Parameters, name: string, longest: number): string | null {
  const value = valueOf(given, name)
  if (value !== null && [...value].length > longest) throw new Open311Error(400, `${name} is longer than ${longest} characters`)
  return value
}

/** `attribute[code]=value`, and `attribute[code][]=value` for several. */
function attributesOf(given: Parameters): SentReport['attributes'] {
  return [...given].flatMap(([key, values]) => {
    const name = /^attribute\[([a-z_]{1,40})\](?:\[\])?$/.exec(key)?.[1]
    if (name === undefined) return []
    const value = values.join('、')
    if (value.length > longestValue) throw new Open311Error(400, `attribute[${name}] is longer than ${longestValue} characters`)
    return [{ name, value }]
  })
}

function pointOf(given: Parameters): SentReport['point'] {
  const [lat, long] = [valueOf(given, 'lat'), valueOf(given, 'long')]
  if (lat === null && long === null) return null
  if (lat === null || long === null) throw new Open311Error(400, 'lat and long have to be sent together')
  const isNumber = (value: string, most: number): boolean => /^-?\d{1,3}(\.\d{1,15})?$/.test(value) && Math.abs(Number(value)) <= most
  if (!isNumber(lat, 90) || !isNumber(long, 180)) throw new Open311Error(400, 'lat and long have to be degrees (WGS84)')
  return [Number(lat), Number(long)]
}

/** An address for people to open; we never fetch it ourselves. */
function mediaOf(given: Parameters): string | null {
  const value = text(given, 'media_url', 2_000)
  if (value === null) return null
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) throw new Open311Error(400, 'media_url has to be an address of http or https')
  return value
}
