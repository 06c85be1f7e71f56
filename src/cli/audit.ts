import { z } from 'zod'
import { verifyAudit } from '../audit/log.js'
import { notedEnd } from '../audit/noted-end.js'
import { command, UsageError } from './command.js'
import { askRunning, withStore } from './running.js'
import { settingsOf } from './settings.js'

const verdict = z.object({ count: z.number(), hash: z.string(), fault: z.object({ serial: z.number(), kind: z.enum(['missing', 'changed', 'broken', 'cut']) }).nullable() })
const faultWords = { missing: '少了记录', changed: '内容被改过', broken: '与前一条接不上', cut: '被截掉或整本换过' } as const

export const auditVerify = command({
  name: 'audit verify',
  summary: '核对操作记录：有没有被改过、少过',
  usage: '[--end 序号:校验值]',
  options: { end: { kind: 'text', value: '序号:校验值', help: '以前记在别处的末尾（每次核对时打印，日志里也有），看它还在不在' } },
  words: [0, 0],
  more: '打印末尾的「序号:校验值」，请抄到数据文件夹以外的地方。不完整时退出码是 1。',
  async run(given, _words, terminal) {
    const config = settingsOf(terminal)
    const [serial = '', hash = ''] = (given.end ?? '').split(':')
    const parsed = notedEnd.safeParse(given.end === null ? null : { serial: Number(serial), hash })
    if (!parsed.success) throw new UsageError('usage', '--end 要写成「序号:校验值」，就是上次核对时打印的那一行。')
    const noted = parsed.data
    const { count, hash: end, fault } = await askRunning({ name: 'audit verify', args: noted, schema: verdict }, config, () => withStore(config, terminal, (store) => verifyAudit(store, noted)))
    if (fault !== null) {
      terminal.tell(`第 ${fault.serial} 条起不对：${faultWords[fault.kind]}。`)
      return 1
    }
    if (count > 0) await terminal.out(`${count}:${end}`)
    terminal.tell(count === 0 ? '还没有操作记录。' : `${count} 条，一条不少，没有改动。`)
    return 0
  },
})
