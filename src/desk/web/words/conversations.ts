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

/** The list of conversations. */
export const talksWords = { title: '对话', again: '再试一次', none: '还没有对话' } as const

/** One conversation. */
export const talkWords = {
  back: '← 全部对话', gone: '没有这个对话，或不在您的社区。', inDanger: '居民可能有危险', inDangerHint: '一窗已经回了急救电话。请马上接手，能打电话就打电话。', nothingSaid: '还没有说过的话', confided: '居民私下说的话，只给社区负责人和接手的人看。', log: '对话内容', say: '对居民说（Ctrl+Enter 发送）', send: '发送', release: '交还给一窗', take: '接手',
  waits: '居民在等人。接手后一窗不再插话。', botAnswers: '一窗正在答。接手后一窗不再插话，由您来答。', unsent: '您还有写好没发的话。现在交还给一窗吗？', releaseTitle: '交还对话', releaseYes: '交还', notYet: '先不', handOutCode: '发一个绑定码', codeIs: '绑定码', gap: ' · ',
  codeHint: (code: string, minutes: number): string => `，${minutes}分钟内有效，只能用一次。请核对是本人再口头告诉，由居民在微信、飞书或网页的私聊里发「绑定 ${code}」；别发到群里。`,
} as const

/** The lines of a conversation. */
export const lineWords = {
  resident: '居民', bot: '一窗', staff: (name: string | null): string => `${name ?? '工作人员'}（工作人员）`, recalled: '居民撤回', edited: '已修改', failed: '通知未送达', unsure: '可能未送达', request: '看工单', keep: '存为知识', photo: '居民发的照片，点开看大图', voice: '语音', file: '文件，点开看',
} as const
