/** Papers, money and matters of daily life that a question names outright: whoever asks for one is not helped by a sentence about something else. */
const things: readonly (readonly [asked: RegExp, held: RegExp])[] = [
  [/居住证|暂住证/, /居住证|暂住/], [/身份证/, /身份证|证件/], [/老年[证卡]|老人[证卡]|敬老[证卡]|优待证/, /老年证|优待/], [/结婚证|离婚证|领结婚/, /婚/],
  [/户口[本簿]|落户|上户口|迁户口|户口迁/, /户口|落户|迁/], [/高龄|(?:[八九]十|[89]0)(?:多)?岁?.{0,8}(?:补贴|津贴|补助)/, /高龄|老.{0,12}(?:补贴|津贴|补助)|(?:补贴|津贴|补助).{0,12}老/],
  [/养老金|退休金|养老保险/, /养老|退休/], [/医保|医疗保险|新农合/, /医疗|医保|新农合/], [/失业(?:金|保险)/, /失业/], [/公积金/, /公积金/], [/公租房|廉租房|经适房|保障房/, /公租|廉租|保障|住房/],
  [/租(?:的|了|个)?(?:房|屋)|出租屋|房东|租客|租户/, /租|流动人口|暂住|住房/], [/(?<!老年|社区)(?:上学|入学|转学|上小学|上幼儿园|学区|学籍)/, /学|教育|幼|托/],
  [/准生证|生育登记|出生证|生育证/, /生育|计生|出生/], [/狗证|犬证/, /犬|狗|宠物/], [/护照|通行证|驾照|驾驶证/, /护照|通行证|驾/], [/营业执照/, /营业执照|登记/], [/房产证|不动产/, /房产|不动产|产权/],
]

/** Whether the words name such a thing and nothing of it stands in what would answer. */
export function missesNamed(question: string, passage: string): boolean {
  return things.some(([asked, held]) => asked.test(question) && !held.test(passage))
}
