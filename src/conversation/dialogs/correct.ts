import { readCorrection } from '../../nlu/answers.js'
import type { Matter, Slot } from '../../nlu/understanding.js'
import { isOnlyPlace } from '../matters.js'
import { buildingNumber, mergePlace, placePiece, replacePlace } from '../../requests/place.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { ownerAtPlace } from '../first-owner.js'
import { replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'
import { keyWhereCorrected } from './file.js'

/** How long 「不对,是2栋」 still means the request filed last, ms. */
const correctableMs = 60 * 60_000
/** How long a piece of a place said by itself still belongs to it, ms. */
const pieceMs = 10 * 60_000

/** Words by which a message corrects what was said before. */
const corrects = /不对|错了|写错|说错|打错|报错|不是.{1,10}(是|,|，)|是.{1,14}不是|应该是|更正|改成/

/** Changes what the last request says, where the message sounds like a correction and holds new words; `null` when not. */
export async function correctFirst(turn: Turn, matter: Matter): Promise<Step | null> {
  return corrects.test(asMandarin(turn.understanding.text)) ? correct(turn, matter) : null
}

/** 「2单元的」 soon after a report says more of its place. */
export async function addPlace(turn: Turn): Promise<Step | null> {
  const phone = phoneLeft(turn)
  const called = phone === null || turn.memory.lastRequest?.filed !== true ? null : await lastOwn(turn, pieceMs)
  if (phone !== null && called !== null) return change(turn, called, [phone])
  const [only] = turn.understanding.matters
  const whole = only && turn.understanding.matters.length === 1 && isOnlyPlace(only) ? only.slots.find((slot) => slot.name === 'addr') : undefined
  const piece = doorNextTo(turn.understanding.text) ?? placePiece(turn.understanding.text) ?? whole?.value ?? null
  const request = piece === null ? null : await lastOwn(turn, pieceMs)
  // A building said after a building may be another fault's; after none it is this one's.
  if (piece !== null && request !== null && whole && turn.memory.lastRequest?.filed === true && !/\d|[一二三四五六七八九十]/.test(request.address ?? '')) return change(turn, request, [whole])
  // 「五号楼一单元门口」 after 「五号楼」 says where in it.
  const finer = isFinerPlace(turn, only) ? turn.understanding.text.replace(/\s+/g, '') : null
  const sameOne = finer === null ? null : await lastOwn(turn, pieceMs)
  if (finer !== null && sameOne !== null && turn.memory.lastRequest?.filed === true && sameOne.address !== null && only !== undefined && sameBuilding(sameOne, only)) return change(turn, sameOne, [{ name: 'addr', value: finer.replace(/^(就?是|就?在)|(那儿|那边|那里|的)$/g, ''), start: 0, end: 0 }])
  if (piece === null || request === null || request.address === null || turn.memory.lastRequest?.filed !== true) return null
  return change(turn, request, [{ name: 'addr', value: piece, start: 0, end: 0 }])
}

function isFinerPlace({ understanding: { matters } }: Turn, only: Matter | undefined): only is Matter {
  if (only === undefined || matters.length !== 1 || !only.slots.some((slot) => slot.name === 'addr')) return false
  const rest = only.slots.filter((slot) => slot.name === 'addr' || slot.name === 'place').reduce((text, slot) => text.replace(slot.value, ''), only.text)
  return rest.replace(/门口|楼下|楼上|楼道|旁边|前面|后面|拐角|里面|外面|那[儿边里]|[就是在的，,。.！!\s]/g, '') === ''
}

function sameBuilding(request: ServiceRequest, { slots }: Matter): boolean {
  const said = slots.filter((slot) => slot.name === 'addr').map((slot) => buildingNumber(slot.normal ?? slot.value)).find((number) => number !== null)
  const known = request.fields.filter((slot) => slot.name === 'addr').map((slot) => buildingNumber(slot.normal ?? slot.value)).find((number) => number !== null)
  return said !== undefined && said === known
}

/** 「电话留给你 138…」, and nothing else. */
function phoneLeft(turn: Turn): Slot | null {
  const { text } = turn.understanding
  const phone = turn.readSlots(text).find((slot) => slot.name === 'phone')
  return phone !== undefined && turn.message.chat === 'private' && /^(我的?|给你|留个?|这是)*(电话|手机号?|号码|联系方式)?(我?留给?你们?|是|打|给你们?|[：:，,。\s])*$/.test(text.replace(phone.value, '')) ? phone : null
}

/** 「是楼上501」「隔壁502那家」: the door that it comes from. */
function doorNextTo(text: string): string | null {
  const door = /^(?:就?是|应该是|好像是|在)?(楼上|楼下|隔壁|对门)?(?:的)?(\d{3,4})(室|户|号)?(?:的|那?家|那户|住户)*[。.！!]?$/.exec(text.trim())
  return door?.[2] === undefined || (door[1] === undefined && !/^[就是应好在]/.test(text)) ? null : `${door[2]}室`
}

/** Changes what the last request says, when new words for a field of it are given; `null` when none are. */
export async function correct(turn: Turn, matter: Matter): Promise<Step | null> {
  const request = await lastOwn(turn, correctableMs)
  if (request === null) return null
  const text = asMandarin(turn.understanding.text)
  const changed = correctedSlots(text, turn.understanding.matters.flatMap((one) => one.slots).concat(matter.slots), turn.now)
  if (changed.length > 0) return change(turn, request, changed)
  const correction = readCorrection(text, turn.now)
  if (correction?.from == null || !request.description.includes(correction.from)) {
    const said = /^(?:不对|错了|[说写打报]错了?)[，,。\s]*(.{2,})$/.exec(text)?.[1]
    return said === undefined ? null : change(turn, { ...request, description: `${request.description}（更正：${said}）` }, [{ name: 'object', value: said.slice(0, 60), start: 0, end: 0 }])
  }
  return change(turn, { ...request, description: `${request.description}（更正：是${correction.to}，不是${correction.from}）` }, [{ name: 'object', value: correction.to, start: 0, end: 0 }])
}

async function lastOwn(turn: Turn, withinMs: number): Promise<ServiceRequest | null> {
  const last = turn.memory.lastRequest
  if (last === null || turn.now - last.at > withinMs) return null
  const request = await turn.records.request(last.id)
  return request && isOpen(request) && request.residentId === turn.message.author.id ? request : null
}

async function change(turn: Turn, request: ServiceRequest, changed: readonly Slot[]): Promise<Step> {
  const place = changed.find((slot) => slot.name === 'addr')
  const address = place ? placed(request.address, place.value) : request.address
  const normal = place === undefined || address === null ? null : (turn.readSlots(address).find((slot) => slot.name === 'addr')?.normal ?? null)
  const names = new Set(changed.map((slot) => slot.name))
  const replaced = request.fields.filter((slot) => names.has(slot.name) && slot.name !== 'addr')
  let description = place && request.address !== null && address !== null ? replacePlace(request.description, request.address, address) : request.description
  for (const old of replaced) {
    const now = changed.find((slot) => slot.name === old.name)
    if (now && (old.name === 'phone' || old.name === 'name')) description = description.replaceAll(old.value, now.value)
  }
  const moved: ServiceRequest = {
    ...request,
    address,
    owner: place ? await ownerAtPlace(turn, request, { address, normal }) : request.owner,
    description,
    fields: [...request.fields.filter((slot) => !names.has(slot.name)), ...changed.map((slot) => (slot.name === 'addr' && address !== null ? { name: slot.name, value: address, start: 0, end: 0, ...(normal === null ? {} : { normal }) } : slot))],
    updatedAt: turn.now,
    history: [...request.history, { at: turn.now, actor: { kind: 'resident', id: turn.message.author.id }, from: request.status, to: request.status, note: `居民更正：${changed.map((slot) => slot.value).join('、').slice(0, 60)}` }],
  }
  const row: ServiceRequest = place ? { ...moved, placeKey: await keyWhereCorrected(turn, moved) } : moved
  return step({ kind: 'filed', requestId: request.id }, replies.changed(row), {
    writes: [{ op: 'put', table: 'requests', row }],
    memory: { lastRequest: { id: request.id, at: turn.now, filed: true } },
  })
}

/** A building told after 「楼上501」 keeps the door. */
function placed(known: string | null, said: string): string {
  const door = known !== null && buildingNumber(known) === null && /^\d{1,3}(?:栋|幢|号楼|座)(?:\d单元)?$/.test(said) ? /\d{3,4}(?!\d)/.exec(known)?.[0] : undefined
  if (door !== undefined) return `${said}${door}室`
  // The door says better where than 「楼上」 does.
  return mergePlace(/^\d{3,4}室?$/.test(said) ? (known?.replace(/(?:楼上|楼下|隔壁|对门)$/, '') ?? null) : known, said)
}

/** 「系5座唔系3座」 corrects as 「是5座不是3座」 does. */
function asMandarin(text: string): string {
  return /唔[系係]/.test(text) ? text.replace(/唔[系係]/g, '，不是').replace(/[系係]/g, '是') : text
}

/** 「周四有事，改周五上午」: of several times those that it is moved to; `null` where nothing is moved, or only one is named. */
function movedTo(text: string, slots: readonly Slot[]): readonly Slot[] | null {
  const times = slots.filter(({ name }) => name === 'time')
  const at = [...text.matchAll(/改|换|挪|推|提前|调/g)].at(-1)?.index
  const after = at === undefined ? [] : times.filter(({ value }) => text.indexOf(value, at) >= 0)
  return after.length > 0 && after.length < times.length ? after : null
}

/** The new words of a message that corrects: of 「是16栋不是6栋」 only 16栋; of 「是1单元」 the unit. */
export function correctedSlots(text: string, slots: readonly Slot[], now: number): Slot[] {
  const correction = readCorrection(text, now)
  const denied = [...text.matchAll(/不是(?:在)?\s*([^，,。！!；;\s]{1,14})/g)].map((match) => match[1] ?? '').concat(correction?.from ?? [])
  const isDenied = (value: string): boolean => denied.some((old) => old !== '' && old !== correction?.to && (old.startsWith(value) || value.startsWith(old)))
  const kept: Slot[] = []
  const add = (slot: Slot): void => {
    if (!isDenied(slot.value) && !kept.some((known) => known.name === slot.name && known.value.includes(slot.value))) kept.push(slot)
  }
  const moved = movedTo(text, slots)
  const isLeft = (slot: Slot): boolean => slot.name === 'time' && moved !== null && !moved.includes(slot)
  for (const slot of slots) if (['addr', 'object', 'phone', 'name', 'need', 'time', 'age', 'person'].includes(slot.name) && !isLeft(slot)) add(slot)
  if (correction !== null && correction.slot !== null && !kept.some((slot) => slot.name === correction.slot)) {
    add({ name: correction.slot, value: correction.to, start: 0, end: 0, ...(correction.normal === undefined ? {} : { normal: correction.normal }) })
  }
  const door = correction !== null && correction.slot === null && /^\d{3,4}$/.test(correction.to) ? `${correction.to}室` : null
  const piece = kept.some((slot) => slot.name === 'addr') ? null : (door ?? placePiece(correction?.to ?? text))
  if (piece !== null) add({ name: 'addr', value: piece, start: 0, end: 0 })
  return kept
}
