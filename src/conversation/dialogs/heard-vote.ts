import { isAsking } from '../matters.js'

/** How people speak of votes: which words ask, cast, change or take back. Pure; which vote is meant is found elsewhere. */

/** 投诉, 投递, 投影 are no votes. */
const votes = /投(?!诉|递|影|稿|资|喂|放|毒|靠|降|入|案|币|保|标|屏|篮|胎|机|屋|错)/
export const casts = new RegExp(`${votes.source}[^？?]{0,16}|(我|俺|咱)(们家)?(就|要|想)?选(?!举|择|修)|(改|换)(成|投|选|为)[^？?]{1,14}$|弃权|(我|俺|咱|家)(们)?(家)?(都|也)?(表示)?(不?(同意|赞成|支持)|反对)`, 'u')
const surelyCasts = new RegExp(`(我|俺|咱|家)[^，,。？?]{0,8}${votes.source}|^${votes.source}|投(票给|给|第|[a-h](?![a-z]))|弃权|那一?票|方案`, 'iu')
/** Nothing but yes or no to what is voted on. */
export const justAgrees = /^(我|俺|咱)?(们)?(家)?(都|也|坚决|完全|表示|强烈|绝对|举双手|一致)*(不?(同意|赞成|支持)|反对|弃权)(这个|一票|的|了|吧|啊)*[。.！!]?$/
/** Changes what is no vote: 「改成三点」 needs a vote shown just before, or a word of it. */
export const changesOnly = /^(那|我|俺|还是|给我|帮我|把它)*(改|换)(成|投|选|为)/
export const namesVote = /投|票|方案|选项|表决|议题/
/** A paper that is no ballot. */
const noBallot = '(?!据|价|务|证|子|号|面)'
const takesBackSurely = /^(撤票|(把)?票撤(了|掉)|撤了(我|俺)?的?票)[吧呗了。.！!]*$|(撤回|撤销|撤掉|撤了|收回|取消|作废)[^，,。]{0,3}(我|俺)?(的|那|刚才的?|刚才那)?一?张?票(?!据|价)|(那|这|刚才那|我那|俺那|我的)一?票[^，,。]{0,4}(不算|作废|撤|取消|收回|不要了)|^(我|俺)?(不投了|不想投了)[。.！!]?$/
/** 「票给我撤了」: of somebody who spoke of a vote before. */
const takesBackLoosely = new RegExp(`票${noBallot}[^，,。？?]{0,5}(撤|退|取消|作废|收回|拿回|抽回|不要|删|销)|(撤|退|取消|收回|拿回|抽回|删|销)[^，,。？?]{0,5}票${noBallot}|^(那|得|算了|干脆|还是|先)?(我|俺|咱)?(们家?|家)?(还是|干脆|先|就)?(不|甭|别)(想|给我)?投了`, 'u')
export const votedWrongly = /投错了|选错了|按错了/
const ofOwnBallot = /(我|俺)(那|的|投的|刚才)[^，,。]{0,4}票[^，,。]{0,6}(算|计|记|投上|有效|作数)|(我|俺)[^，,。]{0,6}投(了|过|上|成)(没|吗|么|不|伐|还是)|(我|俺)[^，,。]{0,6}投的(是)?个?(啥|什么|哪)|投(上|成)了?(没|吗|么|不|伐)|投没投|算(是)?投(了|上|过|成)?(还是)?(没|不|吗)|(我|俺)[^，,。]{0,4}(有没有|是不是|到底)投/
/** Whether one's own ballot stands: 「我投上没」, not 「我能投了没」. */
export const asksCounted = (text: string): boolean => ofOwnBallot.test(text) && !/(能|可以|让|准|好)[^，,。]{0,4}投/.test(text)
const others = '(大家|别人|人家|邻居|他们|他|她|谁|老[\\u4e00-\\u9fff]|楼上|楼下|对门|隔壁|媳妇|老婆|老公|老伴|儿子|闺女|女儿|那口子|[栋楼室户号])'
const asksSecret = new RegExp(`${others}(们)?[^，,。我俺]{0,4}(投|选)(的|了)(是)?(啥|什么|哪|谁)|${others}(们)?[^，,。我俺]{0,4}投(了|过)(没|吗|么|不|票没|票吗)|谁(家)?(都)?投(的|了)(?!毒|药|鼠|食|粮|料)|(投票|表决|投的?|这个?票|票)[^，,。]{0,8}(匿名|不?记名|保密|别人(能|会)?(知道|看)|谁(能|会)?(看|知道))|(别人|邻居|社区|工作人员|你们|群里)[^，,。]{0,6}(知道|看得?到|看得?见|晓得)[^，,。]{0,6}(投|票)`, 'u')
export const asksMay = /(能|可以|可不可以|能不能|有没有资格|有资格|让|给|算|准)(不能|不可以|不)?[^，,。]{0,6}(投(?!诉|递|影|稿|资)|表决)|(投(?!诉|递)|表决)(票)?(不|得)了?(吗|么|不|成)|谁(能|可以|有资格|来)[^，,。]{0,3}(投(?!诉|递)|表决)|投票权|表决权|(租户|租客|租房|外地|业主|孩子|老人|媳妇)[^，,。]{0,8}(投(?!诉|递)|表决)[^，,。]{0,3}(吗|么|不|没)/
export const asksHow = /(怎么|咋|如何|在?哪(儿|里)?|去哪(儿|里)?)(去|来)?(投票?(?!诉|递|影|稿|资|币|简历)|表决)|(投票|表决)(要|是|该)?(怎么|咋|如何|在哪)/
/** 「还能改不」: until when a ballot may be changed or taken back. */
export const asksChange = /(能|可以|可|让|得|好|允许)(不能|不可以)?[^，,。投]{0,6}(改|换|变|撤|反悔|重新?投|再投)[^，,。]{0,4}(不|吗|么|没|嘛|伐|成|了)?[。.?？]?$|(改|换|撤|反悔)(得|不)?了?(吗|不|么|伐)[。.?？]?$|(改|撤)(票|主意)[^，,。]{0,4}(来得及|晚不晚|行不)|来得及(改|撤|换)/
/** Asks to be let in all the same. */
export const pleads = /通融|破(个|一次|一回)?例|例外|行个方便|照顾(照顾|一下|下)|宽限|睁(一)?只眼|(算|给|让|补)(上)?(我|俺|咱)[^，,。]{0,4}一?张?票|少(我|俺)一票|就(一|这一)票|多(一|我这一)票/
/** Speaks of ballots at all. */
export const speaksOfBallot = new RegExp(`${votes.source}|[一这那两补的]张?票${noBallot}`, 'u')
/** Asks who is ahead, or how many have voted. */
export const asksCount = /(多少|几)(张?票|个?人投|户投|家投)|投的?人?(多|少)(不多|不少|吗|么)|票数|(哪|谁)(个|边|种|家|样|头)?的?(票)?(数)?(多|高|领先|赢|占先|靠前|占上风)|领先|投(得|的)(咋样|怎么样|啥样)/
/** Whether one can vote already: how far it is. */
export const asksWhetherOpen = /(能|可以|好|开始|开)(投|表决)(票)?了?(没|吗|么|不|伐|嘛)|(啥|什么)时候(能|可以|开始|好|让)?(大家)?(投(?!诉|递)|表决)/
const asksAdvice = /(你|您)?(觉得|说|建议|认为)(我)?(应该|该)?投(哪|谁|什么|啥|第几)/

