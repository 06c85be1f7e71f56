import { wishService } from '../../programmes/wish.js'
import { wantedIn } from '../../programmes/public-words.js'
import type { Memory } from '../memory.js'
import type { Step, Turn } from '../turn.js'
import { newForm, report } from './report.js'

/** Tells a wish of one's own, whatever stands beside it. */
const tellsWish = /(?:许|提|登记|申请)(?:一?个|一?下)?(?:小|微)*(?:心[愿原]|愿望|愿)|(?:心[愿原]|愿望)(?:是|[:：])/u

/** A wish told in a room beside a telephone: what is wanted goes on in private; of whose it is nothing is kept. */
export function carryWish(turn: Turn): Pick<Memory, 'form'> | Record<string, never> {
  const { text } = turn.understanding
  const service = tellsWish.test(text) ? turn.services.byCode(wishService) : null
  if (service === null) return {}
  const wanted = wantedIn(text)
  const form = newForm(turn, { intent: 'micro_wish', confidence: 1, text: wanted ?? '', slots: [], ranked: [] }, service)
  return { form: { ...form, description: wanted ?? '', fields: wanted === null ? [] : [{ name: 'need', value: wanted.slice(0, 60), start: 0, end: 0 }], attachmentIds: [], asking: 'carried' } }
}

/** A wish told where the words leave no doubt, whatever the classifier says; `null`: they go their way. */
export async function tellWish(turn: Turn, said: string): Promise<Step | null> {
  const service = turn.memory.form === null ? turn.services.byCode(wishService) : null
  if (service === null) return null
  return report(turn, { intent: 'micro_wish', confidence: 1, text: said, slots: turn.readSlots(said).filter(({ name }) => !['need', 'place', 'matter', 'object'].includes(name)), ranked: [] }, service)
}
