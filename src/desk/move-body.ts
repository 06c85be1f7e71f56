import { z } from 'zod'
import type { Move } from '../requests/apply-move.js'
import { legalRoutes, levels, moveNames, type Particulars } from '../requests/moves.js'

/** Longest text of a member of staff, characters. */
export const maxTextLength = 4_000

/** Most photos and papers that one move brings. */
const maxFiles = 20

/** Most colleagues called by one note. */
const maxMentions = 20

const opaqueId = z.string().min(1).max(200)
const name = z.string().trim().min(1).max(100)
const words = z.string().trim().max(maxTextLength, `最多 ${maxTextLength} 个字`)
const owner = z.object({ kind: z.enum(['post', 'staff']), id: opaqueId, name })

const particulars = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('owner'), owner }),
  z.object({ kind: z.literal('offer'), to: z.union([owner, z.object({ kind: z.literal('unit'), name, citation: z.null() })]) }),
  z.object({ kind: z.literal('deadline'), dueAt: z.int().positive() }),
  z.object({ kind: z.literal('extension'), workdays: z.int().min(1).max(100) }),
  z.object({ kind: z.literal('evidence'), attachmentIds: z.array(opaqueId).max(maxFiles), statement: words }),
  z.object({ kind: z.literal('route'), route: z.enum(legalRoutes) }),
  z.object({ kind: z.literal('into'), requestId: opaqueId, number: z.string().min(1).max(40) }),
  z.object({ kind: z.literal('level'), level: z.enum(levels) }),
  z.object({ kind: z.literal('mentions'), staff: z.array(z.object({ id: opaqueId, name })).max(maxMentions) }),
  z.object({ kind: z.literal('visit'), visit: z.object({ at: z.int().positive(), until: z.int().positive().nullable(), helper: name, where: z.enum(['home', 'site']) }) }),
  // What becomes of it is not for the page to say.
  z.object({ kind: z.literal('matter'), serviceCode: opaqueId, words: words.min(1, '请写明分出来的是什么事') }).transform((matter) => ({ ...matter, filed: null })),
]) satisfies z.ZodType<Particulars>

const moveBody = z.object({ name: z.enum(moveNames), rev: z.int().min(0), reason: words.nullish(), brings: particulars.nullish(), files: z.array(opaqueId).max(maxFiles).optional() })
  .refine(({ name: moveName, files }) => files === undefined || moveName === 'reply', '照片只能跟着答复')

/** A move as a page sends it, with the revision that its person saw; `files`: what goes to the resident with an answer. */
export const movePost = moveBody.transform(({ rev, name: moveName, reason, brings, files }): { readonly rev: number; readonly move: Move; readonly files: readonly string[] } => ({ rev, move: { name: moveName, reason: reason ?? null, brings: brings ?? null }, files: files ?? [] }))
