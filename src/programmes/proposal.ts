/** A small project that residents propose (微创投, 微治理项目), in the words that staff made public. Its request has the rest. */
export interface Proposal {
  /** That of its request. */
  readonly id: string
  readonly rev: number
  /** What it is called in public, from 1 in each community, never given twice. */
  readonly number: number
  readonly words: string
  /** `open`: it is looked for supporters; `funded`: it is paid for; `closed`: it is not. */
  readonly state: 'open' | 'funded' | 'closed'
  /** What came of it, told to everybody; empty while it is open. */
  readonly result: string
  readonly publishedAt: number
  readonly endedAt: number | null
}

/** A resident's word for a proposal; who gives it is nobody's business but theirs. */
export interface Support {
  readonly id: string
  readonly rev: number
  readonly proposalId: string
  readonly residentId: string
  readonly at: number
}

/** The service by which residents propose (knowledge/services). */
export const proposalService = 'micro-project'

/** Of two words of one resident for one proposal, one is a row. */
export function supportId(proposalId: string, residentId: string): string {
  return `${proposalId}|${residentId}`
}

/** Proposals with how many support each, by the number of supporters; among equals the older first. A person known by several ids (`personOf`) is one. */
export function bySupporters<P extends Pick<Proposal, 'id' | 'number'>>(proposals: readonly P[], supports: readonly Pick<Support, 'proposalId' | 'residentId'>[], personOf: (residentId: string) => string): readonly (P & { readonly supporters: number })[] {
  const people = new Map<string, Set<string>>()
  for (const { proposalId, residentId } of supports) people.set(proposalId, (people.get(proposalId) ?? new Set()).add(personOf(residentId)))
  return proposals.map((one) => ({ ...one, supporters: people.get(one.id)?.size ?? 0 })).sort((one, other) => other.supporters - one.supporters || one.number - other.number)
}

/** What words want with proposals: the list, to propose one (`subject`: what it is, empty where it is not said), to support one or no more. */
export type ProposalWords = { readonly act: 'list' } | { readonly act: 'propose'; readonly subject: string } | { readonly act: 'support' | 'unsupport'; readonly number: number }

const thing = /微项目|微创投|创投|微治理项目|公益项目/
const otherThings = /议题|投票|表决|方案|选项|心[愿原]|活动|号楼|号院|号线/
const supports = /支持|赞成|附议|力挺|算(?:我|俺)一票|顶(?:一下|他|它)/
const numbered = /(\d{1,4})\s*号/

const proposes = /(?:提|申请|报|申报|想搞|想做|想弄|建议搞|建议做)(?:一?个|一?下|一项)?[^，,。：:]{0,4}(?:微项目|创投|微治理项目|公益项目)/u
const aroundSubject = /微?(?:项目|创投|治理)|公益|微|提|申请|申报|报|想|搞|做|弄|建议|一?个|我们?|俺|要|来|[，,。：:！!\s]|@?小助手/gu

/** `null`: nothing that they tell. `listed`: proposals were listed to this person a moment ago. */
export function readProposalWords(text: string, listed: boolean): ProposalWords | null {
  if ([...text].length > 200 || (otherThings.test(text) && !thing.test(text))) return null
  const number = Number(numbered.exec(text)?.[1] ?? 0)
  if (number > 0 && supports.test(text) && (listed || thing.test(text) || /^(?:@?小助手|我|俺|也|都|全家|[，,\s])*(?:不再?)?(?:支持|附议|取消(?:对)?)/u.test(text)) && !/[?？]|吗|么$/.test(text)) return { act: /不(?:再)?支持|取消/.test(text) ? 'unsupport' : 'support', number }
  if (proposes.test(text) && !/[?？]|怎么|咋|如何|能不能|吗$/.test(text)) return { act: 'propose', subject: text.replace(aroundSubject, '').length < 2 ? '' : text }
  const asks = /有(?:哪些|什么|啥|几个|没有)|看看|列表|清单|进展|多少人支持|哪个支持/
  return thing.test(text) && asks.test(text) && !/怎么(?:申请|报|提)|规定|文件|政策|多少钱|经费|标准/.test(text) ? { act: 'list' } : null
}
