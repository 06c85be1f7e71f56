import { isOpenFor, type Vote } from '../../programmes/ballot.js'
import type { Topic } from '../../programmes/topic.js'
import type { Turn } from '../turn.js'

/** How long what was shown or asked of topics is what a short answer means, ms. */
export const topicsMeantMs = 30 * 60_000

export const wordsOf = (turn: Turn): string => turn.understanding.text.replace(/@\S+\s*/g, '').trim()

const sayNothing = /小区|楼道|社区|议题|方案|什么|怎么|进度|结果|咱们|我们|投票|表决|到哪|那个|的事/g

/** Characters that name nothing. */
const fillers = '的了个那这我你是在有不投反对同意赞成支持要想给改选就还都第一二三四五'

/** How strongly words name a topic: its number above all, pairs of characters of its title, two characters of it anywhere. 0: not at all. */
export function namesTopic(text: string, topic: Pick<Topic, 'number' | 'title'>): number {
  const number = /(?:议题|第)\s?(\d+)\s?(?:号|个)?(?:议题)?|(\d+)\s?号议题/.exec(text)
  if (number !== null) return Number(number[1] ?? number[2]) === topic.number ? 100 : 0
  const pairs = (words: string): string[] => [...words.replace(sayNothing, ' ')].flatMap((char, index, all) => (/\S/.test(char) && /\S/.test(all[index + 1] ?? ' ') ? [char + (all[index + 1] ?? '')] : []))
  const known = new Set(pairs(topic.title))
  const shared = new Set([...text.replace(sayNothing, '')].filter((char) => /\p{Script=Han}/u.test(char) && !fillers.includes(char) && topic.title.replace(sayNothing, '').includes(char)))
  // One character alone is chance.
  return pairs(text).filter((pair) => known.has(pair)).length * 3 + (shared.size > 1 ? shared.size : 0)
}

/** The topics that words name best; all of them where they name none. */
export function meantTopics<One extends Pick<Topic, 'number' | 'title'>>(text: string, topics: readonly One[]): readonly One[] {
  const best = Math.max(0, ...topics.map((topic) => namesTopic(text, topic)))
  return best === 0 ? topics : topics.filter((topic) => namesTopic(text, topic) === best)
}

/** The topics shown just before, while they are meant. */
export function lastShown<One extends Pick<Topic, 'id'>>(turn: Turn, all: readonly One[]): readonly One[] {
  const { topics } = turn.memory
  if (topics === null || turn.now - topics.at > topicsMeantMs) return []
  return topics.ids.flatMap((id) => all.filter((topic) => topic.id === id))
}

/** A topic that is, or was, put to the vote. */
export type Voted = Topic & { readonly vote: Vote }

export const isVoted = (topic: Topic): topic is Voted => topic.vote !== null

/** Votes that take ballots now. */
export function openVotes(all: readonly Topic[], now: number): readonly Voted[] {
  return all.filter(isVoted).filter(({ stage, vote }) => stage === 'voting' && isOpenFor(vote, now))
}

/** Whether topics were shown or asked about just before. */
export function isFresh({ memory: { topics }, now }: Turn): boolean {
  return topics !== null && (topics.ids.length > 0 || topics.asks !== null) && now - topics.at < topicsMeantMs
}

/** Whether the last that somebody spoke of, however long ago, is a topic: nothing was filed or changed since. */
export function spokeOfTopics({ memory: { topics, lastRequest } }: Turn): boolean {
  return topics !== null && topics.ids.length > 0 && (lastRequest === null || lastRequest.at < topics.at)
}

/** Nothing was filed or changed since a topic was shown. */
export function isLastSpokenOf(turn: Turn): boolean {
  return isFresh(turn) && spokeOfTopics(turn)
}

/** These topics are what short words mean from now on (none: one was just raised, which has no row yet). `asked`: what was asked about them. */
export function spokenOf({ now }: Turn, topics: readonly Pick<Topic, 'id'>[], asked: Partial<Pick<NonNullable<Turn['memory']['topics']>, 'asks' | 'choice' | 'told'>> = {}): Pick<Turn['memory'], 'topics'> {
  return { topics: { ids: topics.map(({ id }) => id), choice: null, asks: null, told: null, ...asked, at: now } }
}

/** Whether the last that somebody did is raising a topic. */
export function hasJustRaised({ memory: { topics, lastRequest }, now }: Turn): boolean {
  return topics !== null && topics.ids.length === 0 && topics.asks === null && now - topics.at < topicsMeantMs && (lastRequest === null || lastRequest.at <= topics.at)
}
