import { redact } from '../privacy.js'
import { faultClass } from '../requests/faults.js'
import { withoutDoors } from '../requests/place.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { requestLine } from './replies.js'

/** In a room neighbours read: a number, a state, a building; no phone, door or name of a resident, whoever wrote it. */

const surname = '(?:欧阳|上官|司马|诸葛|皇甫|慕容|令狐|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤罗毕郝邬安傅康伍余顾孟黄萧尹姚邵汪祁毛狄臧戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵季麻贾路娄江童颜郭梅盛林刁钟徐邱骆夏蔡田樊胡凌霍虞万柯管卢莫房裘缪解丁邓洪包左石崔吉龚程邢裴陆翁荀惠曲储靳段焦谷侯全班仇甘祖武符刘景詹龙叶司黎薄白蒲赖卓屠池乔党翟谭劳姬申冉桑桂牛尚温庄晏柴瞿阎连习艾容向古易廖庾耿匡文寇广师聂敖冷阚曾游岳])'
/** A name where people call, blame or quote somebody: after a stop or 的, 找, 给 …, before 您好, 本人, 家, 天天 …. */
const calledName = new RegExp(`(?<=^|[\\s，,。、：:；;！!？?（(]|[的找叫给和跟与到向请为按])${surname}[\\u4e00-\\u9fff]{1,2}(?=您好|你好|[，,：:]\\s*您|本人|家(?![里长庭政装具电])|女士|先生|阿姨|大爷|大妈|奶奶|爷爷|叔叔|同志|天天|总是|老是|等着|签字|签收|报的|反映|提的|的(?:电话|手机|身份证|门|家|工单|申请))`, 'gu')

/** As long as an ID or a bank card, whatever its check digit says: a slip of the finger still tells whose it is. */
const longNumber = /(?<!\d)\d{15,19}(?!\d)|(?<!\d)\d{17}[xX]/g

/** Any words as a room may read them. The names of those on duty stay. */
export function forRoom(text: string): string {
  return redact(withoutDoors(text), ['name']).replace(longNumber, '[证件号码]').replace(calledName, '居民')
}

/** A thing's name is no longer, characters; what is longer tells more than the thing. */
const longestThing = 6

/** What was reported, in the community's own words: what a resident says of neighbours is not repeated before them. */
function roomLine(request: ServiceRequest): string {
  const thing = request.fields.find((slot) => slot.name === 'object' && faultClass(slot.value) !== null && [...slot.value].length <= longestThing)?.value
  return `${request.address === null ? '' : forRoom(request.address)}${thing ?? faultClass(request.description) ?? request.serviceName}`
}

/** The same of what is said about these requests. */
export function aboutInRoom(text: string, requests: readonly ServiceRequest[]): string {
  return forRoom(requests.reduce((said, request) => said.replaceAll(requestLine(request), roomLine(request)), text))
}
