import type { OutcomeKind } from '../../../conversation/outcome.js'
import type { LearningReason } from '../../../learning/records.js'
import type { GateMode } from '../../../nlu/understanding.js'

export const reasonNames: Readonly<Record<LearningReason, string>> = {
  unclear: '没听明白', 'corrected-by-choice': '居民自己选的', 'taken-over': '转给了人', 'out-of-scope': '说了不归社区管', unanswered: '没有依据可答',
}

export const modeNames: Readonly<Record<GateMode, { readonly name: string; readonly says: string }>> = {
  'only-when-addressed': { name: '叫到才说', says: '只在被 @、有危险、有人发出证件号时开口' },
  careful: { name: '谨慎', says: '还会接住说得清楚的公共问题和报修' },
  helpful: { name: '热心', says: '拿得不那么准的也接' },
}

export const outcomeNames: Partial<Readonly<Record<OutcomeKind, string>>> = { answered: '答复', clarifying: '追问', filed: '登记工单', 'handed-over': '转人工', unanswerable: '说不知道' }

export const sayPercent = (share: number): string => `${(share * 100).toFixed(1)}%`
