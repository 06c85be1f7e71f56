import type { AuditAct, AuditFault } from '../../../audit/entry.js'
import type { Role } from '../../accounts.js'
import { roleNames } from './account.js'

export const actNames: Readonly<Record<AuditAct, string>> = {
  'sign-in': '登录', 'sign-out': '退出', locked: '账号锁定', unlock: '解锁', invite: '一次性链接', 'account-made': '建账号', password: '换密码', role: '改角色',
  disable: '停用账号', enable: '启用账号', 'second-step': '两步验证', unmask: '看完整号码', export: '导出', import: '导入', change: '办理',
}

const faultWords: Readonly<Record<AuditFault['kind'], string>> = { missing: '少了记录', changed: '内容被改过', broken: '与前一条接不上', cut: '后面被截掉了' }

export function sayFault({ serial, kind }: AuditFault): string {
  return `第 ${serial} 条起不对：${faultWords[kind]}。请停止改动，保留数据文件夹，和最近的备份核对。`
}

export const auditWords = {
  title: '操作记录',
  says: '谁在什么时候登录、看了完整号码、导出、改了账号或办了事。只能增加，改动和删除都会被查出来。',
  only: '只看',
  all: '全部',
  check: '核对有没有被改过',
  whole: (count: number, hash: string): string => `核对过了：${count} 条，一条不少，没有改动。末尾的校验值 ${hash}…`,
  toExport: '导出工单',
  exportIsNoted: '在「对接」里做；谁导出了什么、做什么用，记在这里。',
  none: '还没有记录',
  refused: '（被拒绝）',
  who: (who: { readonly name: string; readonly role: Role } | null): string => (who === null ? '本机或未登录' : `${who.name}（${roleNames[who.role]}）`),
  comma: '，',
  look: '看一看',
  older: '看更早的',
  again: '再试一次',
} as const

/** Whether what was done, in the words that the server keeps for it, was done to one request, or to one conversation. */
export const isOfRequest = (words: string | null): boolean => /一张工单|^外勤/.test(words ?? '')
export const isOfConversation = (words: string | null): boolean => /一段对话|对话里|把对话/.test(words ?? '')

/** Of an invitation, or a change of somebody's part: the server keeps roles and communities as it names them. */
export function sayAccount(act: AuditAct, words: string | null, nameOf: (communityId: string) => string): string | null {
  const kept = act === 'invite' || act === 'role' ? /^(?<who>.*：)?(?:(?<was>[a-z]+) → )?(?<is>[a-z]+)（(?<scope>.*)）$/.exec(words ?? '')?.groups : undefined
  const named = (role: string | undefined): string => roleNames[role as Role] ?? role ?? ''
  if (kept === undefined || !((kept['is'] ?? '') in roleNames)) return words
  return `${kept['who'] ?? ''}${kept['was'] === undefined ? '' : `${named(kept['was'])} → `}${named(kept['is'])}（${(kept['scope'] ?? '').split('、').map(nameOf).join('、')}）`
}
