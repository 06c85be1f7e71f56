import { enterChat } from '../../src/bench/chat-client.js'
import type { ActivityList } from '../../src/desk/activity-types.js'
import type { PropertyView } from '../../src/desk/coordination-types.js'
import type { ProposalList } from '../../src/desk/proposal-types.js'
import type { TopicList } from '../../src/desk/topic-types.js'
import type { WishList } from '../../src/desk/wish-types.js'
import { talkAs } from '../journeys/running.js'
import type { Signed } from './populated.js'

/** A day of Asia/Shanghai so many days from now, `2026-11-28`. */
const dayFromNow = (days: number): string => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)

/** What residents of a community do together, at every stage that a page shows: wishes, small projects, topics, activities, who they are, what is published. */
export async function populateProgrammes(base: string, communityId: string, { staff, admin, requestId }: { readonly staff: Signed; readonly admin: Signed; /** Of some request. */ readonly requestId: string }): Promise<void> {
  const at = encodeURIComponent(communityId)
  const talk = async (lines: readonly string[]): Promise<void> => {
    const chat = await talkAs(await enterChat(base, communityId))
    for (const line of lines) await chat.ask(line)
    chat.close()
  }
  await talk(['想许个微心愿：想要个能听戏的收音机', '对'])
  await talk(['想许个微心愿：给孙女找个人补习数学', '对'])
  await talk(['我提个微项目，6栋门口装一排扶手'])
  await talk(['我提个微项目，凉亭里放几个书架'])
  await talk(['提个议题：楼道里能不能装感应灯'])
  await talk(['我要表扬保安小赵，下雪天帮老人提东西'])
  await talk(['我是示例水文站的党员，叫小孙，来报到', '对'])
  const wishes = `/wishes/${at}`
  const [wish] = (await staff.get<WishList>(wishes)).waiting
  await staff.post(`${wishes}/publish`, { request: wish?.requestId, rev: wish?.rev, words: '想要个能听戏的收音机', kind: '生活用品', yuan: 80 })
  const [project] = (await staff.get<ProposalList>(`/proposals/${at}`)).waiting
  await staff.post(`/proposals/${at}/publish`, { request: project?.requestId, rev: project?.rev, words: '6栋门口装一排扶手' })
  await talk(['有哪些微心愿', '1号我认了'])
  await talk(['支持1号微项目'])

  const topics = `/topics/${at}`
  await admin.post(`${topics}/procedure`, { id: null, rev: 0, name: '一步一议', steps: ['张榜公布', '上门征求意见'], required: false })
  let listed = await staff.post<TopicList>(`${topics}/open`, { title: '空地种树还是停车', about: '南门口的空地', procedure: null })
  listed = await staff.post(`${topics}/open`, { title: '楼道墙面刷什么颜色', about: '', procedure: null })
  const topic = () => { const found = listed.topics.find(({ title }) => title.startsWith('楼道墙面'))!; return { topic: found.id, rev: found.rev } }
  listed = await staff.post(`${topics}/deliberate`, topic())
  listed = await staff.post(`${topics}/minutes`, { ...topic(), day: dayFromNow(-1), words: '到会十二人，多数想刷浅色' })
  await staff.post(`${topics}/vote`, { ...topic(), options: ['米黄色', '浅灰色'], opensAt: 0, closesAt: Date.now() + 3 * 86_400_000, who: 'owners', per: 'household', verifyHours: 24, quorum: 10, majority: 50 })
  await talk(['投米黄色', '5栋1单元202，业主'])

  const activity = { kind: 'service', title: '清理河边步道', place: '河边凉亭', places: 20, closes: null, audience: 'everybody', skills: [], grid: null, note: '带手套', source: '社区公告栏' }
  for (const [days, publish] of [[5, true], [9, false]] as const) {
    await staff.post<ActivityList>(`/activities/${at}`, { id: null, rev: 0, activity: { ...activity, at: `${dayFromNow(days)}T08:30`, until: `${dayFromNow(days)}T10:30` }, publish })
  }
  await talk(['清理河边步道给我报名', '对'])
  await admin.post(`/volunteers/${at}`, { rev: 0, skills: ['理发', '修水电'], stars: [20, 60] })
  await talk(['登记志愿者', '1', '周末上午', '都行', '对'])
  const affair = { kind: '财务收支', title: '上季度收支', period: null, source: '居务监督委员会', until: null, letOut: null }
  await admin.post(`/disclosures/${at}/publish`, { ...affair, text: '收入 12 万元，支出 9 万元。', publishedOn: dayFromNow(0) })
  await talk(['以后停水停电提前告诉我一声'])
  await admin.post(`/announcements/${at}/send`, { kind: 'outage', audience: { rooms: [], subscribers: { kind: 'all' } }, text: '周三上午检修停水' })
  await admin.post(`/projects/${at}/begin`, { title: '独居老人助浴', need: '独居老人洗澡难', organisation: '示例社工站', socialWorker: '', volunteers: '', requests: [requestId] })
  const { evaluations: [evaluation] } = await admin.post<PropertyView>(`/property/${at}/evaluate`, { company: '示例物业', period: '2026年', from: '2026-01-01', until: '2026-12-31', again: null })
  await admin.post(`/property/${at}/mark`, { evaluation: evaluation?.id, rev: evaluation?.rev, party: '居委会', mark: 72, words: '绿化比去年好，电梯修得慢', spokeFor: '李主任' })
}
