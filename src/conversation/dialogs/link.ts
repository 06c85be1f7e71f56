import type { ChannelName } from '../../channels/channel.js'
import { countWrong, everybody, hashLinkCode, isLive, issueWrites, linkCodeHoldsMs, mayTry, type LinkCode } from '../../residents/codes.js'
import { linkWrites, unlinkWrites } from '../../residents/identities.js'
import type { Write } from '../../store/store.js'
import { draftLastsMs, readMemory, type Form } from '../memory.js'
import { noticeRow, noticeWrites } from '../notices.js'
import type { Conversation } from '../records.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { resumeForm } from './form.js'

/** One person on two channels: a code shown on one and typed on the other (绑定), and its end (解绑). */

const asksForCode = /^(我?(想|要))?(绑定|绑个号|绑一下|绑定码|(给我|发)一?个绑定码|换(个|一个|台)?(地方|手机|电脑|微信|账号|号)(接着|继续)(办|说|弄|用))[吧呗啊]?$/
const asksToUnlink = /^(我?(想|要))?(解绑|解除绑定|取消绑定|不绑(定)?了)[吧呗啊]?$/
const typedCode = /^(?:绑定|关联)码?[\s:：是]*(\d{3})[\s-]?(\d{3})$/
const bareCode = /^(\d{3})[\s-]?(\d{3})$/

const channelWords: Readonly<Record<ChannelName, string>> = { wechat: '微信', lark: '飞书', web: '网页', memory: '这里', open311: '开放接口', exchange: '上级平台' }

const minutes = linkCodeHoldsMs / 60_000
const words = {
  inPrivate: '绑定要一对一办：请私聊我发「绑定」。',
  exposed: '绑定码别发在群里。这个码已经作废，请私聊我发「绑定」领新的。',
  shown: (code: string): string => `您的绑定码：${code}。${minutes}分钟内在另一边（微信、飞书或网页）私聊我发「绑定 ${code}」，两边就认得是您一个人，报过的事都看得到。\n这个码只能用一次，别告诉别人。`,
  wrong: '这个绑定码不对、用过了或者过了时间。请在另一边再发一次「绑定」，领个新的。',
  tooOften: '试错的次数太多了，请过十分钟再试，或者回「人工」。',
  here: '这个码要在另一边发：微信、飞书或者网页，换一处私聊我发「绑定」加这个码。',
  already: '这两边早就绑在一起了，不用再绑。',
  tooMany: '绑定的地方太多了，请先在不用的那边发「解绑」。',
  linked: (there: string, count: number): string => `绑好了，和您的${there}是一个人了。${count === 0 ? '' : `您报过的${count}件事这边也看得到，`}以后有消息发到您最近说话的那一边。要分开就回「解绑」。`,
  linkedThere: (here: string): string => `您的${here}已经和这边绑定，两边看得到同样的工单。不是您本人绑的，请马上回「解绑」，再回「人工」。`,
  notLinked: '这边没有绑定过别处，不用解。要绑定请发「绑定」。',
  unlinked: '解绑好了。以后这边和另一边各看各的；在哪边办的事，还在哪边看。',
  goesOn: '刚才没办完的，接着来：',
} as const

/** What a line says of linking; `null` where it is about something else. A bare code counts only where it is a live one. */
export async function meetLinking(turn: Turn): Promise<Step | null> {
  const text = wordsOf(turn)
  if (turn.message.chat === 'group') return inRoom(turn, text)
  const typed = codeIn(typedCode, text)
  if (typed !== null) return redeem(turn, typed, true)
  const bare = turn.memory.form === null ? codeIn(bareCode, text) : null
  if (bare !== null) return redeem(turn, bare, false)
  if (asksForCode.test(text)) return issue(turn)
  return asksToUnlink.test(text) ? unlink(turn) : null
}

/** Whether a line in a room shows a code to all: it has to be spent before somebody else uses it. */
export function showsCode(turn: Turn): boolean {
  return turn.message.chat === 'group' && codeIn(typedCode, wordsOf(turn)) !== null
}

function wordsOf(turn: Turn): string {
  return turn.message.text.normalize('NFKC').replace(/^@\S+\s*/, '').trim().replace(/[。.!！~～]+$/, '')
}

function codeIn(pattern: RegExp, text: string): string | null {
  const match = pattern.exec(text)
  return match?.[1] === undefined || match[2] === undefined ? null : match[1] + match[2]
}

async function inRoom(turn: Turn, text: string): Promise<Step | null> {
  const code = codeIn(typedCode, text)
  if (code !== null) {
    const row = await turn.records.identities.code(hashLinkCode(turn.community.id, code))
    const writes: Write[] = row !== null && isLive(row, turn.now) ? [{ op: 'put', table: 'linkCodes', row: { ...row, usedAt: turn.now } }] : []
    return step({ kind: 'clarifying', about: 'private' }, words.exposed, { writes })
  }
  return asksForCode.test(text) || asksToUnlink.test(text) ? step({ kind: 'clarifying', about: 'private' }, words.inPrivate) : null
}

