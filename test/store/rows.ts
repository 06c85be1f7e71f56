import type { DialogState, Intake, Message, OutboxRow } from '../../src/conversation/records.js'
import type { StaffAccount } from '../../src/desk/accounts.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import type { Row, TableName } from '../../src/store/tables.js'

export const HUZHOU = 'huzhou-demo' as CommunityId
export const PUYANG = 'puyang-demo' as CommunityId

export function aMessage(given: Partial<Message> = {}): Message {
  return { id: 'message-1', rev: 0, conversationId: 'web:huzhou-demo:r1', at: 1_000, from: 'resident', authorId: 'r1', authorName: '王阿姨', text: '楼下的灯不亮了', attachments: [], reply: null, requestId: null, platformMessageId: null, ...given }
}

export function aRequest(given: Partial<ServiceRequest> = {}): ServiceRequest {
  return {
    id: 'request-1', rev: 0, number: 'HZ-2611-0001', sourceKey: 'web:m1:0', serviceCode: 'repair', serviceName: '公共设施报修', intent: 'repair_env', status: 'accepted',
    owner: { kind: 'post', id: 'grid-1', name: '第一网格' }, residentId: 'r1', channel: 'web', conversationId: 'web:huzhou-demo:r1', description: '3栋楼下的灯不亮了', address: '3栋2单元', placeKey: null,
    fields: [{ name: 'phone', value: '13800000001', start: 0, end: 11, normal: '+8613800000001' }], attachmentIds: [],
    reporters: [{ residentId: 'r1', conversationId: 'web:huzhou-demo:r1', chat: 'private', at: 1_000, words: '灯不亮了' }], appointment: null, urges: [], ratings: [],
    history: [{ at: 1_000, actor: { kind: 'bot' }, from: null, to: 'submitted', note: null }], filedAt: 1_000, updatedAt: 1_000, settledAt: null,
    ...given,
  }
}

/** A request whose unique values follow from its id. */
export function requestNamed(id: string, given: Partial<ServiceRequest> = {}): ServiceRequest {
  return aRequest({ id, number: `HZ-${id}`, sourceKey: `web:${id}:0`, ...given })
}

export function anIntake(given: Partial<Intake> = {}): Intake {
  return {
    id: 'intake-1', rev: 0, eventKey: 'web:e1', conversationId: 'web:huzhou-demo:r1', state: 'pending', outcome: null, receivedAt: 1_000, doneAt: null,
    message: {
      channel: 'web', communityId: HUZHOU, eventId: 'e1', messageId: 'm1', conversationId: 'web:huzhou-demo:r1', chat: 'private', author: { id: 'r1', name: '王阿姨', kind: 'resident' },
      text: '一个社区配几个工作人员', attachments: [], mentions: { bot: false, others: [], everyone: false }, quoted: null, sentAt: 900,
    },
    ...given,
  }
}

export function aDialog(given: Partial<DialogState> = {}): DialogState {
  return { id: 'web:room|r1', rev: 0, conversationId: 'web:room', waiting: null, botkit: { 'web/r1': { dialogStack: [{ id: 'repair', state: { step: 2 } }] } }, memory: { asked: '几号楼' }, updatedAt: 1_000, ...given }
}

export function anOutboxRow(given: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: 'outbox-1', rev: 0, conversationId: 'web:huzhou-demo:r1', to: { channel: 'web', conversationId: 'web:huzhou-demo:r1', chat: 'private', residentId: 'r1' },
    reply: { text: '已受理', choices: ['进度'], citations: [], urgency: 'normal', from: { kind: 'bot' } }, state: 'due', attempts: 0, dueAt: 1_000, error: null, endedAt: null,
    ...given,
  }
}

export function aStaffAccount(given: Partial<StaffAccount> = {}): StaffAccount {
  return { id: 'staff-1', rev: 0, login: 'li', name: '李师傅', passwordHash: '$argon2id$…', role: 'staff', scope: [HUZHOU], failures: 0, lockedUntil: null, disabled: false, createdAt: 1_000, ...given }
}

