import type { Jurisdiction } from '../../../knowledge/community.js'

/** The pages of a community, in the order of their menu. */
export const placePages = { place: '概况', grids: '楼栋和网格', hours: '办公时间', bookables: '预约项目', calendar: '放假和调休', groups: '群和关联码', communities: '所有社区', health: '运行情况' } as const
export type PlacePage = keyof typeof placePages

export const levelNames: Readonly<Record<Jurisdiction['level'], string>> = { community: '社区', street: '街道', county: '区县', city: '市', province: '省' }

const draftStates: Readonly<Record<string, string>> = { draft: '草稿', checked: '已核对', broken: '核对没通过', approved: '已批准' }

export const weekdays = [
  ['monday', '周一'], ['tuesday', '周二'], ['wednesday', '周三'], ['thursday', '周四'], ['friday', '周五'], ['saturday', '周六'], ['sunday', '周日'],
] as const

/** What every page of a community says. */
export const placeWords = {
  menu: '社区', nothingForYou: '这里没有您能看的内容。', again: '再试一次', lookAgain: '再看一次', saveDraft: '存成草稿', never: '算了', why: '为什么改', unset: '还没有登记',
  titleOf: (page: PlacePage, community: string | null) => (community === null ? placePages[page] : `${placePages[page]} · ${community}`),
}

export const draftWords = {
  made: (number: number) => `已存成第 ${number} 版草稿，在用的还没有变。到「知识库」核对、由另一位管理员批准后上线。`,
  waiting: (count: number) => `还有 ${count} 份草稿没上线；两份都改了同一处时两份都留着，到后一份里挑用哪个`,
  version: (number: number) => `第 ${number} 版`,
  about: ({ state, reason, author }: { readonly state: string; readonly reason: string; readonly author: string }) => `（${draftStates[state] ?? state}）：${reason}，${author}`,
}

export const overviewWords = {
  chain: '从社区到省',
  chainSays: '居民问政策时，从上往下找：先看最近的一级有没有规定，没有再看上一级，不借别处的。',
  prefixBefore: '工单号以', prefixAfter: (grids: number, version: number) => `开头，${grids} 个网格，正在用第 ${version} 版知识。`,
  facts: '本地事实', noFacts: '还没有登记。电话、地址、办公时间这些，没有登记的一窗不说。', factsScroll: '本地事实，可以左右滚动',
  factHeads: ['事项', '内容', '来源', '登记', '有效'], noText: '（未登记）',
  term: (from: string | null, until: string | null) => (from === null && until === null ? '一直' : `${from ?? ''} 至 ${until ?? '另行通知'}`),
  places: '居民说的地方', join: '、', factName: (topic: string, item: string) => (item === '' ? topic : `${topic} · ${item}`),
}

export const gridWords = {
  download: '下载表格（CSV）', pick: '换成改好的表格',
  how: '一行一栋楼或一个地方，列名是 网格、负责人、职务、替岗人、替岗职务、类别（楼栋或地点）、名称。先下载，在表格软件里改好，另存为 CSV 再传。整张表一起换，有一行不对就一行也不换。',
  faults: (file: string, count: number) => `${file} 有 ${count} 处要改，什么都没有换`,
  fault: (line: number, says: string) => `第 ${line} 行：${says}`,
  moreFaults: (count: number) => `后面还有 ${count} 处。`,
  preview: (file: string) => `${file} 会改成这样`, same: '和在用的一样，不用换。',
  grids: (count: number) => `${count} 个网格`, added: (names: readonly string[]) => `多了：${names.join('、')}`, gone: (names: readonly string[]) => `少了：${names.join('、')}`,
  moved: (names: readonly string[]) => `换了网格：${names.join('；')}`, onlyPeople: '楼栋和地点没有变，变的是人',
  none: '还没有登记网格。没有网格时，报修都交给窗口。', scroll: '网格，可以左右滚动', heads: ['网格', '负责人', '替岗', '楼栋', '地点'], standInPost: '值班岗', join: '、',
}

export const hourWords = {
  none: '还没有登记办公时间：一窗不向居民承诺任何时限，只说「待确认」。',
  scroll: (index: number) => `办公时间 ${index}，可以左右滚动`,
  season: (from: string | undefined, until: string | undefined) => (from === undefined && until === undefined ? '全年' : `${from ?? '01-01'} 至 ${until ?? '12-31'}`),
  spans: (spans: readonly string[]) => spans.join('，') || '不开门',
  closed: (all: readonly { readonly name: string; readonly from: string; readonly until: string }[]) => `另外关门：${all.map(({ name, from, until }) => `${name} ${from} 至 ${until}`).join('；')}`,
  source: (source: string, date: string) => `${source}，${date} 登记。放假和调休按「放假和调休」一页；调休上班日按周一的时间开门。`,
  enter: '登记办公时间', change: '修改', seasonOf: (index: number) => `第 ${index} 季`, from: '从', until: '到', allYear: '全年不用写', untilHint: '如 09-30', shut: '不开门',
  dropSeason: '去掉这一季', addSeason: '再加一季（冬夏时间不同时）', closedDays: '另外关门的日子，一行一段', closedHint: '盘点 2026-12-30 2026-12-31', sourceLabel: '来源', sourceHint: '如 社区公告栏 2026-11-20',
}
/** Between the hours of a span people write any of these: 8:30～12:00, 14:00至17:30. */
export const spanDash = /\s*[~～—–－至到-]+\s*/g
export const spanBreak = /[\s,;、，；]+/

