import { claimWish, deliver, giveBack, wishService, type Wish, type WishClaim } from '../../programmes/wish.js'
import { costsAbout, namedBy, readWishWords, type Sum, type WishWords } from '../../programmes/meant-wish.js'
import { isRefusal } from '../../requests/apply-move.js'
import { closeAndAsk } from '../../requests/follow-up.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import type { Write } from '../../store/store.js'
import { replies } from '../replies.js'
import { drawNotice, type ToldOfRequest } from '../teller.js'
import { chatOfAuthor, say, step, type Say, type Step, type Turn } from '../turn.js'
import { isShut } from './closed.js'
import { cancelOrChange } from './track.js'
import { tellWish } from './wish-form.js'
import { wishNews, wishWords as words } from './wish-words.js'

/** A list of wishes is still meant within this, ms. */
const meantForMs = 30 * 60_000
/** A phone alone is for a claim so soon after it, ms. */
const contactForMs = 48 * 3_600_000
/** Wishes named in one list, in private and in a room. */
const listed = { private: 8, group: 3 } as const

/** Words about wishes of others and claims of one's own, whatever the classifier says; `null`: nothing of the kind. `said`: the words of one matter. */
export async function meetWishes(turn: Turn, said: string, isAbout = false): Promise<Step | null> {
  const meant = readWishWords(said, { listed: isAbout || wasListed(turn), holds: turn.memory.wishes?.claimedAt != null })
  if (meant === null) return (await takeContact(turn, said)) ?? (isAbout && ofClaims.test(said) ? list(turn, null) : null)
  // What is on record is served to its end; nothing new begins in a community whose window is closed.
  if (isShut(turn) && ['list', 'claim', 'claim-nth', 'claim-named', 'claim-it', 'state', 'state-named', 'tell'].includes(meant.act)) return null
  switch (meant.act) {
    case 'list': return list(turn, meant.yuan)
    case 'claim': return claimNumbers(turn, meant.numbers)
    case 'claim-nth': return claimNumbers(turn, (turn.memory.wishes?.numbers ?? []).slice(meant.nth - 1, meant.nth))
    case 'claim-it': return turn.memory.wishes?.numbers.length === 1 ? claimNumbers(turn, turn.memory.wishes.numbers) : list(turn, null)
    case 'state-named': return tellNamed(turn, meant.words, said)
    case 'tell': return tellWish(turn, said)
    case 'claim-named': return claimNamed(turn, meant.words, said)
    case 'give-back': case 'delivered': return endClaim(turn, said, meant, isAbout || /认领/.test(said) || (meant.number !== null && /不(?:认|领)/.test(said)) || (meant.act === 'delivered' && /心愿/.test(said)) || turn.memory.wishes?.claimedAt != null)
    case 'own': return tellOwn(turn)
    case 'own-perhaps': return tellOwnNamed(turn, meant.thing)
    case 'state': return tellState(turn, meant.number)
    case 'claimed': return tellClaimed(turn)
    case 'who': return step({ kind: 'answered' }, words.nobodyTold)
    case 'withdraw': return withdrawOwn(turn)
  }
}

/** Of claims: it is no wish of one's own, whatever the classifier says. */
const ofClaims = /认领|认走|领走|(?:送|拿|交)(?:到|去|过去|给)/

/** Whether few words in a room answer the list that this person was shown there. */
export function answersWishList(turn: Turn): boolean {
  if (!wasListed(turn)) return false
  const meant = readWishWords(turn.understanding.text, { listed: true, holds: false })
  return meant?.act === 'claim' || meant?.act === 'claim-named' || meant?.act === 'claim-nth'
}

function wasListed({ memory, now }: Turn): boolean {
  const at = memory.wishes?.listedAt ?? null
  // An open question is what few words answer.
  if (memory.form !== null) return false
  // What was listed after it is what a bare number means.
  return at !== null && now - at < meantForMs && at >= (memory.activities?.at ?? 0) && at >= (memory.topics?.at ?? 0)
}

const isRoom = (turn: Turn): boolean => turn.message.chat === 'group'
const remember = (turn: Turn, more: Partial<NonNullable<Turn['memory']['wishes']>>): Pick<Turn['memory'], 'wishes'> => ({ wishes: { ...(turn.memory.wishes ?? { listedAt: null, numbers: [], claimedAt: null }), ...more } })

/** What was shown, in its order: 「第二个」 means it. */
const noteListed = (turn: Turn, wishes: readonly Wish[]): Pick<Turn['memory'], 'wishes'> => remember(turn, { listedAt: turn.now, numbers: wishes.slice(0, listed[turn.message.chat]).map(({ number }) => number) })

