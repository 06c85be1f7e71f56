import type { ProjectRow } from '../../coordination-types.js'

export const projectStates: Readonly<Record<ProjectRow['state'], string>> = { planned: '筹备', running: '进行中', ended: '已结束' }

/** The page of projects made of needs that keep coming back. */
export const projectWords = {
  title: '服务项目', about: '居民一再提的需求，可以立成项目，找社会组织、社工和志愿者来做（三社联动、四社联动）。立项时关联的工单一直跟着项目。',
  needs: '常来的需求', needsSay: '近三个月同一类有 3 件以上、还没立项的', noNeeds: '近三个月没有一再提的需求',
  need: (service: string, count: number): string => `${service} ${count} 件`, make: '立项', projects: '项目', none: '还没有项目',
  name: '项目名', what: '是什么需求', organisation: '哪个社会组织来做', socialWorker: '社工', volunteers: '志愿者', state: '进展', note: '改了什么', begin: '立项', begun: '已立项', change: '修改', changed: '已修改', save: '保存', cancel: '不改了',
  who: (organisation: string, worker: string, volunteers: string): string => [organisation === '' ? '社会组织待定' : organisation, worker === '' ? '社工待定' : `社工 ${worker}`, ...(volunteers === '' ? [] : [`志愿者 ${volunteers}`])].join('，'),
  requests: (count: number): string => `关联 ${count} 件工单`, request: (number: string): string => `工单 ${number}`, step: (note: string, by: string, at: string): string => `${at} ${by}：${note}`,
} as const
