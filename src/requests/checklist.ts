import { z } from 'zod'

const answer = z.enum(['yes', 'no'])

/** A yes/no question that changes the list; `yes` and `no` are words besides 是 and 不是 by which residents answer it. */
const question = z.strictObject({ id: z.string().regex(/^[a-z][a-z0-9-]*$/), ask: z.string().min(2), yes: z.array(z.string().min(1)).default([]), no: z.array(z.string().min(1)).default([]) })

/** One thing to bring; with `when` only for those who answered so. */
const material = z.strictObject({ text: z.string().min(1), when: z.record(z.string(), answer).default({}) })

/** What to bring for one matter, by the answers to at most four questions: an entry of `knowledge/services`. */
export const checklistSchema = z
  .strictObject({
    checklist: z.string().regex(/^[a-z][a-z0-9-]*$/),
    name: z.string().min(1),
    /** Words by which residents mean it. */
    words: z.array(z.string().min(1)).min(1),
    /** Communities it was entered for. */
    communities: z.array(z.string().min(1)).min(1),
    source: z.string().min(1, '要写来源'),
    date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '要写成 2026-11-01'),
    questions: z.array(question).max(4),
    materials: z.array(material).min(1),
  })
  .superRefine(({ questions, materials }, context) => {
    const used = new Set(materials.flatMap(({ when }) => Object.keys(when)))
    for (const id of used) if (!questions.some((one) => one.id === id)) context.addIssue({ code: 'custom', path: ['materials'], message: `没有「${id}」这个问题` })
    for (const { id } of questions) if (!used.has(id)) context.addIssue({ code: 'custom', path: ['questions'], message: `「${id}」问了也不改变清单` })
  })

export type Checklist = z.infer<typeof checklistSchema> & {
  /** The version of the knowledge it was taken from; absent where none was published. */
  readonly knowledge?: { readonly version: number; readonly hash: string }
}
export type ChecklistQuestion = Checklist['questions'][number]
export type ChecklistAnswers = Readonly<Record<string, 'yes' | 'no' | 'unsure'>>

/** The first question not answered yet that still changes the list; `null` when the list is settled. */
export function nextQuestion({ questions, materials }: Checklist, answers: ChecklistAnswers): ChecklistQuestion | null {
  return questions.find(({ id }) => answers[id] === undefined && materials.some(({ when }) => when[id] !== undefined && standing(when, answers) !== 'no')) ?? null
}

/** What to bring for sure, and what only perhaps, because a question was not answered or not known. */
export function listFor({ materials }: Checklist, answers: ChecklistAnswers): { readonly sure: readonly string[]; readonly perhaps: readonly string[] } {
  const by = (wanted: 'yes' | 'unsure') => materials.filter(({ when }) => standing(when, answers) === wanted).map(({ text }) => text)
  return { sure: by('yes'), perhaps: by('unsure') }
}

function standing(when: Readonly<Record<string, 'yes' | 'no'>>, answers: ChecklistAnswers): 'yes' | 'no' | 'unsure' {
  const given = Object.entries(when).map(([id, wanted]) => (answers[id] === undefined || answers[id] === 'unsure' ? 'unsure' : answers[id] === wanted ? 'yes' : 'no'))
  return given.includes('no') ? 'no' : given.includes('unsure') ? 'unsure' : 'yes'
}
