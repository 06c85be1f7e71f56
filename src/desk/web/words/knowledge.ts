import type { OutcomeKind } from '../../../conversation/outcome.js'
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
  versions: '版本', policies: '政策文件', facts: '社区信息', services: '办事项目', trial: '试一试', findings: '过期和矛盾', gaps: '没答上的', questions: '核对问题',
}

export const stateNames: Readonly<Record<KnowledgeVersion['state'], string>> = {
  draft: '草稿', checked: '已核对', broken: '核对没通过', approved: '已批准', live: '在用', retired: '已换下', dropped: '已作废',
}
export const stateTones: Readonly<Record<KnowledgeVersion['state'], 'primary' | 'success' | 'warning' | 'danger' | 'info'>> = {
  draft: 'warning', checked: 'primary', broken: 'danger', approved: 'primary', live: 'success', retired: 'info', dropped: 'info',
}

export const actNames: Readonly<Record<VersionAct, string>> = { check: '核对', approve: '批准', publish: '上线', drop: '作废', rollback: '退回到这一版', merge: '照这样合起来' }

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
  if (what === 'service') return where.replace(/^\S+ /, '')
  if (what === 'community') return where.replace(/^\S+ /, '')
  if (what === 'fact') return where.replace(/^([^/]+)\/\S+ /, (_, id: string) => `${nameOf(id)} `)
  const field = what === 'metadata' ? fieldNames.find(([key]) => where.endsWith(`》${key}`)) : undefined
  return field === undefined ? where : `${where.slice(0, -field[0].length)}${field[1]}`
}

export const policyStates: Readonly<Record<PolicyStatus, string>> = { 'in-force': '现行', draft: '征求意见稿', expired: '已失效', template: '范文，不是规定' }

/** How a text stands today. */
export const standingNames: Readonly<Record<PolicyStatus | 'not-yet', string>> = { ...policyStates, 'not-yet': '还没施行' }
export const policyTones: Readonly<Record<PolicyStatus | 'not-yet', 'success' | 'warning' | 'info'>> = { 'in-force': 'success', draft: 'warning', expired: 'info', template: 'warning', 'not-yet': 'warning' }

export const findingNames: Readonly<Record<Finding['kind'], string>> = {
  figures: '数字打架', facts: '信息打架', items: '时限不一', expired: '已过期', expiring: '快过期', 'target-past': '目标年份已过', 'not-yet': '还没生效',
}

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

/** What several pages of the knowledge say. */
export const knowledgeWords = {
  menu: '知识库', lookAgain: '再看一次', saveDraft: '存成草稿', never: '不改了', why: '为什么改', whyHint: '记在版本里', change: '改', changeOne: (name: string) => `改「${name}」`, needWhy: '请写为什么改',
  version: (number: number) => `第 ${number} 版`, alone: '（一人办理）',
}

export const changeWords = { added: '（新增）', removed: '（去掉）', more: (count: number) => `再看 ${count} 处` }

export const factWords = {
  form: '社区信息', title: '社区信息', add: '登记一条', notice: '发一条通知', noticeTopic: '通知',
  says: '时间、地址、电话、价钱、通知这些，文件里没有，居民问起来只照这里登记的答，并说明来源和日期。改动先成草稿。', noFile: '这个社区还没有登记信息的文件。',
  waiting: '还没上线的改动', inUse: '在用的', inUseList: '在用的社区信息', find: '找一找', findLabel: '在社区信息里找', none: '还没有登记。', notFound: '没有找到。', saidNone: '（写明没有）',
  source: '来源：', nameOf: (topic: string, item: string) => (item === '' ? topic : `${topic}·${item}`),
  term: (from: string | null, until: string | null) => (from === null && until === null ? '' : `${from ?? ''} 至 ${until ?? '另行通知'}`),
  askedBefore: '居民问的是：', askedAfter: '。请看看电话、姓名去干净了没有。', askedReason: '居民问过，工作人员答了', gapReason: '居民问过，没有依据可答',
  topic: '什么事', topicHint: '如 办公时间、缴费、通知', item: '具体哪一项（可不写）', itemHint: '如 办事大厅、停水', text: '怎么答（居民看到的就是这些字）', saysNone: '明白地说「没有规定」',
  sourceLabel: '来源', sourceHint: '如 居委会、供水公司通知', date: '登记日期', from: '从哪天起（可不写）', until: '到哪天止（可不写）', remove: '去掉这一条',
  needTopic: '请写是什么事，比如「办公时间」', needText: '请写内容', needSource: '请写来源：谁说的、哪份通知', needDate: '请选日期', needWhyGone: '请写为什么去掉',
}

