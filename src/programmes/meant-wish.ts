import { parseNumber } from '../nlu/numbers.js'
import { longestShared } from '../text.js'
import type { Wish } from './wish.js'

/** What somebody wants with wishes, by their words alone. `number`: the wish they name, `null`: none. */
export type WishWords =
  /** What can be claimed; with a sum, what costs about that. */
  | { readonly act: 'list'; readonly yuan: Sum | null }
  | { readonly act: 'claim'; readonly numbers: readonly number[] }
  /** By what is wished: 「要轮椅那个我来」. */
  | { readonly act: 'claim-named'; readonly words: string }
  | { readonly act: 'give-back'; readonly number: number | null }
  | { readonly act: 'delivered'; readonly number: number | null }
  /** Whether a wish of their own has been claimed, or made public. */
  | { readonly act: 'own' }
  /** The same of what may be no wish at all: by the thing they wanted (「我要的那电饭锅 有人管没」), or, `null`, by nothing (「公示栏上有了没」). */
  | { readonly act: 'own-perhaps'; readonly thing: string | null }
  /** Whether this one is still to be had. */
  | { readonly act: 'state'; readonly number: number }
  /** The same by the thing: 「电饭锅还在不」. */
  | { readonly act: 'state-named'; readonly words: string }
  /** The one spoken of just now: 「还在的话我认了」. */
  | { readonly act: 'claim-it' }
  /** Tells a wish of their own, however courteously it is asked whether they may: 「能帮我提个心愿不」. */
  | { readonly act: 'tell' }
  /** By its place in the list shown last, from 1: 「第二个我认了」. */
  | { readonly act: 'claim-nth'; readonly nth: number }
  /** What they have claimed. */
  | { readonly act: 'claimed' }
  /** Who wished or claims, where they live, how they are called: nobody is told. */
  | { readonly act: 'who' }
  /** A wish of one's own is not wanted any more. */
  | { readonly act: 'withdraw' }

/** A span of yuan, both included. */
export interface Sum { readonly from: number; readonly to: number }

/** Of what the talk was just before: without it few words are taken for a wish. */
export interface WishTalk {
  /** Wishes were listed to this person a moment ago, or their words are about wishes for another reason. */
  readonly listed: boolean
  /** This person claimed one here. */
  readonly holds: boolean
}

