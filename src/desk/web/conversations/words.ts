import type { ConversationRow } from '../../api-types.js'

const channelNames: Readonly<Record<string, string>> = { web: '网页', wechat: '微信', lark: '飞书', memory: '测试' }

export const sayChannel = (row: ConversationRow): string => `${channelNames[row.channel] ?? row.channel}${row.chat === 'group' ? '群' : '私聊'}`

export function sayMode(row: ConversationRow): string {
  switch (row.mode) {
    case 'bot': return '一窗在答'
    case 'waiting': return row.urgent ? '急，等人接' : '等人接'
    case 'staff': return `${row.takenBy ?? '工作人员'}在答`
  }
}

export function modeTone(row: ConversationRow): 'danger' | 'warning' | 'primary' | 'info' {
  switch (row.mode) {
    case 'bot': return 'info'
    case 'waiting': return row.urgent ? 'danger' : 'warning'
    case 'staff': return 'primary'
  }
}
