import { InputError } from '../errors.js'
import type { Message } from '../conversation/records.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Citation } from '../retrieval/citation.js'
import type { Store } from '../store/store.js'
import { ready, type KnowledgeInUse } from './live-knowledge.js'
import type { Publication } from './publication.js'
import { saidWords } from './questions.js'
import type { KnowledgeVersion } from './version.js'

/** An answer once more, on the version that was live then. */
export interface Replay {
  readonly version: number
  readonly liveAt: number | null
  readonly community: string
  readonly at: number
  readonly question: string | null
  /** What the same question is answered with on that version and on that clock. */
  readonly says: string | null
  /** What was said then, and whether each of its quotations stands so in that version; `null` where a question is put anew. */
  readonly then: { readonly text: string; readonly quotations: readonly { readonly citation: Citation; readonly stands: boolean }[] } | null
}

async function readyAt(publication: Publication, version: KnowledgeVersion | null): Promise<KnowledgeInUse> {
  if (version === null) throw new InputError('no-version-then', '那时候还没有上线的知识库。')
  return ready(version, await publication.files(version))
}

/** Asks a question as it would have been answered at a time. */
export async function replayQuestion(publication: Publication, question: string, communityId: CommunityId, at: number): Promise<Replay> {
  const inUse = await readyAt(publication, await publication.at(at))
  const answer = inUse.retriever.answer({ question, community: inUse.community(communityId), now: at, includeFacts: true })
  return { version: inUse.version.number, liveAt: inUse.version.liveAt, community: communityId, at, question, says: saidWords(answer), then: null }
}

/** Shows an answer of ours with the words it stood on. Throws InputError where there is no such message. */
export async function replayMessage(store: Store, publication: Publication, messageId: string): Promise<Replay> {
  for (const communityId of await store.communities()) {
    const message = await store.get(communityId, 'messages', messageId)
    if (message === null) continue
    if (message.from !== 'bot') throw new InputError('not-ours', `${messageId} 不是小助手说的话。`)
    const citations = message.reply?.citations ?? []
    const named = citations.find(({ knowledge }) => knowledge !== undefined)?.knowledge?.version
    const inUse = await readyAt(publication, named === undefined ? await publication.at(message.at) : await publication.version(named))
    const question = await questionBefore(store, communityId, message)
    const community = inUse.communities.get(communityId)
    const answer = question === null || community === undefined ? null : inUse.retriever.answer({ question, community, now: message.at, includeFacts: true })
    const words = [...inUse.files.values()]
    return {
      version: inUse.version.number,
      liveAt: inUse.version.liveAt,
      community: communityId,
      at: message.at,
      question,
      says: answer === null ? null : saidWords(answer),
      then: { text: message.text, quotations: citations.map((citation) => ({ citation, stands: stands(citation, inUse, words) })) },
    }
  }
  throw new InputError('no-message', `没有 ${messageId} 这条消息。`)
}

/** The resident's line of the same turn. */
async function questionBefore(store: Store, communityId: CommunityId, message: Message): Promise<string | null> {
  const lines = await store.find(communityId, 'messages', { by: 'conversationId', equals: message.conversationId, order: 'desc', limit: 20, after: message.id })
  return lines.find(({ from, at }) => from === 'resident' && at <= message.at)?.text ?? null
}

/** Whether the words stand where the citation says, in that version. */
function stands(citation: Citation, { version }: KnowledgeInUse, files: readonly string[]): boolean {
  if (citation.knowledge !== undefined && !version.hash.startsWith(citation.knowledge.hash)) return false
  const plain = (text: string) => text.replace(/[\s|\\"]/g, '').replace(/…$/, '')
  // A fact may be put together of several entries, a line each.
  const wanted = citation.kind === 'fact' ? citation.source.split('\n').map((line) => plain(line)) : [plain(citation.quote)]
  return wanted.every((words) => files.some((text) => plain(text).includes(words)))
}