async function openWishes(turn: Turn): Promise<readonly Wish[]> {
  return [...(await turn.records.wishes.open())].sort((one, other) => one.number - other.number)
}

async function list(turn: Turn, sum: Sum | null): Promise<Step> {
  const all = await openWishes(turn)
  const fitting = sum === null ? all : all.filter((one) => costsAbout(one, sum))
  const lead = sum !== null && fitting.length === 0 && all.length > 0 ? words.noneOfSum : ''
  const shown = fitting.length > 0 ? fitting : all
  return step({ kind: 'answered' }, lead + listWords(turn, shown), { memory: noteListed(turn, shown) })
}

function listWords(turn: Turn, wishes: readonly Wish[]): string {
  if (wishes.length === 0) return words.none
  const shown = wishes.slice(0, listed[turn.message.chat])
  return isRoom(turn) ? words.listInRoom(shown, wishes.length) : words.list(shown, wishes.length)
}

/** The others that can be had, after what can't. */
async function left(turn: Turn, lead: string): Promise<Step> {
  const open = await openWishes(turn)
  return step({ kind: 'answered' }, open.length === 0 ? lead : `${lead}\n${listWords(turn, open)}`, { memory: noteListed(turn, open) })
}

async function claimNumbers(turn: Turn, numbers: readonly number[]): Promise<Step> {
  const found = await Promise.all(numbers.slice(0, 3).map((number) => turn.records.wishes.numbered(number)))
  const known = found.filter((wish) => wish !== null)
  return known.length === 0 ? left(turn, words.noNumber(numbers)) : claim(turn, known)
}

async function claimNamed(turn: Turn, thing: string, said: string): Promise<Step | null> {
  const all = await openWishes(turn)
  const meant = namedBy(thing, all)
  if (meant.length === 1) return claim(turn, meant)
  if (meant.length > 1) return step({ kind: 'clarifying', about: 'wish' }, words.which(meant.slice(0, listed[turn.message.chat])), { memory: noteListed(turn, meant) })
  return /心愿/.test(said) || wasListed(turn) ? left(turn, all.length === 0 ? words.none : words.noSuch) : null
}

/** Claims those that can be had; what can't be had is said. */
async function claim(turn: Turn, wishes: readonly Wish[]): Promise<Step> {
  const ids = await turn.records.identityIds()
  const claimed: { readonly wish: Wish; readonly claim: WishClaim; readonly request: ServiceRequest | null }[] = []
  const refused: string[] = []
  for (const wish of wishes) {
    const request = await turn.records.request(wish.id)
    const held = wish.claimId === null ? null : await turn.records.wishes.claim(wish.claimId)
    if (request !== null && ids.includes(request.residentId)) refused.push(isRoom(turn) ? words.taken(wish) : words.ownWish(wish))
    else if (held !== null && ids.includes(held.residentId) && wish.endedAt === null) refused.push(words.already(wish))
    else {
      const done = claimWish(wish, { claimId: turn.newId(), residentId: turn.message.author.id, to: chatOfAuthor(turn) }, turn.now)
      if (done === 'taken' || done === 'over') refused.push(done === 'taken' ? words.taken(wish) : words.over(wish))
      else claimed.push({ ...done, request })
    }
  }
  if (claimed.length === 0) return wishes.every((wish) => wish.endedAt === null && refused.includes(words.already(wish))) ? step({ kind: 'answered' }, refused.join('\n')) : left(turn, refused.join('\n'))
  const news = await Promise.all(claimed.map(async ({ wish, request }) => (request === null ? [] : tellWisher(turn, { request, text: wishNews.claimed(wish) }))))
  const writes: Write[] = [
    ...claimed.flatMap(({ wish, claim: row }): Write[] => [{ op: 'put', table: 'wishes', row: wish }, { op: 'put', table: 'wishClaims', row }]),
    ...news.flat(),
  ]
  const memory = remember(turn, { claimedAt: turn.now })
  const text = [words.claimed(claimed.map(({ wish }) => wish)), ...refused].join('\n')
  const asked = say(words.askContact, { choices: [words.noContact] })
  if (!isRoom(turn)) return { ...step({ kind: 'filed', requestId: null }, null, { writes, memory }), say: [say(text), asked] }
  const inPrivate: readonly Say[] = turn.resident.privateConversationId === null ? [] : [say(`${words.claimed(claimed.map(({ wish }) => wish))}\n${words.askContact}`, { to: 'private' })]
  return { ...step({ kind: 'filed', requestId: null }, null, { writes, memory }), say: [say(`${text}${words.restInPrivate}`), ...inPrivate] }
}

