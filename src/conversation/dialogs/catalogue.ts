import type { Service } from '../../requests/services.js'
import { say, step, type Step, type Turn } from '../turn.js'

/** 「有哪些服务」「办事清单」 */
const asksForAll = /^(请问|你好|您好|@小助手|[，,\s])*((你们?|您|社区|窗口|这儿|这里)(都|到底|还)?(有|能办|能做|可以办)(啥|什么|哪些)(服务|业务|事情?|事项)|(都)?有(哪些|什么|啥)(服务|事项|业务)|(你|这儿|这里|窗口)?(都|到底|还)?(能|可以)办(哪些|什么|啥)(服务|业务|事情?|事项)?|(服务|办事|事项)(清单|目录|列表))(啊|呀|呢|吗)?([，,](一样一样|一项一项|一个一个|都|详细)?.{0,4}说.{0,4})?[?？。]*$/
/** 「助浴是什么」「谁能订助餐」 */
const asksAboutOne = /^(请问)?.{0,3}?(是(什么|啥|干(什么|啥)的)|(谁|什么人|哪些人)(能|可以)(用|办|订|申请|报))|(谁|什么人|哪些人)(能|可以)(用|办|订|申请|报)/

/** What can be had here, by its branches, or what one service is; `null`: that is not what is asked. */
export function meetCatalogue(turn: Turn): Step | null {
  const { text } = turn.understanding
  if (asksForAll.test(text)) return step({ kind: 'answered' }, listOf(turn))
  if ([...text].length > 14 || !asksAboutOne.test(text.replace(nameIn(turn, text)?.name ?? '', ''))) return null
  const service = nameIn(turn, text)
  return service === null || service.about === '' ? null : step({ kind: 'answered' }, say(aboutOf(service), { choices: [`要${service.name}`] }))
}

function nameIn({ services }: Turn, text: string): Service | null {
  return services.services.find(({ name }) => text.includes(name)) ?? null
}

/** A branch a line; in a room one line for all, and the rest in private. */
function listOf({ services, message }: Turn): string {
  const groups = [...new Set(services.services.map(({ group }) => group))].filter((group) => group !== '')
  if (message.chat === 'group') return `能办的有：${groups.join('、')}。直接说事就行，细的私聊我看。`
  const lines = groups.map((group) => `${group}：${services.services.filter((one) => one.group === group).map(({ name }) => name).join('、')}`)
  return `社区窗口能办这些：\n${lines.join('\n')}\n不用找部门，直接说事就行；问政策、查进度也可以。`
}

function aboutOf(service: Service): string {
  const lines = [
    `${service.name}：${service.about}`,
    service.forWhom === null ? '' : `谁能办：${service.forWhom}。`,
    service.materials.length === 0 ? '' : `要带：${service.materials.join('、')}。`,
    service.agency === null ? '' : `由${service.agency}办。`,
    service.fields.length === 0 ? '' : `要问您：${service.fields.map(({ label, why }) => `${label}（${why}）`).join('、')}。`,
  ]
  return `${lines.filter((line) => line !== '').join('\n')}\n要办直接说。`
}