export const findingWords = {
  title: '过期和矛盾', says: '在用的知识库里过了期、快过期和互相矛盾的地方。这里只提醒，不自动改；改了上线就不再列出。', none: '没有发现矛盾和过期。',
}

export const gapWords = {
  title: '没答上的', list: '没答上的问题', none: '最近没有答不上的问题。', times: '次',
  says: '居民问了、听懂了，可文件和社区信息里都没有依据的，意思相近的放在一起。问得多的，登记一条社区信息就能答。姓名、电话、门牌已遮去，留半年。',
  others: '也这样问：', between: '；', and: '，', at: (community: string, count: number) => `${community} ${count} 次`, last: (when: string) => ` · 最近 ${when}`, enter: '去登记一条', enterFor: (question: string) => `：${question}`,
}

export const policyWords = {
  title: '上传政策文件', form: '选文件', file: '文件', place: '在哪里有效（行政区划代码）', placeHint: '如 330500', placeSays: '写代码，或从单子里挑', read: '读一读',
  says: '文本、网页、Markdown、Word（.docx）或 PDF 都可以，最多 10 MB。先读出来给您核对，存成草稿，不会直接上线。原文有疑点的地方会在回答里照实说明，不会擅自改动。',
  needFile: '请选一个文件', needPlace: '请写在哪里有效：六位以上的行政区划代码，如 330500', needTitle: '请写标题', needPlaceName: '请写适用地区',
  reason: (isNew: boolean, title: string) => `${isNew ? '新增' : '更新'}《${title}》`,
  entry: '文件信息', checkEntry: '文件信息，请核对', absent: '文中没有', dateHint: '如 2018-07-02、2018-07', status: '效力', existing: '同一个地方已有的文件', keepBoth: '都留着，这是另外一份', replace: (title: string) => `替换《${title}》`,
  doubts: '疑点', noDoubt: '没有发现疑点。', forImporter: '请对照原件看一看', forReaders: '引用到这些地方时，回答会照实说明：', doubt: (section: string, message: string) => `${section === '' ? '全文' : section}：${message}`,
  clauses: '条款', clausesSay: '左边是读出来的条款，点一条，右边原文里标出它在哪。原文里灰色的是没有收进来的（栏目、页脚、重复的标题）。', clauseList: '读出来的条款', original: '原文', noOriginal: '这一份没有留下原文，只有清理过的条款。',
}
export const policyListWords = {
  title: '政策文件', says: '在用的这一版里有这些文件。一份文件在它的适用地区和下面的各级都管用；点开看条款、原文和疑点。', none: '还没有政策文件。上传一份，一窗才有依据可答。',
  heads: ['文件', '效力', '适用地区', '从何时到何时', '管到哪些社区', '条款和疑点'], scroll: '政策文件，可以左右滚动', join: '、',
  named: (title: string) => `《${title}》`, place: (name: string, code: string) => `${name}（${code}）`, term: (from: string | null, until: string | null) => (from === null && until === null ? '文中没有写' : `${from ?? ''} 至 ${until ?? '另行通知'}`),
  nowhere: '没有社区在它下面', counts: (clauses: number, doubts: number) => `${clauses} 条${doubts === 0 ? '' : `，${doubts} 处疑点`}`,
  change: '更正文件信息', takeOut: '撤下', takeOutAsk: (title: string) => `撤下《${title}》？存成草稿，批准上线后一窗不再引用它。请写为什么：`, close: '收起',
}
export const policyFields = [
  ['title', '标题'], ['issuingBody', '发文机关'], ['number', '文号'], ['jurisdictionName', '适用地区'], ['signed', '成文日期'], ['issued', '印发日期'], ['published', '发布日期'],
  ['effective', '从哪天起施行'], ['validUntil', '有效期至'],
] as const