export const calendarWords = {
  missing: (year: number) => `还不知道 ${year} 年哪天放假、哪天调休`,
  missingSays: '没有登记的年份，落在那一年的时限一窗只说「待确认」，不会自己猜。国务院办公厅的通知出来后请登记。',
  enter: (year: number) => `登记 ${year} 年`, formTitle: (year: number) => `${year} 年放假和调休`,
  usualTitle: (year: number) => `国务院办公厅关于${year}年部分节假日安排的通知`,
  notice: '发文字号', noticeHint: '国办发明电〔〕号', title: '标题', issued: '发文日期', holidays: '放假，一行一个：名称 第一天 最后一天', holidayHint: (year: number) => `元旦 ${year}-01-01 ${year}-01-03`,
  workdays: '调休上班的周末，一行一天', which: '看哪一年', year: (year: number) => `${year} 年`, correct: (year: number) => `更正 ${year} 年`,
  source: (one: { readonly title: string; readonly notice: string; readonly issued: string }) => `${one.title}（${one.notice}，${one.issued}）`,
  holiday: '放假', makeUp: '调休上班', weekend: '周末', makeUpShort: '上班', month: (month: number) => `${month} 月`, dayNames: ['一', '二', '三', '四', '五', '六', '日'],
  span: (one: { readonly name: string; readonly from: string; readonly until: string }) => `${one.name}：${one.from} 至 ${one.until}`, makeUps: (days: readonly string[]) => `调休上班：${days.join('、')}`,
}

export const groupWords = {
  paired: '已配对的群', none: '还没有飞书群或微信群。先把小助手拉进群，再领一个配对码发到群里。网页聊天不用配对。', untitled: '还没说过话的群',
  staff: '工作群', residents: '居民群', pairedAt: (moment: string) => `${moment} 配对`, again: '重新配对', codes: '领一个码',
  codesSay: '一个码只能用一次，半小时内有效。发出去以前谁看到都能用，不要贴到公开的地方。',
  residentsCode: '居民群配对码', staffCode: '工作群配对码', residentCode: '居民绑定码', colleagueCode: '同事关联码', pickColleague: '选一位同事', take: '领码',
  how: {
    again: '微信重新登录后，在原来的群里 @小助手 并发「配对 这个码」，没发出去的话会接着发。', residents: '在居民群里 @小助手 并发「配对 这个码」，这个群就归本社区。',
    staff: '在工作群里 @小助手 并发「配对 这个码」，新工单会发到这个群，工作人员在工单下面回复居民。', resident: '请居民私聊小助手发「绑定 这个码」，以后就按本社区答复。',
    colleague: '请本人私聊小助手发「关联 这个码」，他在工作群里说的话就署他的名字。',
  },
  holds: (minutes: number) => `${minutes} 分钟内有效，离开本页就看不到了。`,
}

export const healthWords = {
  lost: (channel: string, state: string) => `${channel}${state}，居民发来的消息可能收不到`,
  undelivered: (failed: number, unsure: number) => `${failed} 条消息没有送到，${unsure} 条不知道送到没有；在对话里看得到是哪些`,
  late: (count: number, since: string) => `${count} 条消息还没发出去，最早的是${since}`,
  missingYear: (year: number) => `${year} 年的放假和调休还没有登记，落在那一年的时限不能承诺`, withoutHours: (name: string) => `${name}没有登记办公时间，不能承诺时限`,
  see: '去处理', seeTo: (what: string) => `：${what}`,
  well: '一切正常', wanting: (count: number) => `${count} 件事要处理`,
  channels: '渠道', onlyWeb: '只有网页聊天', seeChannels: '看渠道', outbox: '发消息',
  outboxSays: ({ due, failed, unsure }: { readonly due: number; readonly failed: number; readonly unsure: number }) => `${due} 条在路上，${failed} 条没有送到，${unsure} 条不知道送到没有`,
  knowledge: '知识库', knowledgeSays: (number: number, liveAt: string | null, drafts: number) => `在用第 ${number} 版${liveAt === null ? '' : `，${liveAt} 上线`}；${drafts} 份草稿没上线`,
  understanding: '听懂', misunderstood: (count: number) => `${count} 句话等着标`, label: '去标', running: '运行', started: (moment: string) => `${moment} 启动`,
}
