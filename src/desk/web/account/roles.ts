import type { Role } from '../../accounts.js'

export const roleNames: Readonly<Record<Role, string>> = { staff: '工作人员', lead: '负责人', admin: '管理员', auditor: '审计员' }
