import { z } from 'zod'
import { InputError } from '../errors.js'

/** A day, `2026-11-25`; the sentence that refuses another shows one written like it. */
export const dayLike = (example: string) => z.string().regex(/^\d{4}-\d{2}-\d{2}$/, `日期要写成 ${example}`).refine((value) => !Number.isNaN(Date.parse(value)), '没有这一天')

/** What a client sent, in the form we expect; fields we do not know are dropped. Throws InputError `bad-input` with a sentence for people. */
export function readInput<T extends z.ZodType>(schema: T, value: unknown, sentence = '请求的内容不对，请刷新页面再试'): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  // Sentences of our own schemas are Chinese; zod's default ones stay inside.
  const own = parsed.error.issues.map((issue) => issue.message).find((message) => /\p{Script=Han}/u.test(message))
  throw new InputError('bad-input', own ?? sentence)
}
