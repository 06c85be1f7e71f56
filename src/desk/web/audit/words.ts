import type { AuditAct } from '../../../audit/entry.js'
import type { AuditFault } from '../../../audit/entry.js'

export const actNames: Readonly<Record<AuditAct, string>> = {
  'sign-in': '登录', 'sign-out': '退出', locked: '账号锁定', unlock: '解锁', invite: '一次性链接', 'account-made': '建账号', password: '换密码', role: '改角色',
  disable: '停用账号', enable: '启用账号', 'second-step': '两步验证', unmask: '看完整号码', export: '导出', change: '办理',
}

const faultWords: Readonly<Record<AuditFault['kind'], string>> = { missing: '少了记录', changed: '内容被改过', broken: '与前一条接不上', cut: '后面被截掉了' }

export function sayFault({ serial, kind }: AuditFault): string {
  return `第 ${serial} 条起不对：${faultWords[kind]}。请停止改动，保留数据文件夹，和最近的备份核对。`
}