export const trialWords = {
  title: '试一试', says: '照在用的这一版，当一位新来的居民问一句，看会怎么答、为什么。不会存下来，也不会发给谁。', form: '试一个问题',
  question: '居民会怎么问', questionHint: '如 居民议事会有几个人', place: '在哪个社区', way: '在哪里说', ask: '问一问', needQuestion: '请写一句居民会问的话',
  ways: { private: '私聊', mentioned: '群里，叫了小助手', group: '群里，没叫谁' },
  answered: '有依据，照原文答', related: '把握不够，只说「可能相关」，并请居民挑', refused: (why: string) => `不答：${why}`,
  sure: (share: string, least: string) => `把握 ${share}，够答（${least} 以上）`, perhaps: (share: string, from: string, to: string) => `把握 ${share}，只够说可能相关（${from}–${to}）`, unsure: (share: string, least: string) => `把握 ${share}，不够（${least} 以下不提）`,
  would: '会这样答', took: (version: number, ms: number) => `第 ${version} 版，${ms.toFixed(0)} 毫秒`, silent: (why: string) => `不出声：${why}`,
  outcome: '结果', gate: '出不出声', heard: '听成', nothingHeard: '没有听出是什么事', slots: '听出的词', noSlots: '没有', normal: (value: string) => `（${value}）`, texts: '查文件',
  ranking: (place: string) => `${place}的文件里，最像的几句`, titles: (titles: readonly string[]) => titles.map((title) => `《${title}》`).join(''), between: '；',
  rank: (section: string, score: number) => `${section}，与第一名之比 ${score.toFixed(3)}`, part: (name: string, worth: number) => `${name} ${worth > 0 ? '＋' : '－'}${Math.abs(worth).toFixed(1)}`, noText: '这个社区所在的各级都没有文件。',
  keep: '以后都要这样答', keepSays: '记成核对问题：以后哪一版答得不如现在，就不能上线。', kept: '已记成核对问题。',
}

export const verdictWords = { titled: (title: string, count: number) => `${title}（${count}）`, expected: '该答', before: '原来', after: '现在' }

export const versionWords = {
  all: '← 全部版本', missing: '没有这一版。', why: '为什么', author: '谁改的', base: '照哪一版', origin: '来历', rollbackOf: (number: number) => `退回到第 ${number} 版`, approver: '谁批准的', live: '上线',
  liveAt: (from: string, until: string | null) => (until === null ? from : `${from}，${until} 换下`), at: (moment: string) => `，${moment}`, approved: '批准', comma: '，',
  done: { check: '', approve: '已批准，可以上线了。', publish: '已上线，居民现在问到的就是这一版。', drop: '已作废。', rollback: '已退回，现在在用。', merge: '合好了，请再核对一次。' },
  rollbackAsk: (number: number) => `现在在用的会换下来，内容回到第 ${number} 版。为什么退回？`, rollback: '退回', notYet: '先不', needReason: '请写原因', dropAsk: '作废后这份草稿不能再上线。', drop: '作废草稿', dropShort: '作废',
  checkAgain: '再核对一次', checking: (asked: number, of: number) => `正在核对：把每个核对问题新旧各问一遍，${of === 0 ? '正在准备' : `${asked} / ${of}`}`, progress: '核对进度',
  check: '核对', checked: (asked: number, broken: number, mended: number, stillWrong: number) => `问了 ${asked} 个问题：改坏 ${broken} 个，改好 ${mended} 个，原来就不对、现在还不对 ${stillWrong} 个。`,
  broken: '改坏的（有一个就不能上线）', mended: '改好的', stillWrong: '还不对的', changes: '改了什么', first: '这是第一版，没有更早的可以比。', noChange: '没有您能看到的改动。',
  title: '知识库的各版', says: '每次改动先成草稿：核对问题新旧各问一遍，另一位管理员批准，再上线。上线后居民马上用上，随时可以退回。', aloneNow: '现在只有一位管理员，自己批准自己的，会写明「一人办理」。',
  waiting: '等着处理的草稿', noDraft: '没有草稿', past: '上过线的和作废的',
}

export const conflictWords = {
  title: '两份改了同一处', says: '这份草稿存好以后，又有一版上线，两份都改了下面这些。两份都留着：每一处挑一份，再合起来核对。', before: '原来的', draft: '这份草稿', live: '在用的', none: '（没有）', take: (name: string) => `${name}用哪一份`,
  takeDraft: '用这份草稿的', takeLive: '用在用的', merge: '照这样合起来', chooseAll: '每一处都要挑一份',
}

