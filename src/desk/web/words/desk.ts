/** What the frame around every page of the desk says. */
export const deskWords = {
  title: '一窗工作台',
  titleWaiting: (waiting: number): string => `(${waiting}) 一窗工作台`,
  brand: '一窗',
  desk: '工作台',
  unreachable: '连不上服务器，正在重试…',
  opening: '正在打开…',
  skip: '跳到正文',
  menu: '主菜单',
  waiting: ' 个在等人',
  whichCommunity: '看哪个社区',
  allCommunities: '全部社区',
  shut: (community: string): string => `${community}（已停用）`,
  leave: '退出',
  offline: '与服务器断开了，正在重连。眼前的内容可能不是最新的。',
  pageGone: '这一页没有取到，请看看网络；写了一半的话都还在。',
  again: '再试一次',
  missing: '没有这个页面',
  toInbox: '回到工单',
} as const

/** The main menu. */
export const sectionNames = {
  inbox: '工单', conversations: '对话', field: '外勤', bookings: '预约', programmes: '居民参与', duty: '值班', supervision: '督导', knowledge: '知识库', understanding: '听懂', place: '社区', colleagues: '同事', exchange: '对接', audit: '记录',
} as const

/** Why a call of the desk's API brought nothing, where the server said nothing of its own. */
export const callWords = { failed: '没有成功，请稍后再试', unreachable: '连不上服务器，请看看网络' } as const

/** A field to pick a file. */
export const fileWords = { pick: '选文件', none: '还没有选' } as const

/** A field to pick a day or an hour. */
export const dayWords = { anyHour: '几点' } as const
