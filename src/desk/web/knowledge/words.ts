import type { OutcomeKind } from '../../../conversation/outcome.js'
import type { PolicyWarning } from '../../../knowledge/policy.js'
import type { Gate, SlotName } from '../../../nlu/understanding.js'
import type { Finding } from '../../../publication/conflicts.js'
import type { KnowledgeChange } from '../../../publication/diff.js'
import type { KnowledgeVersion } from '../../../publication/version.js'
import type { Evidence } from '../../../retrieval/abstain.js'
import type { NoPassage } from '../../../retrieval/answer.js'
import type { PolicyStatus } from '../../../retrieval/citation.js'
import type { SentenceFeatures } from '../../../retrieval/sentence-ranker.js'
import type { VersionAct } from '../../knowledge-types.js'
import type { KnowledgePart } from '../router.js'

export const partNames: Readonly<Record<KnowledgePart, string>> = {
  versions: '版本', policies: '上传政策', facts: '社区信息', services: '办事项目', trial: '试一试', findings: '过期和矛盾', gaps: '没答上的',
}

export const stateNames: Readonly<Record<KnowledgeVersion['state'], string>> = {
  draft: '草稿', checked: '已核对', broken: '核对没通过', approved: '已批准', live: '在用', retired: '已换下', dropped: '已作废',
}
export const stateTones: Readonly<Record<KnowledgeVersion['state'], 'primary' | 'success' | 'warning' | 'danger' | 'info'>> = {
  draft: 'warning', checked: 'primary', broken: 'danger', approved: 'primary', live: 'success', retired: 'info', dropped: 'info',
}

export const actNames: Readonly<Record<VersionAct, string>> = { check: '核对', approve: '批准', publish: '上线', drop: '作废', rollback: '退回到这一版' }

export const changeNames: Readonly<Record<KnowledgeChange['what'], string>> = {
  policy: '文件', clause: '条款', metadata: '文件信息', fact: '社区信息', community: '社区', service: '办事项目', item: '事项', file: '其他内容',
}

/** Fields of a text, as they stand at the end of a change's place. */
const fieldNames: readonly (readonly [key: string, name: string])[] = [
  ['title', '标题'], ['issuingBody', '发文机关'], ['number', '文号'], ['signed', '成文日期'], ['issued', '印发日期'], ['published', '发布日期'], ['status', '效力'], ['effective', '施行日期'],
  ['validUntil', '有效期至'], ['supersedes', '废止的文件'], ['jurisdictionName', '适用地区'], ['jurisdiction', '行政区划代码'],
]
/** Where a change lies, by the names people use; `nameOf` gives a community's. */
export function sayWhere({ what, where }: KnowledgeChange, nameOf: (communityId: string) => string): string {
  if (what === 'fact') return where.replace(/^([^/]+)\/\S+ /, (_, id: string) => `${nameOf(id)} `)
  const field = what === 'metadata' ? fieldNames.find(([key]) => where.endsWith(`》${key}`)) : undefined
  return field === undefined ? where : `${where.slice(0, -field[0].length)}${field[1]}`
}

export const policyStates: Readonly<Record<PolicyStatus, string>> = { 'in-force': '现行', draft: '征求意见稿', expired: '已失效', template: '范文，不是规定' }

export const findingNames: Readonly<Record<Finding['kind'], string>> = {
  figures: '数字打架', facts: '信息打架', items: '时限不一', expired: '已过期', expiring: '快过期', 'target-past': '目标年份已过', 'not-yet': '还没生效',
}

/** For whom a warning of a text is: some are only for the person who imports. */
export const isForImporter = (kind: PolicyWarning['kind']): boolean => ['bracket-mixed', 'annex-differs', 'numbers-drawn', 'pages-bare'].includes(kind)

export const slotNames: Readonly<Record<SlotName, string>> = {
  matter: '事情', doc: '证件材料', place: '去处', time: '时间', addr: '地点', object: '东西', target: '对谁', person: '人', age: '年龄', phone: '电话', id_no: '证件号', name: '姓名', ticket: '工单号',
  count: '数量', amount: '金额', need: '需要', choice: '选择', hazard: '危险', topic: '话题', fee: '费用', jurisdiction: '哪里的',
}

export const outcomeNames: Readonly<Record<OutcomeKind, string>> = {
  'handed-over': '转给工作人员', filed: '立了工单', joined: '并进邻居的工单', cancelled: '取消', clarifying: '再问一句', 'status-given': '报了进度', answered: '答了', unanswerable: '答不了', silent: '不出声', failed: '出错',
}

export const gateNames: Readonly<Record<Gate['reason'], string>> = {
  private: '私聊，每句都答', mentioned: '群里叫了它', danger: '有危险', 'public-request': '是提给社区的请求', 'public-fault': '是公共设施的毛病', 'exposed-id': '有人露了证件号',
  'from-bot': '别的机器人说的', 'to-other': '是对别人说的', neighbours: '邻居之间在聊', notice: '是通知', advert: '是广告', empty: '没有话', takeover: '工作人员接着', limited: '说得太频繁', unsure: '拿不准是不是在问它',
}

export const refusalNames: Readonly<Record<NoPassage, string>> = {
  nothing: '没有文件讲这件事', 'only-elsewhere': '只有别处的文件讲，不能借用', 'annex-missing': '应在附件里，可附件缺了', 'not-set-here': '这里没有登记（时间、电话、价钱、材料要社区自己登记）', 'to-verify': '证明清单里定不下来，要人核实', 'no-text': '没有那个地方的文件',
}

export const featureNames: Readonly<Record<keyof SentenceFeatures, string>> = {
  passage: '整句对得上', found: '整条对得上', pairs: '字词重合', headingPairs: '标题重合', words: '问的词都有', clauseWords: '同条里有问的词', rarest: '有最少见的那个词', single: '用字重合',
  cue: '有要问的那类话', figureMissing: '问数字却没有数字', row: '是表格里的一行', otherSide: '说的是另一边', length: '句子长', beside: '前后句对得上',
}

export const evidenceNames: Readonly<Record<keyof Evidence, string>> = {
  coverage: '问的内容占到', single: '用字占到', wordsHeld: '问的词有几个', heldShare: '问的词占到', margin: '比第二名好多少', figureMissing: '缺数字', rivalry: '和别处的文件比', standing: '在所有文件里的名次',
}