async function issue(turn: Turn): Promise<Step> {
  const { identities } = turn.records
  const before = await identities.codesOf(turn.message.author.id)
  for (;;) {
    const code = turn.newCode()
    const id = hashLinkCode(turn.community.id, code)
    const given = { id, residentId: turn.message.author.id, conversationId: turn.message.conversationId, staffId: null }
    const writes = issueWrites(given, before, await identities.code(id), turn.now)
    // Somebody else holds these digits now.
    if (writes === null) continue
    return step({ kind: 'answered' }, words.shown(code), { writes })
  }
}

async function redeem(turn: Turn, code: string, isSaid: boolean): Promise<Step | null> {
  const { identities } = turn.records
  const author = turn.message.author.id
  const [mine, all] = await Promise.all([identities.wrong(author), identities.wrong(everybody)])
  if (!mayTry(author, mine, turn.now) || !mayTry(everybody, all, turn.now)) return isSaid ? step({ kind: 'answered' }, words.tooOften) : null
  const row = await identities.code(hashLinkCode(turn.community.id, code))
  if (row === null || !isLive(row, turn.now)) {
    return isSaid ? step({ kind: 'answered' }, words.wrong, { writes: [countWrong(author, mine, turn.now), countWrong(everybody, all, turn.now)] }) : null
  }
  return row.residentId === author ? step({ kind: 'answered' }, words.here) : link(turn, row)
}

async function link(turn: Turn, code: LinkCode): Promise<Step> {
  const { identities } = turn.records
  const author = turn.message.author.id
  const [here, there, chat] = await Promise.all([identities.groupOf(author), identities.groupOf(code.residentId), code.conversationId === null ? null : identities.conversation(code.conversationId)])
  const spent: Write = { op: 'put', table: 'linkCodes', row: { ...code, usedAt: turn.now } }
  const linked = linkWrites({ id: code.residentId, group: there }, { id: author, group: here }, { personId: turn.newId(), now: turn.now })
  if (linked === null) return step({ kind: 'answered' }, words.tooMany)
  if (linked.length === 0) return step({ kind: 'answered' }, words.already, { writes: [spent] })
  const count = (await turn.records.requestsOf(code.residentId)).length
  const brought = await bringForm(turn, code)
  const thereWords = channelWords[chat?.channel ?? turn.message.channel]
  return {
    ...step({ kind: 'answered' }, null, { writes: [spent, ...linked, ...(chat === null ? [] : tellThere(turn, chat)), ...brought.writes], memory: brought.form === null ? {} : { form: brought.form } }),
    say: [say(words.linked(thereWords, count)), ...brought.say.map((text) => say(text))],
  }
}

/** Whose code it was hears of it at once: it may have been somebody else's doing. */
function tellThere(turn: Turn, chat: Conversation): readonly Write[] {
  const row = noticeRow(
    { to: { channel: chat.channel, conversationId: chat.id, chat: 'private', residentId: chat.residentId }, text: words.linkedThere(channelWords[turn.message.channel]), about: null, when: 'now' },
    chat, { id: turn.newId(), now: turn.now },
  )
  return noticeWrites([row], turn.now, null)
}

/** What was begun there goes on here; there it is closed. */
async function bringForm(turn: Turn, code: LinkCode): Promise<{ readonly form: Form | null; readonly writes: readonly Write[]; readonly say: readonly string[] }> {
  const nothing = { form: null, writes: [], say: [] }
  const dialog = code.conversationId === null ? null : await turn.records.identities.dialog(code.conversationId, code.residentId)
  if (dialog === null || turn.memory.form !== null) return nothing
  const memory = readMemory(dialog.memory)
  const service = memory.form === null ? null : turn.services.byCode(memory.form.serviceCode)
  if (memory.form === null || service === null || turn.now - memory.form.updatedAt > draftLastsMs) return nothing
  const question = resumeForm(memory.form, service)
  return {
    form: { ...memory.form, updatedAt: turn.now },
    writes: [{ op: 'put', table: 'dialogs', row: { ...dialog, memory: { ...memory, form: null, answers: [] }, waiting: null } }],
    say: question === null ? [] : [`${words.goesOn}${question}`],
  }
}

async function unlink(turn: Turn): Promise<Step> {
  const author = turn.message.author.id
  const group = await turn.records.identities.groupOf(author)
  return group.length === 0 ? step({ kind: 'answered' }, words.notLinked) : step({ kind: 'cancelled' }, words.unlinked, { writes: unlinkWrites(author, group) })
}
