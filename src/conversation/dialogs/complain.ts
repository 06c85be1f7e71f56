import { readStars } from '../../nlu/answers.js'
import type { Matter } from '../../nlu/understanding.js'
import { isAsking } from '../matters.js'
import { replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'
import { isBareMark, mark } from './rate.js'
import { reportOrAsk } from './report-or-ask.js'
import { unsure } from './unsure.js'

/** A mark, thanks, or a complaint about those who work for the community. */
export async function complain(turn: Turn, matter: Matter): Promise<Step> {
  const stars = readStars(matter.text)
  const marked = stars === null ? null : await mark(turn, stars)
  if (marked) return marked
  if (isBareMark(matter)) return step({ kind: 'status-given', requestId: null }, replies.nothingToRate)
  // Good marks beside kind words, with nothing to be rated, are thanks.
  if (/[45四五]\s*(分|颗?星)|好评|态度好/.test(matter.text) && !/投诉|举报|不满|敷衍|不(太)?好|差/.test(matter.text)) return step({ kind: 'answered' }, '谢谢您！社区的同事都看得到。')
  // Filed as it is said: it has to say something, and to say it rather than ask.
  const isThin = [...matter.text].length < 6 || (matter.confidence < 0.7 && !/投诉|举报|意见|态度|不满|敷衍|推诿|踢皮球|不作为|不管|骂|凶|差/.test(matter.text))
  if (isThin && matter.intent === 'rate_complain' && /投诉|举报|意见|网格员|主任|书记|物业|窗口|工作人员|师傅/.test(matter.text) && !isAsking.test(matter.text)) return step({ kind: 'clarifying', about: 'complaint' }, replies.whatComplaint)
  return isThin && matter.intent === 'rate_complain' ? unsure(turn, matter) : reportOrAsk(turn, matter)
}