/** A row of each table. */
export const oneOfEach: { readonly [T in TableName]: Row<T> } = {
  intake: anIntake(),
  conversations: { id: 'web:huzhou-demo:r1', rev: 0, channel: 'web', chat: 'private', residentId: 'r1', title: '王阿姨', mode: 'bot', handover: null, takenBy: null, lastAt: 1_000 },
  dialogs: aDialog(),
  messages: aMessage(),
  requests: aRequest(),
  outbox: anOutboxRow(),
  residents: { id: 'r1', rev: 0, channel: 'web', name: '王阿姨', phone: '13800000001', privateConversationId: 'web:huzhou-demo:r1', noticedAt: null, createdAt: 1_000 },
  identities: { id: 'r1', rev: 0, personId: 'person-1', linkedAt: 1_000 },
  linkCodes: { id: '1d', rev: 0, residentId: 'r1', conversationId: 'web:huzhou-demo:r1', staffId: null, expiresAt: 2_000, usedAt: null },
  claimCodes: { id: 'request-1', rev: 0, hash: 'ab' },
  bookingWaits: { id: 'wait-1', rev: 0, residentId: 'r1', to: { channel: 'web', conversationId: 'web:huzhou-demo:r1', chat: 'private', residentId: 'r1' }, serviceCode: 'window-booking', what: '法律咨询', from: '2026-11-25T09:00', until: '2026-11-25T09:00', endsAt: 2_000, told: null },
  webLinks: { id: '1e', rev: 0, form: null, expiresAt: 2_000, usedAt: null },
  wrongCodes: { id: 'r1', rev: 0, at: [1_000] },
  slots: { id: 'slot-1', rev: 0, what: '上门服务', at: '2026-11-23T09:00:00+08:00', capacity: 2, taken: 0 },
  closedDays: { id: '2026-11-25', rev: 0, day: '2026-11-25', bookable: null, reason: '停电', by: { id: 'staff-1', name: '小周' }, at: 1_000 },
  attachments: { id: 'a1', rev: 0, residentId: 'r1', conversationId: 'web:huzhou-demo:r1', kind: 'image', mediaType: 'image/jpeg', bytes: 3, sha256: 'ab', at: 1_000 },
  erasures: {
    id: 'erasure-1', rev: 0, residentIds: ['r1'], to: { channel: 'web', conversationId: 'web:huzhou-demo:r1', chat: 'private', residentId: 'r1' }, askedAt: 1_000, state: 'done', open: 'finish', left: [],
    kept: { requests: 1, joined: 0, bookings: 0, lines: 3, files: 1, since: 1_000 }, doneAt: 2_000,
  },
  chatSessions: { id: 'c0ffee', rev: 0, residentId: 'r1', createdAt: 1_000, lastAt: 1_000 },
  apiKeys: { id: 'ab12', rev: 0, name: '市民热线', scope: [HUZHOU], rights: ['file'], perMinute: 60, tail: 'x9Zk', createdAt: 1_000, createdBy: '陈主任', lastUsedAt: null, revokedAt: null },
  webhooks: { id: 'hook-1', rev: 0, name: '区平台', url: 'https://hooks.example.org/in', scope: 'all', events: ['request.filed'], withWords: false, secret: 'whsec_c2VjcmV0', off: null, failingSince: null, createdAt: 1_000, createdBy: '陈主任' },
  webhookDeliveries: { id: 'delivery-1', rev: 0, webhookId: 'hook-1', key: 'hook-1|request-1.0', eventId: 'request-1.0', type: 'request.filed', number: 'HZ-2611-0001', body: '{}', state: 'due', attempts: 0, dueAt: 1_000, tries: [], createdAt: 1_000, endedAt: null },
  absences: { id: 'staff-1', rev: 0, kind: 'staff', name: '王芳', until: 2_000, standIn: null, setBy: { id: 'staff-2', name: '陈主任' }, at: 1_000 },
  staff: aStaffAccount(),
  staffSessions: { id: 'beef', rev: 0, staffId: 'staff-1', createdAt: 1_000, lastAt: 1_000 },
  invitations: { id: 'f00d', rev: 0, role: 'admin', scope: 'all', staffId: null, expiresAt: 2_000, usedAt: null },
  audit: { id: '000000000001', rev: 0, at: 1_000, who: { id: 'staff-1', name: '陈主任', role: 'admin' }, act: 'unmask', communityId: HUZHOU, about: 'request-1', words: '联系居民', result: 'done', previous: '', hash: 'ab' },
  auditHeads: { id: 'head', rev: 0, count: 1, hash: 'ab' },
  learning: { id: 'learn-1', rev: 0, at: 1_000, conversationId: 'web:huzhou-demo:r1', text: '那个咋弄', understood: [{ intent: 'ask_process', confidence: 0.3 }], why: 'unclear', chosen: null, label: null, labelledAt: null, publishedAt: null },
  trainings: { id: 'latest', rev: 0, state: { kind: 'none' }, trained: null },
  unsaid: { id: 'unsaid-1', rev: 0, at: 1_000, conversationId: 'web:room', text: '请问社区几点开门', reply: ['八点半'], outcome: 'answered', reason: 'public-request' },
  knowledgeVersions: {
    id: '00000001', rev: 0, number: 1, state: 'live', origin: { kind: 'folder' }, author: '小周', reason: '第一次启动', at: 1_000, base: null,
    hash: 'ab', folderHash: 'ab', check: null, approval: null, liveAt: 1_000, retiredAt: null,
  },
  knowledgeQuestions: { id: '00000001', rev: 0, question: '一个社区配几个人', community: 'huzhou-demo', expect: 'refusal', author: '小周', at: 1_000 },
  rooms: { id: 'lark:chat:oc_1', rev: 0, channel: 'lark', communityId: HUZHOU, use: 'residents', pairedAt: 1_000, leftAt: null },
  chatPersons: { id: 'lark:ou_1', rev: 0, channel: 'lark', communityId: HUZHOU, privateChat: 'oc_2', staffId: null, held: null, at: 1_000 },
  pairingCodes: { id: 'c0de', rev: 0, use: { kind: 'room', communityId: HUZHOU, use: 'residents' }, expiresAt: 2_000, usedAt: null },
  staffThreads: { id: 'lark:chat:oc_staff|request|request-1', rev: 0, roomId: 'lark:chat:oc_staff', subject: { kind: 'request', id: 'request-1' }, rootId: 'om_1', speakingIn: null, drawn: 'ab', done: [] },
  wechatLogins: { id: 'login', rev: 0, number: 1, selfId: '@bot', isOver: false, heardAt: 1_000 },
  wechatRooms: { id: 'wechat:room:1', rev: 0, platformId: '@@room', session: 's1', awaySince: null },
  wechatSends: { id: 'outbox-1', rev: 0, state: 'sent', messageId: 'wechat:1', at: 1_000 },
  rosters: { id: 'roster', rev: 0, lines: [{ name: '夜班', weekdays: [1], dates: null, from: '22:00', until: '07:00', staffIds: ['staff-1'] }], changedAt: 1_000, changedBy: '王主任' },
  pages: {
    id: 'page-1', rev: 0, number: 1, cause: { kind: 'danger', what: '火情' }, conversationId: 'web:huzhou-demo:r1', at: 1_000, state: 'calling', nextAt: 2_000, answeredBy: null, endedAt: null,
    steps: [{ at: 1_000, staffId: 'staff-1', name: '李师傅', by: ['desk'], rowIds: [], failed: false }],
  },
  clockWarnings: { id: 'request-1|2000|half', rev: 0, requestId: 'request-1', stage: 'half', staffId: 'staff-1', at: 1_000 },
  templates: { id: 'template-1', rev: 0, serviceCode: null, title: '收到了', text: '{编号}收到了', by: { id: 'staff-1', name: '李师傅' }, at: 1_000 },
  staffViews: { id: 'staff-1', rev: 0, views: [{ name: '3栋的', view: 'open', search: '', filters: { building: '3' } }] },
  visitSteps: { id: '0b7f3c1e-0000-4000-8000-000000000001', rev: 0, requestId: 'request-1', staffId: 'staff-1', kind: 'arrive', state: 'done', madeAt: 1_000, receivedAt: 2_000, position: { latitude: 30.9, longitude: 120.1, accuracyM: 12 }, attachmentId: null },
  undoables: { id: 'request-1', rev: 0, by: 'staff-1', until: 2_000, before: [], filed: [], news: [], withdrawn: [] },
  wishes: { id: 'request-1', rev: 0, number: 12, words: '想要一副大字的老花镜', kind: '生活用品', yuan: 50, state: 'claimed', claimId: 'claim-1', publishedAt: 1_000, changedAt: 2_000, endedAt: null },
  wishClaims: {
    id: 'claim-1', rev: 0, wishId: 'request-1', residentId: 'r2', to: { channel: 'web', conversationId: 'web:huzhou-demo:r2', chat: 'private', residentId: 'r2' },
    contact: { name: '老张', phone: '13800000002', at: 2_000 }, state: 'held', claimedAt: 2_000, photoIds: [], endedAt: null,
  },
  wishKinds: { id: 'kinds', rev: 0, names: ['生活用品', '陪伴'] },
  topics: {
    id: 'topic-1', rev: 0, number: 3, requestId: 'request-1', title: '楼道墙面刷什么颜色', about: '', stage: 'voting', dates: [{ stage: 'proposed', at: 1_000 }], procedure: null, taken: [], minutes: [], result: null, reason: null, endedAt: null,
    vote: { options: ['米黄色', '浅灰色'], opensAt: 1_000, closesAt: 9_000, who: 'owners', per: 'household', verifyHours: 0, quorum: null, majority: null, count: null },
  },
  topicProcedures: { id: 'procedure-1', rev: 0, name: '三议一表决', steps: ['第一步', '第二步'], required: true, by: { id: 'staff-1', name: '王主任' }, at: 1_000 },
  ballots: { id: 'topic-1|r1', rev: 0, topicId: 'topic-1', residentId: 'r1', choice: 1, at: 2_000, to: { channel: 'web', conversationId: 'web:huzhou-demo:r1', chat: 'private', residentId: 'r1' }, until: 9_000 },
  standings: {
    id: 'r1', rev: 0, tenure: 'owner', household: '3栋2单元301室', householdKey: 'ab12', state: 'confirmed', toldAt: 1_000, decided: { at: 2_000, by: { id: 'staff-1', name: '李师傅' } },
    to: { channel: 'web', conversationId: 'web:huzhou-demo:r1', chat: 'private', residentId: 'r1' },
  },
  partyMembers: { id: 'r2', rev: 0, name: '老张', unit: '市图书馆', state: 'confirmed', to: { channel: 'web', conversationId: 'web:huzhou-demo:r2', chat: 'private', residentId: 'r2' }, registeredAt: 1_000, decidedAt: 2_000 },
  proposals: { id: 'request-2', rev: 0, number: 3, words: '3栋楼下装一排晾衣架', state: 'open', result: '', publishedAt: 1_000, endedAt: null },
  supports: { id: 'request-2|r1', rev: 0, proposalId: 'request-2', residentId: 'r1', at: 1_000 },
  praises: { id: 'praise-1', rev: 0, about: '保洁李姐', words: '楼道扫得干干净净，谢谢保洁李姐', residentId: 'r1', conversationId: 'web:huzhou-demo:r1', at: 1_000, state: 'new' },
  disclosures: {
    id: 'disclosure-1', rev: 0, kind: '财务收支', title: '第三季度财务收支', period: { year: 2026, from: 7, until: 9 }, text: '收入 12 万元，支出 9 万元。', file: { id: 'file-1', mediaType: 'application/pdf', bytes: 5 },
    source: '居务监督委员会', publishedOn: '2026-10-12', until: null, by: { id: 'staff-1', name: '李师傅' }, at: 1_000,
  },
  subscriptions: { id: 'r1', rev: 0, kinds: ['outage', 'activity'], building: '3', to: { channel: 'web', conversationId: 'web:huzhou-demo:r1', chat: 'private', residentId: 'r1' }, since: 1_000 },
  announcements: {
    id: 'announcement-1', rev: 0, kind: 'outage', text: '明天上午检修停水', audience: { rooms: ['room-1'], subscribers: { kind: 'grid', name: '第一网格' } }, persons: 1, rooms: 1, withdrawn: 0,
    by: { id: 'staff-1', name: '李师傅' }, at: 1_000, dueAt: 1_000,
  },
  coordinations: {
    id: 'coordination-1', rev: 0, subject: '电梯', openKey: '电梯', requestIds: ['request-1'], raisedAt: 1_000, rule: { least: 3, withinDays: 30 }, state: 'convened',
    meeting: { at: '11月28日下午两点', place: '议事厅', parties: ['居委会', '物业公司'] }, result: null, steps: [{ at: 1_000, by: null, to: 'proposed' }], endedAt: null,
  },
  evaluationRules: { id: 'rules', rev: 0, coordination: { least: 3, withinDays: 30 }, passMark: 60, residentsPercent: 60 },
  propertyEvaluations: {
    id: 'evaluation-1', rev: 0, company: '示例物业', period: '2026年上半年', from: '2026-01-01', until: '2026-06-30', again: null, at: 1_000, verdict: null,
    marks: { 居委会: { mark: 80, words: '报修快', spokeFor: '李主任', enteredBy: { id: 'staff-1', name: '李师傅' }, at: 1_000 } },
  },
  unitMarks: { id: 'of-unit|request-1|城管中队', rev: 0, requestId: 'request-1', unit: '城管中队', direction: 'of-unit', stars: 4, words: '两天就来了', by: { id: 'staff-1', name: '李师傅' }, at: 1_000 },
  workerMarks: { id: 'staff-2|2026H2', rev: 0, staffId: 'staff-2', period: '2026H2', stars: 4, words: '上门勤', by: { id: 'staff-1', name: '李师傅' }, at: 1_000 },
  projects: {
    id: 'project-1', rev: 0, title: '独居老人助浴', need: '独居老人洗澡难', requestIds: ['request-1'], organisation: '示例社工站', socialWorker: '小陈', volunteers: '', state: 'planned',
    steps: [{ at: 1_000, by: { id: 'staff-1', name: '李师傅' }, note: '立项' }], endedAt: null,
  },
  activities: {
    id: 'activity-1', rev: 0, kind: 'service', title: '清理河边步道', at: '2026-11-28T08:30:00+08:00', until: '2026-11-28T10:30:00+08:00', place: '河边凉亭', places: 2, closesAt: 2_000, audience: 'everybody', skills: [], grid: null,
    note: '带手套', source: '社区公告栏', state: 'published', reason: '', taken: 1, isWaitedFor: false, invitedAt: null, by: { id: 'staff-1', name: '小周' }, changedAt: 1_000,
  },
  signUps: { id: 'activity-1|r1', rev: 0, activityId: 'activity-1', residentId: 'r1', order: '1', person: null, state: 'in', at: 1_000, endsAt: 2_000, told: null, reminded: [], came: true, hours: null },
  volunteers: { id: 'r1', rev: 0, skills: ['理发'], also: '会拉二胡', times: ['6-morning'], grids: [], requestId: null, consent: { at: 1_000, asked: '对吗', answered: '对' }, joinedAt: 1_000 },
  volunteerRules: { id: 'rules', rev: 0, skills: ['理发'], stars: [20, 60], by: { id: 'staff-2', name: '陈主任' }, at: 1_000 },
}
