import { redact } from '../../privacy.js'
import { praisedIn, type Praise } from '../../programmes/praise.js'
import { replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'

interface Pleasantry {
  readonly when: RegExp
  readonly text: string
}

const aboutUs = '我是社区小助手「一窗」，是程序，不是真人。问政策、报修、查进度都可以找我，要找真人回「人工」。'
/** Who made the program that answers. */
const asksOfMaker = /(你|您|小助手|一窗|这个?(机器人|程序|软件|系统))(们)?的?(程序|代码|软件|系统|机器人|后台)?(是|由|都是)?(谁|哪(家|个)(公司|单位|人)?|啥公司|什么(公司|人))[^，,。]{0,4}(写|做|开发|造|发明|设计|编|研发|制作|搞)(的|出来|了)|谁(写|做|开发|造|发明|设计|编|研发|制作)(的|了|出来的?)(你|您|这个?(机器人|程序|软件|小助手))|(你|您)的?(主人|老板|开发者|作者|爸爸?|妈妈?)(是谁|叫什么|是哪)/
/** No door's: that one somebody has to give. */
const forgotPassword = /^(?!.*(门|楼|单元|锁|wifi|无线)).*((忘|不记得|想不起|找不回|找回|重置|重设)[^，,。]{0,6}密码|密码[^，,。]{0,4}(忘|不记得|想不起|找不回|找回|重置|重设))/i
/** Low spirits, told in passing: nothing that calls for help at once. */
const feelsLow = /(心情|心里|情绪)[^，,。]{0,4}(不好|不太好|不大好|差|糟|低落|乱|堵|闷|不舒服|不痛快)|难过|郁闷|不开心|不高兴|闷得慌|孤单|孤独|寂寞|冷清|委屈|伤心|烦(死|得很|躁|心|着呢|透)|好烦|真烦|没意思|没劲|睡不着|没人(说话|聊天|陪)|(陪|跟|和)我(聊|说说话|唠)|唠唠嗑?|聊聊天?|想哭/

/** The same and nothing else. */
const onlyLow = new RegExp(`^(?:我|俺|咱|最近|这(?:几|两)天|今天|今儿|一个人|在家|总|老是?|有点儿?|有些|好|真|挺|很|特别|就是|感觉|觉得|哎|唉|[，,\\s])*(?:${feelsLow.source})(?:得(?:慌|很))?[了呢啊呀哦的]*[。.!！…~]*$`)

/** Words about the program or about oneself that ask for nothing, whatever they sound like; `null`: something else is said. */
export function answerPersonal(turn: Turn): Step | null {
  const { text, matters } = turn.understanding
  const isLow = onlyLow.test(text) && !matters.some(({ intent }) => intent === 'counseling' || intent === 'emergency')
  return isLow || asksOfMaker.test(text) || forgotPassword.test(text) ? smallTalk(turn) : null
}

/** What a neighbour says in passing, and a short warm word back. The first that fits answers. */
const pleasantries: readonly Pleasantry[] = [
  { when: asksOfMaker, text: aboutUs },
  { when: forgotPassword, text: '跟我说话不用密码，有事直接说就行。别处的密码忘了，要在那边重设；密码和验证码谁要也别给。' },
  { when: /真人|机器|机器人|是人(吗|不|么)|你是谁|你叫(啥|什么)|名字|男的|女的|几岁|多大/, text: aboutUs },
  { when: /(会|能|都会|可以)(办|做|干|帮)?.{0,3}(啥|什么|哪些)|有(啥|什么)用|怎么用|功能/, text: '我能：报修和反映问题、查进度催办、预约、问社区政策（带出处）、转社区工作人员。直接说事就行，比如「3栋2单元楼道灯坏了」。' },
  { when: feelsLow, text: '听着呢，愿意说说吗？想有个人陪着说说话，回「人工」，我请社区的人来找您；夜里心里难受也能打心理援助热线12356。' },
  { when: /谢|辛苦|唔该|麻烦(你|您)了/, text: '不客气，有事随时找我。' },
  { when: /(再见|回见|拜拜|88|先这样|没事了|你忙|不说了|走了)/, text: '好的，您慢走，有事随时找我。' },
  { when: /笑话|逗|讲个|唱|猜/, text: '笑话我讲不好，跑腿办事还行。社区里有什么要问要办的，尽管说。' },
  { when: /冷不冷|天气|下雨|穿|热不热/, text: '天气我看不到，出门前看看天气预报，天凉多穿一件。社区的事可以问我。' },
  { when: /早|晚上好|中午好|下午好|新年|节日|吉祥|快乐|祝/, text: '您好，也祝您平安顺心！社区的事随时问我。' },
  { when: /^(嗯+|哦+|噢+|对+|是的?|好+的?|行+|中|知道了|晓得了|收到|明白了?|ok)[。!！~\s]*$/i, text: '好的，有事随时找我。' },
  { when: /.*/, text: '在的，您说。报修、问政策、查进度都可以直接告诉我。' },
]

export function smallTalk(turn: Turn): Step {
  const text = turn.understanding.text
  const found = pleasantries.find((one) => one.when.test(text))
  return step({ kind: 'answered' }, found?.text ?? replies.empty)
}

/** Thanks to a person or unit: taken, not turned into a request. */
export function takePraise(turn: Turn): Step {
  const names = /感谢|多谢|谢谢|真好|太好|真行|真棒|好样/.test(turn.understanding.text) && praisedIn(turn.understanding.text, null) !== null
  if (!names && !/夸|表扬|点.?赞|锦旗|热心|利索|认真|负责|周到|好人|能干|麻利|尽心|耐心|及时|厉害|优秀|满意|替我|转告|帮我谢|谢谢(他|她|人家|你们)/.test(turn.understanding.text)) return smallTalk(turn)
  const person = turn.understanding.matters.flatMap((matter) => matter.slots).find((slot) => slot.name === 'person' && !/^(我|俺|咱|老伴|老头|老太|孩子|爸|妈|爷|奶|儿|女|孙)/.test(slot.value))
  const about = praisedIn(turn.understanding.text, person?.value ?? null)
  if (about === null) return step({ kind: 'answered' }, '谢谢您的夸奖！社区的同事都看得到。')
  const { message, now } = turn
  const row: Praise = { id: turn.newId(), rev: 0, about, words: redact(turn.understanding.text, ['name']).slice(0, 200), residentId: message.author.id, conversationId: message.conversationId, at: now, state: 'new' }
  return step({ kind: 'filed', requestId: null }, `谢谢您的夸奖！您对「${about.slice(0, 12)}」的表扬记下了，社区的同事都看得到。`, { writes: [{ op: 'put', table: 'praises', row }] })
}
