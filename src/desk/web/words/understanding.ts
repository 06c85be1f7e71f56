import type { OutcomeKind } from '../../../conversation/outcome.js'
import type { LearningReason } from '../../../learning/records.js'
import type { GateMode } from '../../../nlu/understanding.js'

export const understandingPages = [['understanding', '没听懂的话'], ['training', '训练和报告'], ['rooms', '群里何时开口']] as const

export const reasonNames: Readonly<Record<LearningReason, string>> = {
  unclear: '没听明白', 'corrected-by-choice': '居民自己选的', 'taken-over': '转给了人', 'out-of-scope': '说了不归社区管', unanswered: '没有依据可答',
}

export const modeNames: Readonly<Record<GateMode, { readonly name: string; readonly says: string }>> = {
  'only-when-addressed': { name: '叫到才说', says: '只在被 @、有危险、有人发出证件号时开口' },
  careful: { name: '谨慎', says: '还会接住说得清楚的公共问题和报修' },
  helpful: { name: '热心', says: '拿得不那么准的也接' },
}

const outcomeNames: Partial<Readonly<Record<OutcomeKind, string>>> = { answered: '答复', clarifying: '追问', filed: '登记工单', 'handed-over': '转人工', unanswerable: '说不知道' }

export const sayPercent = (share: number): string => `${(share * 100).toFixed(1)}%`

export const understandingWords = { menu: '听懂', again: '再试一次', lookAgain: '再看一次' }

export const queueWords = {
  title: '没听懂的话', whatIsIt: '这句话是什么意思', none: '没有等着标的话。居民说了一窗没听懂的，会到这里来。',
  position: (at: number, of: number, community: string, when: string) => `第 ${at} 句，共 ${of} 句 · ${community} · ${when}`,
  likely: '多半是', nothing: '与社区无关', drop: '不拿来学', dropped: '不学', keys: ['换一句，', '收回上一个。话里的姓名、电话、证件号、门牌都已遮去。'],
  before: '上一句', next: '下一句', undo: '收回',
  labelled: (text: string, title: string) => `「${text}」记为「${title}」`, takenBack: (text: string) => `「${text}」的标注收回了`,
}

export const trainingWords = {
  title: '训练和报告',
  fresh: '新标的话', counts: (published: number) => `句，已经学过的 ${published} 句。`,
  running: (by: string, since: string) => `正在训练（${by} ${since} 开始），居民照常有人答。离开这一页也会做完。`,
  failed: (when: string) => `上次训练没有做完（${when}），在用的没有变。可以再试一次；还不行请看日志。`,
  interrupted: (when: string) => `上次训练没有做完就重启了（${when} 开始的），在用的没有变，标注都在。请再训练一次。`,
  start: '带上新标的话训练', anew: '重新训练', publish: '发布，马上用上', discard: '不用这次的结果',
  published: '已发布，从下一句话起按新的听。', discarded: '这次的结果不用了，标注都还在。',
  labelFirst: '先去「没听懂的话」标几句，再来训练。', forAdmins: '训练和发布由管理员来做。',
  comparison: '和在用的比', done: (when: string, lines: number) => `${when} 做完，带上 ${lines} 句新标的话。每句都由没见过它的分类器来判。`,
  tooWorse: '退步太多，不能发布', lookAtLabels: '请看看新标的话有没有标错。', noLoss: '没有超过允许范围的退步。', scroll: (name: string) => `${name}，可以左右滚动`,
  inUse: '在用的', thisTime: '这一次', freshRight: (count: number) => `新标的 ${count} 句认对`, knownRight: (count: number) => `原有的 ${count} 句认对`, lines: (count: number) => `${count} 句`,
  macroF1: '各意图平均（macro-F1）', ece: '把握与实际差（校准误差）',
  mistakes: '最常认错的', noMistake: '一句也没认错。', mistake: (gold: string, predicted: string, count: number) => `「${gold}」认成「${predicted}」 ${count} 句`,
  intents: '每个意图，最弱的在前', intentTable: '每个意图', intentHeads: ['意图', '精确率', '召回率', 'F1', '比在用的（百分点）', '句数'],
  moved: (by: number) => `${by > 0 ? '升' : '降'} ${Math.abs(by * 100).toFixed(1)}`, unmoved: '—',
  bins: '把握的表', binHeads: ['把握', '句数', '对的'],
}

export const chartWords = {
  right: '对的', wrong: '错的', lines: '句', cell: (gold: string, predicted: string, count: number) => `${gold} 认成 ${predicted}\n${count} 句`,
  certainty: '把握有多大', certaintySays: '每一格把握里有多少句。把握 0.8 的话，应该十句对八句。', histogram: '把握的分布；数字见下面的表',
  confusions: '错认成了什么', confusionsSay: '一行是本来的意思，一列是认成的；颜色越深，句数越多。认对的不画。', matrixFrame: '混淆矩阵，可以左右滚动', matrix: '混淆矩阵；最常认错的见下面的表',
}

export const roomWords = {
  title: '群里何时开口', rooms: '群', says: '不管怎么设，有危险、有人把身份证号发在群里，都会开口。试运行的群里，没人叫它的话只记下本来会怎么说，不说出来。',
  none: '还没有群说过话。群先在「社区 · 群和关联码」里配对。', unnamed: '没有名字的群', when: (room: string) => `${room}什么时候开口`, trial: '试运行，只记不说',
  changed: (room: string, mode: string, trial: boolean) => `${room}：${mode}${trial ? '，试运行' : ''}，从下一句话起。`,
  hide: '收起', show: '看本来会说什么', of: (room: string) => `：${room}`, unsaid: '本来会说的话', noUnsaid: '还没有。打开试运行后，没人叫它而它想开口的话会记在这里。',
  said: (when: string) => `居民 ${when}`, would: (outcome: OutcomeKind) => `本来会${outcomeNames[outcome] ?? '说'}`,
}