/** News to who wished it, in the commit of what they tell. */
async function tellWisher(turn: Turn, news: ToldOfRequest): Promise<readonly Write[]> {
  const chat = await turn.records.chatOfFiler(news.request)
  return chat === null ? [] : drawNotice(news, chat, { id: turn.newId(), now: turn.now }).writes
}

/** The wish meant by who gives it back or has brought it: the one named, else the only one they hold. `isSure`: the words speak of wishes; else who holds none means another thing. */
async function endClaim(turn: Turn, said: string, meant: Extract<WishWords, { act: 'give-back' | 'delivered' }>, isSure: boolean): Promise<Step | null> {
  const held = (await turn.records.wishes.claims()).filter(({ state }) => state === 'held')
  const all = (await Promise.all(held.map(async (one) => ({ claim: one, wish: await turn.records.wishes.get(one.wishId) })))).flatMap(({ claim: row, wish }) => (wish === null ? [] : [{ claim: row, wish }]))
  const of = meant.number === null ? all : all.filter(({ wish }) => wish.number === meant.number)
  const [only, ...others] = of
  if (only === undefined) return all.length > 0 || isSure ? step({ kind: 'answered' }, words.holdsNone(all.map(({ wish }) => wish))) : null
  const named = others.length > 0 ? namedBy(said, of.map((one) => ({ ...one, words: one.wish.words }))) : of
  if (others.length > 0 && named.length !== 1) return step({ kind: 'clarifying', about: 'wish' }, words.whichHeld(of.map(({ wish }) => wish), meant.act), { memory: noteListed(turn, of.map(({ wish }) => wish)) })
  const { wish, claim: row } = named[0] ?? only
  const request = await turn.records.request(wish.id)
  return meant.act === 'give-back' ? returnClaim(turn, wish, row, request) : bring(turn, wish, row, request)
}

async function returnClaim(turn: Turn, wish: Wish, held: WishClaim, request: ServiceRequest | null): Promise<Step> {
  const back = giveBack(wish, held, turn.now)
  const news = request === null ? [] : await tellWisher(turn, { request, text: wishNews.openAgain(wish) })
  return step({ kind: 'cancelled' }, words.givenBack(wish), { writes: [{ op: 'put', table: 'wishes', row: back.wish }, { op: 'put', table: 'wishClaims', row: back.claim }, ...news] })
}

async function bring(turn: Turn, wish: Wish, held: WishClaim, request: ServiceRequest | null): Promise<Step> {
  const done = deliver(wish, held, turn.message.attachments.filter(({ kind }) => kind === 'image').map(({ id }) => id), turn.now)
  const closed = request === null ? null : closeAndAsk(request, wishNews.broughtNote(wish), turn.workingTime, turn.now)
  // Staff have ended it already: its resident was asked then.
  const asked = closed === null || isRefusal(closed) ? null : closed
  const writes: readonly Write[] = [
    { op: 'put', table: 'wishes', row: done.wish }, { op: 'put', table: 'wishClaims', row: done.claim },
    ...(asked === null ? [] : [{ op: 'put', table: 'requests', row: asked } as const, ...(await tellWisher(turn, wishNews.brought(wish, asked)))]),
  ]
  return step({ kind: 'filed', requestId: null }, isRoom(turn) ? words.broughtInRoom(wish) : words.brought(wish), { writes })
}

/** A wish of one's own that is not wanted any more goes as any request goes. */
async function withdrawOwn(turn: Turn): Promise<Step | null> {
  const own = (await ownWishes(turn)).filter(isOpen)
  const [only] = own
  if (only === undefined) return step({ kind: 'answered' }, words.noneToWithdraw)
  return own.length === 1 ? cancelOrChange(turn, { intent: 'cancel_change', confidence: 1, text: `取消${only.number}`, slots: [{ name: 'ticket', value: only.number, start: 0, end: 0, normal: only.number }], ranked: [] }) : null
}

const ownWishes = async (turn: Turn): Promise<readonly ServiceRequest[]> => (await turn.records.requestsOf(turn.message.author.id)).filter(({ serviceCode }) => serviceCode === wishService)

/** How one's own wishes stand. */
async function tellOwn(turn: Turn): Promise<Step> {
  const own = await ownWishes(turn)
  return own.length === 0 ? step({ kind: 'status-given', requestId: null }, isRoom(turn) ? words.ownInRoom : words.noOwn) : tellWishes(turn, own)
}

/** The same of those that words name, or of all where they name none; `null`: the words mean no wish of theirs. */
async function tellOwnNamed(turn: Turn, thing: string | null): Promise<Step | null> {
  const own = await ownWishes(turn)
  const meant = thing === null ? own : namedBy(thing, own.map((request) => ({ request, words: `${request.description} ${request.fields.filter(({ name }) => name === 'need').map(({ value }) => value).join(' ')}` }))).map(({ request }) => request)
  return meant.length === 0 ? null : tellWishes(turn, meant)
}