/** 心愿 is also written by its sounds. */
const wish = /(?:微)?心[愿原]|微新愿|愿望/
const numeral = '(?:\\d{1,4}|[一二两三四五六七八九十]{1,4})'
/** 12号, 第12号, 12那个, 心愿12; a building, a day or an hour that begins alike is none. */
const numbered = new RegExp(`(?:编?号|心愿|第)?(${numeral})(?:号|#|那个|这个)(?!楼|院|线|门|车|公馆|厂|店|机|[上下]午|早|晚|来(?!认|领)|去|到|前|后|之|以|生|开|的?(?:票|快递))`, 'gu')
const strong = /认领|认了(?!识)|(?:我|俺|咱|阿拉)(?:也|来|就|想|要|去|先|可以|愿意){0,3}认(?![为识得真可证定错生字养路亲])|认下/
/** Also said of a wage, a card, a parcel: it counts where the talk is of wishes, or where nothing else is said. */
const fetches = /(?:我|俺|咱)(?:来|就|想|要|先)?领(?![导取工钱证])|领了|领下|领走/
/** 「认领 3」, 「认3号」 */
const claimsNumber = /(?:认领?|领)\s*第?(\d{1,4})(?:号|#)?(?:心[愿原]|[吧了。.!！，,]|\s*$)/u
const onlyFetches = new RegExp(`^(?:@?小助手|你好|那|[，,\\s])*第?${numeral}(?:号|#)(?:那个|这个|心愿)?[，,]?(?:我|俺|咱)(?:来|就|先|给)?领(?:了|走|下)?[吧啊哈呗了]*[。.!！~]*$`, 'u')
const weak = /(?:我|俺|咱|让我|叫我)(?:就|想|愿意|可以)?(?:来|去)?(?:办|包|帮|送|买|出|捐|弄|教|陪|修|解决|负责|给(?!我))|(?:我|俺|咱|让我|叫我)来(?:了|吧|啊|哈|呗|[，,。.!！]|$)|(?:归|给|交给|让给|算)(?:我|俺|咱)(?:了|吧|来|的|$|[，,。!！])|包在(?:我|俺)/
const points = /[那这](?:个|位|家|份|件|款|双|台|副|辆)/
/** A particle asks at the end of any clause: 「21号还在伐 我也想认」. */
const asks = /[?？]|(?:吗|(?<![那噶])么|没有?|(?<!要)不|呢|啵|伐|没得|冇)[啊呀]?(?=[，,。.\s]|$)|怎么|咋|阿(?:么|有|曾|能|好)|啷个|如何|谁|哪|能不能|可不可以/
/** Asked out of courtesy after what is said: 「我来认好伐」 claims. */
const courteous = /[，,\s]*(?:(?:行|好|可以|中|成|得行)(?:不(?:行|好|可以|中|成)?|吗|么|伐|啵|没)|要得(?:不|吗)?)[啊呀]?[?？。.!！]*$/u
const someone = '(?:(?:有没有|有没得|有|没)(?:得|个|啥)?(?:人|谁|邻居|好心人)|谁|哪个)(?:来|愿意|肯)?(?:认领|领(?!导)|认(?![为识得真])|接|圆|管|帮)'

const ownWish = new RegExp(`(?:我|俺|阿拉|我妈|我爸|老伴)(?!们?(?:社区|小区|这|村))[^，,。?？]{0,10}${someone}|(?:我|俺)(?:的|那|许)[^，,。?？]{0,8}(?:被)?(?:认领|领(?:走|掉)|认走)(?:了|掉)?(?:没|吗|么|不)`, 'u')
const asking = '(?:没有?|吗|么|不|伐|冇|没得)'
/** 「我要的那电饭锅」, and whether anybody sees to it. Only of what is wished for: what was reported is asked after in the same words. */
const ownThing = new RegExp(`(?:我|俺|咱|阿拉)(?:家|们家)?(?:老?娘|妈|爸|爹|奶奶?|爷爷?|老伴|孩子|娃|闺女)?(?:之前|上次|上回|前[天头]|前阵子|当初|早先|那天)?(?:(?:想|盼|缺|求|许)(?:要|着|过|了)?|要)的(?:那|这)?(?:一?[个台把副双件条张套辆床])?([^，,。?？\\s]{1,12}?)[，,。\\s]*(?:现在|到底|还|都|阿(?=有))*(?:${someone}|有(?:着落|信|消息|动静|下文|戏|回音)|咋样|怎么样|阿么|么样|到哪|(?:认|领|办|批|审|送|公示|贴|挂)[^，,。?？]{0,4}${asking})`, 'u')
const ownThingClaimed = new RegExp(`(?:我|俺|阿拉)(?:家)?(?:的|那|这)(?:一?[个台把副双件条张套辆床])?([^，,。?？\\s]{1,12}?)[，,。\\s]*(?:有人|谁|哪个)(?:来)?(?:认领|认(?![为识得真])|圆)`, 'u')
/** Whether it is made public, by itself. */
const seenPublic = new RegExp(`^(?:那|我|俺|现在|小助手|[@，,\\s])*(?:(?:公示栏|公开栏|公示墙|公示|栏|墙|榜|板)(?:里|上|那儿|那边|头)*[^，,。?？]{0,3}(?:有|贴|挂|登|上|写|出|见|看)?[^，,。?？]{0,4}|(?:登|贴|挂|放|上)(?:出来|上去|上墙|墙|出去|公示栏|公开栏))(?:了)?${asking}[啊呀]?[?？。]*$`, 'u')

/** 「我那个有人领没」: nothing stands between that names another thing. */
const onlyMine = new RegExp(`(?:^|[，,。\\s])(?:我|俺|咱|阿拉)(?:的|那|这)?(?:一?个)?(?:愿)?(?:现在|到底|还|都)?${someone}`, 'u')
const ownProgress = /(?:我|俺|咱|阿拉)(?:的|那个?|许的?|上次|提|报|说|登记)?[^，,。?？]{0,6}(?:心[愿原]|愿望|许的?愿)[^，,。?？]{0,8}(?:咋样|咋个|咋说|怎么样|怎样|怎么说|阿么|么样|啥样|啷个样|点样|如何|着落|有信|结果|有戏|有数|到哪|进度|进展|批|审|通过|公示|上墙|下文|回音|消息|实现|动静|几号|编号)/u
const anyProgress = /(?:心[愿原]|愿望)[^，,。?？]{0,6}(?:审|批|通过|公示|登)(?:核|了|过|下来|出来|上)*(?:没有?|吗|么)/u
const claimedByMe = /(?:我|俺|咱)(?:都|一共|总共)?(?:认领(?:过|了)?|认了|领(?:过|了)?的?心[愿原])(?:的)?(?:心[愿原])?(?:都)?(?:有)?(?:哪|啥|什么|几个|多少|那些)|(?:我|俺)认领(?:过|了)?的(?:微?心[愿原])?(?:呢|列表|清单|记录|有|是)?[?？。]*$/u
const givesBack = /(?:不|没法|没空|没时间|不能|不想|不再)(?:再)?(?:去)?(?:认领?|领)(?:了|啦|这个|那个|[，,。!！]|吧|$)|(?:认领)[^，,。]{0,6}(?:取消|撤|退|作废|算了)|(?:取消|撤销|撤回|退(?:掉|回|了)?|放弃)[^，,。我俺]{0,6}认领|(?:领|认领)了?[^，,。]{0,8}(?:办|送|弄|买|做|搞)不(?:了|到|成|来)|让给别人/u
/** 「我不领了」 and nothing else. */
const onlyGivesBack = /^(?:我|俺|咱|那个|那|还是|不好意思|哎|[，,\s])*不(?:想)?(?:认|领)(?:领)?(?:了|啦)[吧啊]*[。.!！~]*$/u
const givesBackNumber = /(?:办|送|弄|买|做|搞|去)不(?:了|到|成|来)|不(?:办|送|弄|做|搞|要|买)了|退(?:了|掉|给)|(?:给|让)别人|换(?:个)?人|取消|算了/u
const brought = /(?:送(?:到|去|过去|达|上门|出去|完)|交(?:到|给)|拿(?:给|过去|去)|(?:办|弄|修|装|做|买|搞|办理|落实)(?:好|妥|完|成)|完成|圆)(?:了|啦|咧|喽|哒|[他她它人老王李张].{0,6}了)|(?:给|替)(?:他|她|人家|老人|对方|孩子)?(?:家)?(?:送|修|装|买|办|弄)(?:去|到|过去|好|完)?了/u
const notYet = /还没|没(?:有)?(?:送|办|弄|买)|送不|没到|不了|送到哪|怎么送|咋送|往哪送|送哪|啥时候|什么时候/
const bareBrought = /^(?:东西|心愿|那个(?:东西|心愿)?|人家要的|我|俺|小助手|你好|都|已经|今天|刚刚?|刚才|[，,\s])*(?:给)?(?:他|她|人家|老人|孩子)?(?:送(?:到|去|过去|达)|交到(?:他|她|人家)?(?:手(?:上|里))?|拿过去)(?:他|她|人家|老人|家里|手里|手上)*(?:了|啦|咧|喽|哒)[吧哈啊呀]*(?:[。.!！~，,\s][^?？]{0,20})?$/u

const hasList = /(?:有|还有|都有|公示了?|贴了?|挂了?)(?:些)?(?:哪些|哪几个|什么|啥|甚|多少|几个|没有|没得|没)[^，,。?？]{0,8}心[愿原]|心[愿原][^，,。?？我俺]{0,8}(?:有哪些|有啥|有什么|有几|有没有|列表|清单|单子|能领|可以(?:认)?领|可(?:认)?领|没人(?:认)?领|没领|还没(?:人)?(?:认)?领|待认?领|等人|剩|空着)|(?:哪些|什么|啥|有没有|哪个|没人(?:认)?领的|可以认?领的|能认?领的|可认?领的|剩(?:下)?的|公示的)[^，,。?？]{0,4}心[愿原]|心[愿原][^，,。?？]{0,8}(?:认?领|圆)(?:吗|么|不|没)[?？]*$|(?:别的|其他的?|其它的?|另外的?|旁的|剩下?的)(?:微|小)?心[愿原][^，,。?？我俺]{0,6}(?:没有?|吗|么|不|伐|呢|冇)?[?？。]*$|心[愿原](?:都|现在)?(?:还)?有(?:没有?|吗|么|伐|不|没得|冇|啥|哪些)[啊呀]?[?？。]*$/u
const showList = /(?:看看?|瞧瞧?|查查?|发|列|念|报|说说|翻翻?|了解)(?:一?下|一?哈|给我|我|看|咱|社区|大家|现在|今天|的|微)*心[愿原](?:墙|单|栏|清单|列表|表|都|吧|呗|看看|给我|[。!！?？]|$)|心[愿原](?:墙|清单|列表|栏)|(?:谁|哪家|哪个)家?(?:有|许了?)(?:微)?心[愿原]|(?<![我俺咱])有[^，,。?？我俺]{0,8}心[愿原](?:吗|么|没有?|不|呢)?[?？。]*$/u
const wantsOne = /(?:想|要|能|我来|俺来)认领(?:一?个|几个|点)?[吧呗啊]*[。.!！]*$|(?:认领|领|圆|帮)(?:一?个|点|一下|几个)?(?:别人|邻居|老人|孩子|人家|谁)?(?:的)?(?:微)?心[愿原]|心[愿原][^，,。?？]{0,4}(?:我|俺)?(?:想|来|要|可以|能|怎么|咋|在哪|哪里)(?:认领|领|报)/u
const leftOver = /(?:还|都)?有(?:没有|没得|几个|哪些|啥)?[^，,。?？]{0,4}(?:没(?:有)?人|无人|可以|能|可|待|等(?:着)?|等人|剩下?)(?:认领|认|领)的|(?:没人|可以|能|可|待)认领的(?:有|还|呢|是|都|发)/u
const sum = /(\d{1,6})\s*(?:块钱?|元|左右|以内|以下|上下)|([一二两三四五六七八九十百千]{1,5})(?:块钱?|元|左右|以内|以下|上下)/u
/** Tells an own wish, rather than asks for those of others. */
const wishes = /(?:许|提|登记|报|申请|发)(?:一?个|下|上)?[^，,。]{0,4}心[愿原]|(?:我|俺|咱|老人|孩子|我妈|我爸|奶奶|爷爷)[^，,。]{0,6}(?:有|的)(?:一?个|点)?(?:小|微)?心[愿原](?!墙)/u

/** What is also 认领: parcels and things found. */
const lost = /快递|包裹|外卖|失物|招领|捡|丢|遗失|钥匙|钱包|证件|猫|狗/

/** Of who is behind a wish or a claim. */
const asksWho = /心[愿原][^，,。]{0,3}(?:谁|哪个)(?:认领|领)|(?:谁|哪个|哪位|什么人)(?:认领|领|认)了?(?:走)?(?:的)?[^，,。]{0,2}(?:我|俺)[^，,。]{0,4}心[愿原]|许(?:心)?愿的?(?:人|老人|邻居|那个)?[^，,。]{0,6}(?:谁|住|电话|地址|姓|叫|哪)|(?:认领|领)[^，,。]{0,5}(?:心[愿原])?的?(?:人|那个)[^，,。]{0,4}(?:谁|电话|姓|叫|住|哪)|号(?!楼|院)(?:心[愿原])?(?:那个)?是?(?:谁家?|哪家|哪个)的?(?:心[愿原]|许的)|号(?!楼|院)[^，,。]{0,4}(?:心[愿原])?的?(?:地址|电话|住址|门牌|姓名)/u
/** 「哪个认走的」: who it was, not whether anybody did. */
const whoTook = /(?<!有)(?:谁|哪个|哪位|哪家|什么人|啥人)(?:给|把[它这那]个?)?(?:认领|认(?![为识得真])|领(?!导|取))(?:走|掉|去|下)?(?:的|了(?!没|吗|么|不|伐|的?心))|(?:都(?:有|是)|是)(?:谁|哪些人|哪个|哪几个)[^，,。]{0,3}(?:认领|认(?![为识得真])|领(?!导|取))(?![^，,。]{0,3}(?:没|吗|么|不|伐))/u
/** Where to find the other side of a claim. */
const contactOf = /(?:他|她|人家|对方|老人家?|许愿的?(?:人|邻居|老人)?|认领?的?(?:人|那个|那位)|领的(?:人|那个))家?的?[^，,。?？我俺]{0,4}(?:电话|手机|号码|微信|联系方式|地址|门牌|住哪|住址|住几|姓啥|姓什么|叫啥|叫什么|哪栋|几栋|几号楼|几单元|是谁)/u
const howToBring = /(?:往|送|给|拿)(?:到|去)?哪(?:里|儿|家|去)?(?:送|去|给)?|(?:怎么|咋个?|阿么|啷个)(?:送|给|交给)(?:他|她|人家|老人|过去|去)|(?:啥时候|什么时候|哪天|几点)(?:送|给他|给她|给人家|去送)/u
const otherGoods = /饭|餐|菜|药|快递|包裹|煤气|牛奶|桶装水/
const withdraws = /(?:不想要|不要|不用|撤(?:回|销|掉|了)?|取消)[^，,。认领]{0,8}(?:我|俺)?(?:的|那个?|许的)?(?:微)?心[愿原]|(?:我|俺)(?:的|那个?|许的)[^，,。认领]{0,4}心[愿原][^，,。]{0,4}(?:不要|不用|撤|取消|算了)/u

/** So few words mean what the talk was about, characters. */
const bareWords = 20
/** After a list, by the thing: 「电饭锅还在不 在的话我来」. */
const namedState = new RegExp(`^(?:那|@?小助手|请问|[，,\\s])*([^，,。?？\\s我俺]{1,14}?)(?:还)?(?:在|有(?!人|谁)|能(?:认|领)|好(?:认|领)|空着|有(?:人|谁)(?:认领?|领|要|管|买|送|接)(?:走|掉)?了?)${asking}`, 'u')
const ofNumber = new RegExp(`有(?:人|谁)(?:要|买|送|接|看上)(?:走|掉)?了?${asking}`, 'u')
/** Claims, and names nothing. */
const claimsIt = /^(?:那|还?在的话|有的话|没人(?:认领?|领|要)?的?话?|行|好|就|噶么|我|俺|咱|也|来|想|要|[，,\s])*(?:我|俺|咱)(?:就|也|来|想|要)*(?:认领?|领|来认|要|来)(?:了|下)?(?:吧|呗|哈|它|这个|那个)*[。.!！~]*$/u
const tells = /(?:许|提|报|登记|申请)(?:一?个|一?下)(?:小|微)*(?:心[愿原]|愿望|愿)(?!的|墙|单|清单|列表)/u
/** Asks how it is done, or after those there are: tells none. */
const asksOfWishes = /怎么|咋|阿么|啷个|如何|哪|什么|啥|多少|几|谁|多久|听说|别人|规定|政策|条件/
/** Of a wish by its number: whether it is still to be had. */
const asksState = new RegExp(`${someone}|认(?:领|走|掉)?了${asking}|(?:认|领)(?:走|掉)了?${asking}|号(?:那个|心[愿原])?领了${asking}|还(?:在|有(?!人|谁)|能(?:认|领)|可以(?:认|领)|好(?:认|领)|空着|没人)|(?:能|可以|好)(?:认领?|领)${asking}`, 'u')
/** Longer than this it is more than a word about a wish of others, characters. */
const shortWords = 60

/** What words want with wishes; `null`: nothing that they tell by themselves. */
export function readWishWords(text: string, talk: WishTalk): WishWords | null {
  if ([...text].length > shortWords) return null
  const namesWish = wish.test(text)
  const numbers = numbersIn(text)
  const [number = null] = numbers
  const isQuestion = asks.test(text.replace(courteous, ''))
  const isAbout = namesWish || talk.listed || talk.holds
  if (claimedByMe.test(text)) return { act: 'claimed' }
  if (asksWho.test(text) && (namesWish || isAbout || /许愿|认领/.test(text))) return { act: 'who' }
  if (whoTook.test(text) && (isAbout || /认走|认领/.test(text)) && (namesWish || !lost.test(text))) return { act: 'who' }
  if ((talk.holds || namesWish || /许愿|认领/.test(text)) && contactOf.test(text) && !lost.test(text)) return { act: 'who' }
  if (talk.holds && howToBring.test(text) && !otherGoods.test(text) && [...text].length <= bareWords) return { act: 'who' }
  if (number === null && withdraws.test(text) && !/认领|领了|别人|公示|公开|告诉|名字|姓名|写/.test(text)) return { act: 'withdraw' }
  if (number === null && (ownProgress.test(text) || (ownWish.test(text) && (namesWish || /许/.test(text) || onlyMine.test(text))) || (anyProgress.test(text) && !/哪些|几个/.test(text)))) return { act: 'own' }
  const perhaps = number === null && !lost.test(text) && !wishes.test(text) ? ownPerhaps(text) : null
  if (perhaps !== null) return perhaps
  if (givesBack.test(text) && !isQuestion && (isAbout || number !== null || /认领|[我俺]领的/.test(text) || onlyGivesBack.test(text))) return { act: 'give-back', number }
  if (number !== null && isAbout && givesBackNumber.test(text) && !isQuestion) return { act: 'give-back', number }
  if (brought.test(text) && !notYet.test(text) && !isQuestion && ((number !== null && (isAbout || /送|交/.test(text))) || (namesWish && !wishes.test(text) && /领|送|给|圆|完成/.test(text)))) return { act: 'delivered', number }
  if (bareBrought.test(text) || (talk.holds && number === null && !isQuestion && !notYet.test(text) && !otherGoods.test(text) && /送|交(?:到|给)|拿(?:给|过去|去)/.test(brought.exec(text)?.[0] ?? '') && [...text].length <= bareWords)) return { act: 'delivered', number: null }
  if (number !== null && asksState.test(text) && isQuestion) return { act: 'state', number }
  if (number !== null && isAbout && ofNumber.test(text)) return { act: 'state', number }
  if (number === null && tells.test(text) && (isQuestion || !namesWish) && !asksOfWishes.test(text) && !/认领|不想|不要|撤|取消/.test(text)) return { act: 'tell' }
  if (number === null && talk.listed && claimsIt.test(text)) return { act: 'claim-it' }
  const asked = number === null && (talk.listed || namesWish) && !lost.test(text) ? namedIn(namedState.exec(text)?.[1]?.replace(/^(?:别的?|其[他它]的?|另外的?)$|都|人|有没有|(?:别|其[他它])的?心[愿原]|(?:还|现在)$/gu, '') ?? '') : null
  if (asked !== null && !isList(text, talk)) return { act: 'state-named', words: asked }
  const claims = strong.test(text) || claimsNumber.test(text) || onlyFetches.test(text) || (isAbout && (weak.test(text) || fetches.test(text))) || (talk.listed && number !== null && /(?:我|俺)(?:就)?要/.test(text)) || (talk.listed && number !== null && isOnlyNumber(text))
  const nth = talk.listed && claims && !isQuestion ? parseNumber(/第([一二三四五六七八1-8])个/u.exec(text)?.[1] ?? '') : null
  if (nth !== null) return { act: 'claim-nth', nth }
  if (number !== null && claims && !isQuestion) return { act: 'claim', numbers }
  const pointed = strong.test(text) && points.test(text) && !isQuestion && !wishes.test(text) && !lost.test(text) ? namedIn(text) : null
  if (pointed !== null) return { act: 'claim-named', words: pointed }
  if (isList(text, talk) || (namesWish && sum.test(text) && !wishes.test(text) && /有|的心|找/.test(text))) return { act: 'list', yuan: sumIn(text) }
  const isNamed = claims && (isAbout || strong.test(text)) && (strong.test(text) || points.test(text))
  const named = isNamed && (namesWish || !lost.test(text)) && !isQuestion && !wishes.test(text) ? namedIn(text) : null
  if (named !== null) return { act: 'claim-named', words: named }
  return isNamed && namesWish && !isQuestion && !wishes.test(text) ? { act: 'list', yuan: null } : null
}

function ownPerhaps(text: string): WishWords | null {
  const thing = (ownThing.exec(text) ?? ownThingClaimed.exec(text))?.[1]?.replace(/^(?:个|的)+|(?:那个|这个|的|了|现在)+$/gu, '') ?? ''
  if (thing !== '' && asks.test(text)) return { act: 'own-perhaps', thing }
  return seenPublic.test(text) ? { act: 'own-perhaps', thing: null } : null
}

function isList(text: string, talk: WishTalk): boolean {
  if ((wishes.test(text) && !/认领|没人领/.test(text)) || /(?<!有)没(?:有|得)?(?:啥|什么|甚)?[^，,。人领]{0,4}心[愿原]/u.test(text)) return false
  if (talk.listed && /(?:我|俺)?(?:想|愿意|要)(?:帮帮?|帮助|资助|照顾)(?:一?下|一个)?(?:老人|孩子|困难|邻居|别人|人家|有需要)/.test(text)) return true
  if (hasList.test(text) || showList.test(text) || wantsOne.test(text) || leftOver.test(text)) return true
  return talk.listed && /^(?:有没有|有|还有|那|就|来个|找个|要)?[^，,。]{0,4}(?:\d{1,6}|[一二两三四五六七八九十百]{1,4})(?:块钱?|元)(?:左右|上下|以内|以下|之内|内|差不多|钱)?(?:的|以内的)?(?:有吗|有没有|有么|呢|吗|心愿)?[?？。]*$|^(?:那|还有|有没有|有)*(?:别的|别个|其他的?|其它的?|旁的|更多的?|剩下的|便宜点?的|不(?:用)?花钱的)(?:还|都)?(?:有)?(?:吗|呢|没有?|有吗|伐|不|么|冇|啥|哪些)*[啊呀]?[?？。]*$/u.test(text)
}

/** 「12」, 「就12号」 to a list just shown. */
function isOnlyNumber(text: string): boolean {
  return new RegExp(`^(?:那|就|我|俺|来|要|选|第)*${numeral}(?:号|#|那个)(?:吧|啊|呗|的|心愿)*[。.!！]*$`, 'u').test(text)
}

function numbersIn(text: string): readonly number[] {
  const claimed = claimsNumber.exec(text)?.[1]
  if (claimed !== undefined) return [Number(claimed)]
  const found = [...text.matchAll(numbered)].map((match) => parseNumber(match[1] ?? ''))
  return [...new Set(found.filter((one): one is number => one !== null && Number.isInteger(one) && one > 0))]
}

/** How far from a sum named 「左右」 still is about it, as a part of it. Ours. */
const about = 0.4

/** The span of yuan that words ask for; `null` where they name no sum. */
function sumIn(text: string): Sum | null {
  if (/不(?:用)?花钱|免费|不要钱/.test(text)) return { from: 0, to: 0 }
  const found = sum.exec(text)
  const yuan = found === null ? null : parseNumber(found[1] ?? found[2] ?? '')
  if (yuan === null) return null
  if (/以内|以下|之内|不超过|不到|最多/.test(text)) return { from: 0, to: yuan }
  if (/以上|起步|多/.test(text)) return { from: yuan, to: Number.POSITIVE_INFINITY }
  return { from: Math.floor(yuan * (1 - about)), to: Math.ceil(yuan * (1 + about)) }
}

/** What stands around the thing that is wished. */
const around = /(?:微)?心[愿原]|愿望|认领|认了|领了|认下|我来|俺来|让我来|归我|给我|交给我|算我的?|包在我(?:身上)?|我(?:想|要|就|来)?(?:认|领|包|办|帮|送|买|出|捐|弄|负责|解决)|那个|这个|那位|那家|那份|哪个|老人家?|孩子|人家|想要|需要|要的?|缺|求|的|了|吧|啊|呗|哈|就|给|我|俺|咱|来|一个|个|[，,。.!！~\s@]|小助手/gu

function namedIn(text: string): string | null {
  const rest = text.replace(around, '')
  return [...rest].length >= 1 && /[\u4e00-\u9fff]/.test(rest) ? rest : null
}

/** Which of these wishes are named by what is wished, the likeliest alone where one is likelier. */
export function namedBy<One extends Pick<Wish, 'words'>>(words: string, all: readonly One[]): readonly One[] {
  const scored = all.map((one) => ({ one, shared: longestShared(words, one.words) })).filter(({ shared }) => shared >= Math.min(2, [...words].length))
  const most = Math.max(0, ...scored.map(({ shared }) => shared))
  return scored.filter(({ shared }) => shared === most).map(({ one }) => one)
}

/** Whether a wish costs about what was asked for; where nobody said what it costs, it is not known. */
export function costsAbout({ yuan }: Pick<Wish, 'yuan'>, { from, to }: Sum): boolean {
  return yuan === null ? to === 0 : yuan >= from && yuan <= to
}