export const isAdviceAsked = (text: string): boolean => asksAdvice.test(text)
export const isSecrecyAsked = (text: string): boolean => asksSecret.test(text) && (isAsking.test(text) || /谁/.test(text))

/** Whether something is asked about voting, whatever else is told around it. */
export const asksOfVote = (text: string): boolean => (isAsking.test(text) && (asksMay.test(text) || asksHow.test(text) || asksCounted(text))) || (asksCount.test(text) && votes.test(text))

export const clausesOf = (text: string): readonly string[] => text.split(/[，,。；;！!？?\s]+/).filter((clause) => clause !== '')

/** `spoke`: a vote was spoken of before, so that a ticket is no railway's. */
export const takesBack = (text: string, spoke: boolean): boolean => takesBackSurely.test(text) || clausesOf(text).some((clause) => takesBackSurely.test(clause) || (spoke && takesBackLoosely.test(clause)))

/** Words that are surely a ballot. */
export const surelyVotes = (text: string): boolean => casts.test(text) && surelyCasts.test(text)

/** Somebody chooses or changes: 「改浅灰得了」, 「还是要第一个」. */
const chooses = /改(?!善|造|进|天|日)|换(?!届)|选(?!举|择|修)|挑|还是|就要|我要|俺要|定(?!时)|要(?!是|不|求|紧)|(不?(同意|赞成|支持)|反对)/
/** What others say or choose is no ballot of one's own. */
const ofOthers = /(媳妇|老婆|老公|老伴|儿子|闺女|女儿|孩子|爸|妈|爹|娘|他|她|人家|别人|邻居|大家|那口子|楼上|楼下|对门)[^，,。我俺]{0,4}(说|讲|觉得|投|选|想|要|喜欢|让|嫌)/

/** The part of a message that chooses, where talk stands around it; the last one counts, since one corrects oneself onwards. `null`: none does. */
export function ballotClause(text: string): string | null {
  const own = clausesOf(text).filter((clause) => !ofOthers.test(clause))
  return own.findLast((clause) => casts.test(clause)) ?? own.findLast((clause) => chooses.test(clause)) ?? null
}

/** Whether it is asked rather than chosen: a question before the ballot is but its reason. */
export function asksInstead(text: string): boolean {
  const ballot = ballotClause(text)
  if (ballot === null || !isAsking.test(text)) return isAsking.test(text)
  const after = text.slice(text.lastIndexOf(ballot))
  return isAsking.test(after) || clausesOf(text).some((clause) => clause !== ballot && isAsking.test(clause) && namesVote.test(clause))
}

/** 「充电桩 赞成」: a yes or no beside hardly anything but a title. */
export const saysYesOrNo = (text: string): boolean => [...text].length <= 16 && /(同意|赞成|支持|反对)[了吧的啊呀哈呗。.！!]*$|^(我|俺|咱)?(们)?(家)?(都|也)?(不?(同意|赞成|支持)|反对)/.test(text)

/** 「我不同意你们明天才来修」: a yes or no to something that the words themselves name. */
export const agreesToOther = (text: string): boolean => /同意|赞成|支持|反对/.test(text) && !/投|票|选|弃权|方案|表决|议题/.test(text) && [...text.replace(/不?(同意|赞成|支持)|反对|[我俺咱]们?|家|都|也|表示|坚决|完全|[这那]个|[的了吧啊就，,。！!\s]/g, '')].length >= 3
