import { z } from 'zod'
import type { CommunityId } from '../knowledge/community.js'
import { readKnowledge } from '../knowledge/knowledge.js'
import type { ControlHandlers } from '../store/control.js'
import type { Store } from '../store/store.js'
import { findConflicts } from './conflicts.js'
import type { Publication } from './publication.js'
import { regressionQuestion } from './questions.js'
import type { TitleOf } from './say-units.js'
import { replayMessage, replayQuestion } from './replay.js'

const numbered = z.strictObject({ number: z.int().positive() })
const pair = z.strictObject({ before: z.int().positive(), after: z.int().positive() })
const draftArgs = z.strictObject({ changes: z.array(z.tuple([z.string().min(1), z.string().nullable()])), author: z.string(), reason: z.string() })
const approval = z.strictObject({ number: z.int().positive(), by: z.string(), alone: z.boolean() })
const rollbackArgs = z.strictObject({ number: z.int().positive(), by: z.string().min(1), reason: z.string().min(1) })
const keepArgs = z.strictObject({ question: regressionQuestion, author: z.string().min(1) })
const replayArgs = z.union([z.strictObject({ message: z.string().min(1) }), z.strictObject({ question: z.string().min(1), community: z.string().min(1), at: z.number() })])

/** The versions as the commands reach them, through the running process or without one. `wentLive` is called when another version is in use; `titleOf` names intents. */
export function publicationControl(store: Store, publication: Publication, now: () => number, wentLive: () => Promise<void>, titleOf?: TitleOf): ControlHandlers {
  return {
    'knowledge list': () => publication.versions(),
    'knowledge version': (args) => publication.version(numbered.parse(args).number),
    'knowledge diff': (args) => {
      const { before, after } = pair.parse(args)
      return publication.diff(before, after, titleOf)
    },
    'knowledge draft': (args) => {
      const { changes, author, reason } = draftArgs.parse(args)
      return publication.draft(new Map(changes), author, reason)
    },
    'knowledge check': (args) => publication.check(numbered.parse(args).number),
    'knowledge approve': async (args) => {
      const { number, by, alone } = approval.parse(args)
      return publication.approve(number, { by, alone: alone || (await publication.isAlone()) })
    },
    'knowledge publish': async (args) => {
      const live = await publication.publish(numbered.parse(args).number)
      await wentLive()
      return live
    },
    'knowledge drop': (args) => publication.drop(numbered.parse(args).number),
    'knowledge rollback': async (args) => {
      const { number, by, reason } = rollbackArgs.parse(args)
      const live = await publication.rollback(number, by, reason)
      await wentLive()
      return live
    },
    'knowledge paths': async () => [...(await publication.files(await publication.live())).keys()],
    // Where texts can be valid: the codes of every community's chain, each once.
    'knowledge codes': async () => [...new Set([...readKnowledge(await publication.files(await publication.live())).communities.values()].flatMap(({ chain }) => chain.map(({ code }) => code)))],
    'knowledge alone': () => publication.isAlone(),
    'knowledge conflicts': async () => findConflicts(readKnowledge(await publication.files(await publication.live())), now()),
    'knowledge questions': () => publication.questions(),
    'knowledge keep': (args) => {
      const { question, author } = keepArgs.parse(args)
      return publication.keepQuestion(question, author)
    },
    'knowledge forget': (args) => publication.dropQuestion(z.strictObject({ id: z.string() }).parse(args).id),
    'knowledge replay': (args) => {
      const wanted = replayArgs.parse(args)
      return 'message' in wanted ? replayMessage(store, publication, wanted.message) : replayQuestion(publication, wanted.question, wanted.community as CommunityId, wanted.at)
    },
  }
}
