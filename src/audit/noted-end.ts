import { z } from 'zod'

/** An end of the log that somebody wrote down elsewhere; `null`: none is compared. */
export const notedEnd = z.object({ serial: z.int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) }).nullable()