/** How these wishes of one's own stand; a room does not hear whose they are. */
async function tellWishes(turn: Turn, all: readonly ServiceRequest[]): Promise<Step> {
  const own = all.slice(-3)
  const lines = await Promise.all(own.map(async (request) => {
    const wish = await turn.records.wishes.get(request.id)
    return wish === null ? (request.settledAt === null ? words.inReview(request) : replies.status(request)) : words.state(wish, true)
  }))
  const text = lines.join('\n')
  if (!isRoom(turn)) return step({ kind: 'status-given', requestId: own.at(-1)?.id ?? null }, text)
  const inPrivate = turn.resident.privateConversationId === null ? [] : [say(text, { to: 'private' })]
  return { ...step({ kind: 'status-given', requestId: null }, null), say: [say(inPrivate.length === 0 ? words.ownInRoom : words.ownSent), ...inPrivate] }
}

/** Whether one is still to be had; where it is not, those that are. */
async function tellState(turn: Turn, number: number): Promise<Step> {
  const wish = await turn.records.wishes.numbered(number)
  if (wish === null) return left(turn, words.noNumber([number]))
  if (wish.state === 'open') return step({ kind: 'answered' }, words.state(wish, false), { memory: noteListed(turn, [wish]) })
  const held = wish.claimId === null ? null : await turn.records.wishes.claim(wish.claimId)
  const isTheirs = held !== null && wish.endedAt === null && (await turn.records.identityIds()).includes(held.residentId)
  return isTheirs ? step({ kind: 'answered' }, words.already(wish)) : left(turn, words.state(wish, false))
}

/** The same by the thing; `null`: no wish is meant. */
async function tellNamed(turn: Turn, thing: string, said: string): Promise<Step | null> {
  const all = await openWishes(turn)
  const meant = namedBy(thing, all)
  const [only] = meant
  if (only === undefined) return /心愿/.test(said) ? left(turn, all.length === 0 ? words.none : words.noSuch) : null
  return step({ kind: 'answered' }, meant.length === 1 ? words.state(only, false) : listWords(turn, meant), { memory: noteListed(turn, meant) })
}

/** What somebody claimed, in private. */
async function tellClaimed(turn: Turn): Promise<Step> {
  if (isRoom(turn)) return step({ kind: 'clarifying', about: 'private' }, words.claimedInPrivate)
  const claims = (await turn.records.wishes.claims()).filter(({ state }) => state !== 'given-back')
  const wishes = (await Promise.all(claims.map(({ wishId }) => turn.records.wishes.get(wishId)))).filter((wish) => wish !== null)
  return step({ kind: 'answered' }, words.record(wishes), { memory: remember(turn, wishes.some(({ endedAt }) => endedAt === null) ? { claimedAt: turn.now } : {}) })
}

const declinesContact = /^(?:我|就|还是|先)?(?:不|别)(?:用|想|方便|要)?(?:留|给)(?:了|电话|号码|手机)*[吧了。.!！~]*$/u

/** A phone by itself, or that none is left, soon after a claim. */
async function takeContact(turn: Turn, said: string): Promise<Step | null> {
  if (isRoom(turn) || turn.memory.form !== null || [...said].length > 24) return null
  if (!/\d{7}/.test(said.replace(/[\s-]/g, '')) && !declinesContact.test(said)) return null
  const slots = turn.readSlots(said)
  const phone = slots.find(({ name }) => name === 'phone')
  if (phone === undefined ? !declinesContact.test(said) : !isOnlyContact(said, phone.value)) return null
  const open = (await turn.records.wishes.claims()).filter(({ state, claimedAt }) => state === 'held' && turn.now - claimedAt < contactForMs)
  if (open.length === 0) return null
  if (phone === undefined) return step({ kind: 'answered' }, words.contactDeclined)
  const name = slots.find((slot) => slot.name === 'name')?.value ?? null
  return step({ kind: 'filed', requestId: null }, words.contactKept, { writes: open.map((one) => ({ op: 'put', table: 'wishClaims', row: { ...one, contact: { name: name ?? one.contact?.name ?? null, phone: phone.normal ?? phone.value, at: turn.now } } })) })
}

function isOnlyContact(said: string, phone: string): boolean {
  return [...said.replace(phone, '').replace(/电话|手机|号码|号|联系|打|我|俺|的|是|就|叫|姓|这个|可以|行|吧|哈|[，,。：:！!\s]/gu, '')].length <= 4
}
