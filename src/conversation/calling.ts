import type { Community, LocalFact } from '../knowledge/community.js'
import type { Page } from '../paging/page.js'
import type { Pager } from '../paging/pager.js'
import { nextDuty, onDuty, type DutyRoster } from '../paging/roster.js'
import { redact } from '../privacy.js'
import { addWorkingTime, type WorkingTime } from '../requests/working-time.js'
import { citeFact, holdsAt } from '../retrieval/facts.js'
import { companyWanted } from './dialogs/hand-over.js'
import { nightEnds } from './notices.js'
import { clockWords } from './replies.js'
import { say, type Say, type Step, type Turn } from './turn.js'

/** How a turn calls for people; absent in dry runs, where nobody is called. */
export interface Calling {
  readonly plan: Pager['plan']
  readonly roster: (communityId: Community['id']) => Promise<DutyRoster | null>
}

/** Words about the call for a person, only ever what is true of it. Numbers: 110, 119, 120, and 12345, the government's line (State Council 2020/53). */
const words = {
  calling: '我正在呼叫社区值班人员。',
  callingCompany: '我已请社区工作人员来找您说说话。',
  answered: (name: string): string => `${name}已经看到，您说的他都看得到。`,
  nobodyInDanger: '现在联系不上社区值班人员，请您直接打110、119、120，别等我们。',
  nobodyInDespair: '社区的人现在还没联系上。请现在就打12356，心理援助热线随时有人接；有危险马上打120、110。',
  nobodyForCompany: (back: string | null): string => `社区的人这会儿还没联系上，${back === null ? '来了就看得到您的话' : `${back}以后看得到您的话`}。难受得厉害时随时打12356，有人听您说。`,
  nobody: (isNight: boolean, back: string | null): string => `${isNight ? '现在是夜里' : '现在没有人值班'}，${back === null ? '工作人员来了就看得到' : `工作人员${back}以后看得到`}。急事请打110、119、120，别的事可打12345。`,
  phone: (fact: LocalFact): string => `社区电话：${fact.text ?? ''}（${fact.date}登记）`,
} as const

/** The step with the call for a person that it asks for, and with what may be said about it. */
export async function callPeople(calling: Calling | undefined, turn: Turn, done: Step): Promise<Step> {
  const { handover } = done
  if (handover === null) return done
  // Where nobody can be called, nobody is said to be.
  if (calling === undefined) return done
  const callingWords = handover.urgent ? words.calling : handover.reason === companyWanted && turn.conversation.mode !== 'waiting' ? words.callingCompany : null
  // Staff have the conversation already: they are read there, and only danger calls besides.
  if (turn.conversation.mode === 'staff' && !handover.urgent) return done
  const what = redact(handover.reason).slice(0, 80)
  const { page, writes } = await calling.plan(turn.community.id, turn.conversation.id, { kind: handover.urgent ? 'danger' : 'person', what })
  const after = { ...done, writes: [...done.writes, ...writes] }
  if (page.state === 'answered') return withWords(after, words.answered(page.answeredBy?.name ?? '工作人员'), [], handover.urgent)
  if (page.state === 'calling') return callingWords === null ? after : withWords(after, callingWords, [], handover.urgent)
  return withWords(after, ...nobodyWords(turn, page, await calling.roster(turn.community.id)), handover.urgent)
}

function withWords(done: Step, text: string, citations: Say['citations'], urgent: boolean): Step {
  const before = done.say.at(-1)
  const said = say(text, { citations, urgency: urgent ? 'danger' : 'normal', to: before?.to ?? 'here', choices: before?.choices ?? [] })
  return { ...done, say: [...done.say, said] }
}

function nobodyWords(turn: Turn, page: Page, roster: DutyRoster | null): readonly [string, Say['citations']] {
  // A room is told no number of the community's own: it is everybody's screen, and the reply is short.
  const phone = turn.message.chat === 'private' && turn.withFacts ? turn.community.facts.find((fact) => /电话|热线/.test(fact.topic) && fact.text !== null && holdsAt(fact, turn.now)) : undefined
  const back = backAt(roster, turn.workingTime, turn.now)
  const backWords = back === null || back <= turn.now ? null : clockWords(back)
  const text = page.cause.kind === 'danger' ? (page.cause.what.includes('轻生') ? words.nobodyInDespair : words.nobodyInDanger)
    : page.cause.what === companyWanted ? words.nobodyForCompany(backWords)
    : words.nobody(nightEnds(turn.now) !== null, backWords)
  return phone === undefined ? [text, []] : [`${text}\n${words.phone(phone)}`, [citeFact(phone, turn.community)]]
}

/** When somebody is there again who need not be woken: the window opens or a duty begins, whichever is sooner; `null`: nobody entered either. */
function backAt(roster: DutyRoster | null, time: WorkingTime, now: number): number | null {
  const from = nightEnds(now) ?? now
  const opens = addWorkingTime(from, 1, time)
  const lines = roster?.lines ?? []
  const times = [...(opens.kind === 'known' ? [opens.value - 1] : []), from > now && onDuty(lines, from).length > 0 ? from : nextDuty(lines, from)].filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}
