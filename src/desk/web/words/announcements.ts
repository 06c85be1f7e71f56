/** The page of what is sent to who has subscribed, and to rooms. */
export const announcementWords = {
  title: '通知',
  about: '居民私聊说「订阅 停水停电」就订上，说「退订」马上停。这里发的只到选中的群和订了这类的人，一个人只发一次；夜里 22 点到 7 点不发，留到早上。居民自己工单的进展不走这里。',
  kind: '哪一类',
  subscribers: (count: number | null): string => (count === null ? '订阅的人不到 5 个' : `${count} 人订阅`),
  text: '内容', textHint: '如 11月25日8点到12点，3栋检修停水。群里不会显示电话号码。',
  rooms: '发到哪些群', noRooms: '还没有居民群连上', untitled: '未命名的群',
  people: '发给订阅的人', nobody: '不发', all: '订了这类的所有人', grid: (name: string): string => `只发${name}（说过住在这个网格几栋的人）`,
  look: '看看发给多少人', reach: (persons: number, rooms: number): string => `会发给 ${persons} 人、${rooms} 个群`, atDawn: '，现在是夜里，早上 7 点发', atOnce: '，马上发',
  send: '发出', change: '再改改', sent: '已发出', kept: '已记下，早上 7 点发',
  before: '发过的', none: '还没有发过通知',
  row: (persons: number, rooms: number, withdrawn: number): string => `${persons} 人、${rooms} 个群${withdrawn > 0 ? `；发出前退订 ${withdrawn} 人，没有发给他们` : ''}`,
  by: (name: string, at: string): string => `${name}，${at}`,
  due: (at: string): string => `${at} 发`,
} as const
