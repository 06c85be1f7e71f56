import { bySupporters, proposalService, readProposalWords, supportId, type Proposal } from '../../programmes/proposal.js'
import { shorten } from '../../text.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { report } from './report.js'

/** A list of proposals is still meant within this, ms. */
const meantForMs = 30 * 60_000
const listed = { private: 8, group: 3 } as const

type Counted = Proposal & { readonly supporters: number }

const line = (one: Counted): string => `${one.number}号 ${one.words}（${one.supporters}人支持）`

/** What is said of proposals, to residents. */
export const proposalWords = {
  whatFor: '请用一句话说说：「我提个微项目」，想做什么、在哪儿、大约花多少钱。',
  received: (number: string): string => `收到，您提的微项目登记为 ${number}，社区审核后公示，请邻居支持。`,
  none: '现在没有在征集支持的微项目。您有主意，直接说「我提个微项目」加上想做什么。',
  list: (shown: readonly Counted[], count: number): string => [`在征集支持的微项目有${count}个，支持的人多的在前：`, ...shown.map(line), `想支持，回「支持${shown[0]?.number ?? 1}号」。${count > shown.length ? '其余的在公开栏上。' : ''}`].join('\n'),
  listInRoom: (shown: readonly Counted[], count: number): string => `在征集支持的微项目${count}个：${shown.map((one) => `${one.number}号${shorten(one.words, 14)}（${one.supporters}人）`).join('；')}\n想支持，回「支持${shown[0]?.number ?? 1}号」。`,
  supported: (one: Counted): string => `记下了，您支持${one.number}号微项目「${shorten(one.words, 30)}」，现在${one.supporters}人支持。不支持了回「不支持${one.number}号了」。`,
  already: (one: Counted): string => `您已经支持过${one.number}号微项目了，一人算一次，现在${one.supporters}人支持。`,
  taken: (number: number): string => `好的，${number}号微项目的支持撤掉了。`,
  notGiven: (number: number): string => `您没有支持过${number}号微项目。`,
  over: (one: Proposal): string => `${one.number}号微项目已经有结果了：${shorten(one.result, 60)}`,
  takenBack: '提议的居民撤回了。',
  published: (one: Pick<Proposal, 'number' | 'words'>): string => `您提的微项目公示了，编号${one.number}号：「${one.words}」。邻居回「支持${one.number}号」就算一位支持者，进展告诉您。`,
} as const

/** 「有哪些微项目」「支持3号」; `null`: nothing of the kind, or no such proposal where the words name none. */
export async function meetProposals(turn: Turn, said: string): Promise<Step | null> {
  const at = turn.memory.proposalsAt
  const meant = readProposalWords(said, at !== null && turn.now - at < meantForMs)
  if (meant === null) return null
  if (meant.act === 'list') return list(turn)
  if (meant.act === 'propose') return propose(turn, meant.subject)
  const proposal = await turn.records.proposals.numbered(meant.number)
  if (proposal === null) return null
  if (proposal.endedAt !== null) return step({ kind: 'answered' }, proposalWords.over(proposal))
  const [personOf, supports] = await Promise.all([turn.records.identities.personOf(), turn.records.proposals.supports(proposal.id)])
  // What another identity of the author gave is the author's own.
  const self = personOf(turn.message.author.id)
  const own = supports.filter(({ residentId }) => personOf(residentId) === self)
  const supporters = new Set([self, ...supports.map(({ residentId }) => personOf(residentId))]).size
  if (meant.act === 'unsupport') {
    return own.length === 0 ? step({ kind: 'answered' }, proposalWords.notGiven(proposal.number))
      : step({ kind: 'cancelled' }, proposalWords.taken(proposal.number), { writes: own.map(({ id, rev }) => ({ op: 'remove', table: 'supports', id, rev })) })
  }
  if (own.length > 0) return step({ kind: 'answered' }, proposalWords.already({ ...proposal, supporters }))
  const residentId = turn.message.author.id
  return step({ kind: 'filed', requestId: null }, proposalWords.supported({ ...proposal, supporters }), {
    writes: [{ op: 'put', table: 'supports', row: { id: supportId(proposal.id, residentId), rev: 0, proposalId: proposal.id, residentId, at: turn.now } }],
  })
}

async function propose(turn: Turn, subject: string): Promise<Step | null> {
  const service = turn.services.byCode(proposalService)
  if (service === null) return null
  if (subject === '') return step({ kind: 'clarifying', about: 'proposal' }, proposalWords.whatFor)
  const done = await report(turn, { intent: 'deliberation', confidence: 1, text: subject, slots: [], ranked: [] }, service)
  const filed = done.writes.flatMap((write) => (write.op === 'put' && write.table === 'requests' ? [write.row] : []))[0]
  return filed === undefined || done.outcome.kind !== 'filed' ? done : { ...done, say: [say(proposalWords.received(filed.number))] }
}

async function list(turn: Turn): Promise<Step> {
  const open = await turn.records.proposals.open()
  if (open.length === 0) return step({ kind: 'answered' }, proposalWords.none)
  const [personOf, ...supports] = await Promise.all([turn.records.identities.personOf(), ...open.map(({ id }) => turn.records.proposals.supports(id))])
  const counted = bySupporters(open, supports.flat(), personOf)
  const shown = counted.slice(0, listed[turn.message.chat])
  const said = turn.message.chat === 'group' ? proposalWords.listInRoom(shown, open.length) : proposalWords.list(shown, open.length)
  return step({ kind: 'answered' }, said, { memory: { proposalsAt: turn.now } })
}
