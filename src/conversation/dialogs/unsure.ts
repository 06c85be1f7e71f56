import type { IntentName, Matter } from '../../nlu/understanding.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { handOver } from './hand-over.js'
import { track } from './track.js'

/** An intent below this (0–1) is not worth offering as a candidate. */
const candidateAt = 0.18

const intentTitles: Partial<Record<IntentName, string>> = {
  repair_env: '报修或反映环境问题', property_complaint: '反映物业问题', mediation: '申请调解', noise: '反映噪音', elderly_service: '申请养老服务',
  home_agent: '申请上门代办', book: '预约', ask_process: '问怎么办事', ask_materials: '问要什么材料', ask_hours_place: '问时间地点', track: '查进度',
  urge: '催办', cancel_change: '撤销或修改', payment: '问缴费', policy_standard: '问政策规定', human: '找工作人员', social_assistance: '问救助补贴',
  social_insurance: '问社保医保', employment: '问就业', schooling: '问入学', housing: '问住房', rate_complain: '提意见', volunteer: '志愿服务', micro_wish: '微心愿',
  deliberation: '居民议事',
}

/** Not understood: what it points back to, else one question, then a person. */
export async function unclear(turn: Turn): Promise<Step> {
  const { text } = turn.understanding
  if (turn.memory.lastRequest !== null && /上回|上次|刚才|之前|那个|那件/.test(text)) return track(turn, { intent: 'track', confidence: 1, text, slots: [], ranked: [] })
  if (turn.conversation.mode === 'waiting' && turn.message.chat === 'private') return handOver(turn, `居民又说：${text.slice(0, 40)}`)
  if (turn.memory.unclear >= 1) return handOver(turn, `没听明白：${text.slice(0, 40)}`, replies.notSure)
  return step({ kind: 'clarifying', about: 'matter' }, replies.unclear, { memory: { unclear: turn.memory.unclear + 1 } })
}

/** Not sure: one question with at most three candidates; with none worth offering, the plain question. */
export async function unsure(turn: Turn, matter: Matter): Promise<Step> {
  const intents = matter.ranked.filter((one) => one.confidence >= candidateAt && intentTitles[one.intent] !== undefined).slice(0, 3).map((one) => one.intent)
  if (turn.memory.unclear >= 1 || intents.length < 2) return unclear(turn)
  const names = intents.map((intent) => intentTitles[intent] ?? intent)
  return step({ kind: 'clarifying', about: 'intent' }, say(replies.unclearChoices(names), { choices: [...names, '人工'] }), {
    memory: { unclear: turn.memory.unclear + 1, candidates: { text: matter.text, intents } },
  })
}
