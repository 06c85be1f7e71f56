import { isUrgent } from './ladder.js'
import type { Page, PageCause } from './page.js'

const kinds: Readonly<Record<PageCause['kind'], string>> = { danger: '紧急', person: '居民找人工', channel: '渠道断线', overdue: '严重超时', 'no-time': '时限算不出', test: '试呼叫' }

/** 「应 12」, `应呼叫12。`: the number of the call that a member of staff answers; `null`: it is something else. */
export function readPageAnswer(text: string): number | null {
  const number = /^应\s*(?:呼叫)?\s*(\d{1,9})\s*[。.！!]?$/.exec(text.normalize('NFKC').trim())?.[1]
  return number === undefined ? null : Number(number)
}

/** What staff read, and what a resident who waits for them hears. Nothing about the resident: it is read on private phones. */
export const pagingLines = {
  /** `where`: the community's name, or the installation's; `link`: where to look, `null` when the desk has no address. */
  call: ({ number, cause }: Page, where: string, link: string | null): string =>
    `${isUrgent(cause) && cause.kind !== 'test' ? '⚠️ ' : ''}呼叫 ${number}（${kinds[cause.kind]}）\n${where}：${cause.what}\n回「应 ${number}」表示您来处理${link === null ? '' : `，到工作台看：${link}`}`,
  answeredToStaff: ({ number, cause }: Page): string => `呼叫 ${number} 记下了，由您处理。${cause.kind === 'danger' || cause.kind === 'person' ? '居民已经知道您看到了，请马上联系。' : ''}`,
  answeredByOther: (page: Page): string => `呼叫 ${page.number} 已由${page.answeredBy?.name ?? '同事'}处理。`,
  overAlready: (number: number): string => `呼叫 ${number} 已经结束，不用处理了。`,
  noSuchPage: (number: number): string => `没有找到呼叫 ${number}。`,

  /** To the resident. */
  answered: (name: string): string => `${name}已经看到，马上联系您。`,
  unanswered: (cause: PageCause): string =>
    cause.kind === 'danger'
      ? '值班人员都叫过了，还没有人应答。请马上打110、119、120，别等我们。'
      : '值班的人还没有应答。您说的都记着，工作人员一看到就联系您；急事请打110、119、120，别的事可打12345。',
} as const
