/** A kind word about somebody (好人好事): an unordered candidate for what staff make public. Nobody is counted or ranked by it. */
export interface Praise {
  readonly id: string
  readonly rev: number
  /** The person or unit praised, as it was said. */
  readonly about: string
  readonly words: string
  /** Who said it. */
  readonly residentId: string
  readonly conversationId: string
  readonly at: number
  /** `kept`: staff have looked at it and want it for the list; `aside`: they don't. */
  readonly state: 'new' | 'kept' | 'aside'
}

const unit = '(?:物业|社区|居委会|业委会|村委会|网格|窗口|大厅|食堂|卫生站|警务室|派出所)'
const role = '(?:网格员|保安|保洁|门卫|门岗|维修工?|电工|水工|楼栋?长|单元长|志愿者|义工|快递员|工作人员)'
const post = `(?:(?:${unit}的?)?${role}|${unit})`
const called = '(?:[老小][\\u4e00-\\u9fff]|[\\u4e00-\\u9fff]{1,3}(?:师傅|大姐|大哥|姐|哥|阿姨|大爷|大妈|叔叔?|主任|书记|医生|大夫|老师|警官|同志|队长|经理|奶奶|爷爷))'
const patterns = [new RegExp(`${post}的?${called}`, 'u'), new RegExp(`(?<=[谢夸赞扬给的是位到，,。\\s]|^)(?:\\d{1,3}(?:栋|号楼)的?)?${called}`, 'u'), new RegExp(post, 'u')] as const
/** Words in front of a name that are no part of it. */
const before = /^(?:感谢|谢谢|多谢|表扬|夸夸?|点赞|想|要|给|我们?|咱们?|俺们?|一下|这个|那个|位|是|的)+/u

/** Whom words praise: a person or a unit; `null` where they name nobody. `person`: as it was understood in them. */
export function praisedIn(text: string, person: string | null): string | null {
  const found = patterns.map((pattern) => pattern.exec(text)?.[0]).find((one) => one !== undefined) ?? person
  const name = found?.replace(before, '').replace(/的/g, '') ?? ''
  return name === '' ? null : name.slice(0, 20)
}