export const questionWords = {
  title: '核对问题', says: '每次改动上线前，这些问题新旧各问一遍；有一个答得不如从前，就不能上线。在「试一试」里问得对的，可以直接记到这里。', list: '核对问题', form: '记一个核对问题',
  question: '居民会怎么问', place: '在哪个社区', expect: '该怎么答', ways: { 'as-now': '照现在这样答', clause: '引用这一条', fact: '引用社区信息', refusal: '不该答（没有依据）' },
  policy: '哪份文件', section: '哪一条', topic: '什么事，如 办公时间', keep: '记下来', kept: '已记下，以后每次改动都核对。', needQuestion: '请写居民会问的话', needExpect: '请写明该怎么答',
  expected: (words: string) => `该答：${words}`, by: (author: string, when: string) => `${author}，${when}`, shipped: '随知识库文件来的', drop: '不再核对', dropOne: (question: string) => `不再核对「${question}」`, none: '还没有核对问题。', find: '找一找',
}

export const serviceWords = {
  title: '办事项目', says: '居民能办、能报的事：怎么说、问什么、带什么、多久办结、先交给谁。改动先成草稿。', add: '登记一个办事项目', addList: '登记一份材料清单', find: '找一找', form: '办事项目', other: '其他', materials: (all: readonly string[]) => `材料：${all.join('；')}`,
  unpromised: '没有承诺时限', promised: (count: number, isDays: boolean, source: string, date: string) => `${count} 个${isDays ? '工作日' : '工作小时'}办结（${source}，${date}）`,
  name: '名称', group: '归在哪一类', about: '说明，给居民看的一句话', purpose: '问这些来做什么（登记前念给居民听）', words: '居民的说法，一行一个', materialLines: '要带的材料，一行一样', days: '承诺几个工作日办结（没有就空着）', source: '时限的来源', date: '哪天定的',
  intents: '听成哪几种意思时是它', intentsChosen: (count: number) => `已选 ${count} 种`, how: '怎么办', labels: { disclosure: '能在哪里说', filing: '怎么登记', owner: '先交给谁' }, disclosure: { public: '群里也能说', personal: '只在私聊里说' }, filing: { 'at-once': '问清就登记', confirm: '念一遍，居民确认再登记' }, owner: { grid: '先交给网格', lead: '先交给社区负责人' },
  forwardTo: '要转给哪个外单位（社区自己办就空着）', agency: '社区里谁来做（空着就是社区自己）', forWhom: '谁能办（谁都能办就空着）', emergency: '可能有危险时先提醒的话（没有就空着）', claimHours: '几个工作小时没人接就上报（空着是 4 个）',
  flags: { books: '要预约时间', visit: '能上门', agent: '能代办', simple: '能网上批', photo: '办结要有照片' },
  joins: '多近的同一件事算一件', joinsWays: { place: '同一处', building: '同一栋', none: '不并' },
  fields: '要问居民的', noFields: '什么都不问，一说就登记。', addField: '再问一项', dropField: '不问这一项', fieldOf: (at: number, label: string) => `第 ${at} 项${label === '' ? '' : `：${label}`}`, slot: '是什么', label: '叫什么', question: '怎么问', why: '为什么要问', required: '一定要问', options: '常见的答案，一行一个，写成「答案：说法、说法」', optionHint: '东门：大门口、正门',
  needName: '请写名称', needPurpose: '请写问来做什么', needIntents: '请选至少一种意思', needDays: '工作日要写一个正整数', needSource: '请写时限的来源', needField: '要问的每一项都要写全：叫什么、怎么问、为什么问', needHours: '几个工作小时要写一个数',
  between: /[、，,;；]/, nameEnd: /[:：]/, optionLine: (value: string, words: readonly string[]) => `${value}：${words.join('、')}`,
}

export const checklistWords = {
  title: '材料清单', says: '居民问「办某件事要带什么」时，先问几个是不是，再报清单。', form: '材料清单', name: '办什么', words: '居民的说法，一行一个', communities: '给哪些社区用', source: '来源', date: '登记日期', line: (names: number, source: string, date: string) => `${names} 样材料，${source}，${date}`,
  questions: '先问什么（最多四个「是不是」）', addQuestion: '再问一个', dropQuestion: '不问这个', ask: '怎么问', yes: '算「是」的说法，用、隔开', no: '算「不是」的说法，用、隔开', questionOf: (at: number) => `第 ${at} 问`,
  materials: '材料', addMaterial: '再加一样', dropMaterial: '去掉', materialOf: (at: number) => `第 ${at} 样`, whenOf: (at: number, question: number) => `第 ${at} 样，第 ${question} 问`, when: { any: '都要', yes: '答「是」才要', no: '答「不是」才要' },
  needName: '请写办什么', needWords: '请写居民的说法', needCommunities: '请选给哪些社区用', needSource: '请写来源', needMaterials: '请写材料', needAsk: '请写怎么问', join: '、',
}
