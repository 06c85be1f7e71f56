import { describe, expect, it } from 'vitest'
import { importText, type ImportedPolicy } from '../../src/knowledge/import.js'
import { sourceOf } from '../../src/knowledge/policy.js'
import { indexPolicies } from '../../src/retrieval/policy-index.js'

/** Invented text around each kind of dirt, so that a page is long enough to be a policy. */
const filler = '社区居民委员会组织居民开展议事协商,公开办理结果,接受居民监督。街道办事处提供场所和经费,定期听取居民意见,改进社区服务。'
const body = `一、总体要求\n${filler.repeat(3)}\n二、主要任务\n(一)健全议事制度。${filler}\n(二)改进便民服务。${filler}`

interface Around {
  readonly head?: string
  readonly title?: string
  readonly middle?: string
  readonly foot?: string
  readonly text?: string
}
const page = ({ head = '', title = '某某市关于加强社区议事工作的实施意见', middle = '', foot = '', text = body }: Around) =>
  [head, title, '(2024年3月5日)', middle, text, foot].filter((part) => part !== '').join('\n')
const read = (around: Around): ImportedPolicy => importText(page(around), { jurisdiction: '330500', fileName: 'p.txt' })
const words = ({ tree }: ImportedPolicy) => tree.flatMap(({ paragraphs }) => paragraphs.map(({ text }) => text)).join('\n')
const kinds = ({ warnings }: ImportedPolicy) => warnings.map(({ kind }) => kind)
const clean = words(read({}))
const of = (text: string) => words(read({ text: `${body}\n三、工作保障\n${text}` })).split('\n').slice(clean.split('\n').length + 1).join('\n')

describe('every kind of dirt that official pages come with', () => {
  it.each([
    ['1 portal navigation', { head: '您当前的位置是:首页 --> 民政资讯 --> 通知公告\n字号:[ ]\n星期三 进入后台\n时间:2024-03-08   来源:政权处   浏览次数:593' }],
    ['2 footers', { foot: '【打印此页】 【关闭窗口】\n最新文章\n某某工作动态\n0条 [查看全部]\n甲厅 乙厅 丙局 丁网\n某公网安备 63010400000000号\n2006-2011 example All Rights Reserved' }],
    ['3 adverts', { head: '免费看片_高清在线_手机观看_最新上映_全集播放', foot: '甲县| 乙县| 丙省| 丁区| 戊盟| 己县| 庚市| 辛市| 壬县| 癸旗| 子市|' }],
    ['5 a title printed again', { middle: '某某市关于加强社区议事工作的实施意见' }],
    ['5 a title printed again over two lines', { middle: '某某市关于加强社区\n议事工作的实施意见' }],
    ['9 bookmark tags', { text: body.replace('二、', '[bookmark: _Hlk28956309]二、') }],
    ['15 white space', { text: body.replaceAll('\n', '\n  \u00a0').replace('主要任务', '主要\u200b任务\u00a0') }],
    ['28 the voice of the site', { head: '前言:本站为你精心整理了某某实施意见,我们的客服老师可以帮助你提供参考,欢迎咨询。' }],
  ] as [string, Around][])('%s leaves nothing behind', (_, around) => {
    expect(words(read(around))).toBe(clean)
  })

  it('2 the years of a copyright line do not become the date', () => {
    expect(read({ foot: '2006-2011 example All Rights Reserved' }).metadata.published).toBeNull()
  })

  it('4 the dates of signing, printing, posting and the day of the crawl are told apart', () => {
    const { metadata } = read({ head: '2024年10月18日  星期三 进入后台\n发布日期:2024-03-09', foot: '某某市民政局办公室 2024年3月6日印发' })
    expect(metadata).toMatchObject({ signed: '2024-03-05', issued: '2024-03-06', published: '2024-03-09' })
  })

  it('6 a paragraph printed twice is kept once', () => {
    const twice = read({ middle: `${filler}\n${filler}` })
    expect(words(twice)).toBe(words(read({ middle: filler })))
  })

  it.each([
    ['7 a lost dash', '每个社区一般20003000户左右。', 'damaged-figure', '20003000户'],
    ['19 a misread word', '弘扬公序民俗。', 'misread', '公序民俗'],
    ['24 a character taken for another by a scanner', '建设新型杜区。', 'misread', '杜区'],
    ['25 a masked figure', '每个社区1000至*户。', 'masked', '1000至*户'],
    ['11 brackets that are no pair', '建立咨询室（站)。', 'bracket-mixed', '（站)'],
  ])('%s stays as it is and is warned of', (_, sentence, kind, found) => {
    const imported = read({ text: `${body}\n三、工作保障\n${sentence}` })
    expect(words(imported)).toContain(sentence)
    expect(imported.warnings).toContainEqual(expect.objectContaining({ kind, section: '三', words: found }))
  })

  it('8 a document number that lost its last character is kept and warned of', () => {
    const imported = read({ middle: '某委发〔2024〕20' })
    expect(imported.metadata.number).toBe('某委发〔2024〕20')
    expect(kinds(imported)).toContain('number-incomplete')
  })

  it.each([
    ['10 mixed widths', '向业主委员会交付;未成立的，由街道(乡镇)代管。'],
    ['12 quote marks of three kinds', '实现"两高"、“两室”和‘三会一课’。'],
    ['13 ranges, ratios and units', '每百户30㎡、65平方米,按1：1和3:7分担,5—9名、1000-3000户,治理劣Ⅴ类水。'],
    ['14 numbers of other documents', '按照某办发[2016]12号和某发〔2017〕13号执行。'],
    ['26 angle brackets that are no tags', '落实<民政部关于社区建设的意见>的要求。'],
  ])('%s stand as they were written', (_, sentence) => {
    expect(of(sentence)).toBe(sentence)
  })

  it('14 a space within a document number is a space of the source', () => {
    const [line] = read({ text: `${body}\n三、依据\n贯彻《某意见》 (某发〔2017〕13号)精神。` }).tree.at(-1)!.paragraphs.slice(1)
    expect(line!.text).toBe('贯彻《某意见》 (某发〔2017〕13号)精神。')
  })

  it('16 a table flattened to one cell a line becomes rows, and a bare number is no clause', () => {
    const table = '附件\n重点任务分工\n序号\n工 作 任 务\n责任单位\n\n1\n推行一窗受理\n市民政局、市财政局\n2\n开展上门服务\n市残联'
    const { tree } = read({ text: `${body}\n${table}` })
    expect(tree.filter(({ path }) => path.startsWith('附件/')).map(({ path, responsibility }) => [path, responsibility])).toEqual([
      ['附件/1', { kind: 'listed', units: ['市民政局', '市财政局'] }],
      ['附件/2', { kind: 'listed', units: ['市残联'] }],
    ])
  })

  it('17 an annex of which only the heading is left is told to be missing', () => {
    expect(kinds(read({ foot: '附件:部门重点任务分工' }))).toContain('annex-missing')
  })

  it('18 units at the end of an item, in brackets of two styles and with mixed marks between them', () => {
    const items = '三、分工\n1.推行一窗受理。当场办结。(牵头单位:省委统战部,省民宗委;配合单位:省公安厅,省爱卫办)\n2.开展走访。定期上门。（市委组织部、市民政局，排在第一位的为牵头单位，下同）\n3.培训骨干。每年一次。（市民政局）'
    const found = read({ text: `${body}\n${items}` }).tree.slice(-3).map(({ responsibility }) => responsibility)
    expect(found).toEqual([
      { kind: 'lead', lead: ['省委统战部', '省民宗委'], support: ['省公安厅', '省爱卫办'] },
      { kind: 'lead', lead: ['市委组织部'], support: ['市民政局'] },
      { kind: 'lead', lead: ['市民政局'], support: [] },
    ])
  })

  it('20 an annex that says it otherwise than the body is warned of, and neither is changed', () => {
    const table = '附件\n重点任务分工表\n序号\n工作任务\n责任单位\n1\n推动社区便民服务信息平台规范运营。\n市民政局'
    const imported = read({ text: `${body}\n三、平台\n推动社区便民服务热线规范运营。\n${table}` })
    expect(imported.warnings).toContainEqual(expect.objectContaining({ kind: 'annex-differs', section: '附件/1', words: '推动社区便民服务信息平台规范运营' }))
    expect(words(imported)).toContain('热线规范运营')
  })

  it('21 traditional characters with pinyin after them are searched as simplified ones and shown as they stood', () => {
    const text = `一、總體要求\n${'社區(qū)居民委員會組織居民開展議事協商,報縣(區(qū))級人民政府批準(zhǔn),街道黨(工)委提供服務(wù)。'.repeat(8)}`
    const imported = read({ text })
    const clause = imported.tree.at(-1)!
    const paragraph = clause.paragraphs.find(({ kind }) => kind === 'text')!
    expect(paragraph.text.slice(0, 53)).toBe('社区居民委员会组织居民开展议事协商,报县(区)级人民政府批准,街道党(工)委提供服务。社区居民委员会组织居')
    expect(sourceOf(imported.policy.raw, paragraph, 0, 7)).toBe('社區(qū)居民委員會')
  })

  it('22 a broken annotation leaves a mark and a warning', () => {
    const imported = read({ text: `${body}\n三、原則\n與當(dāng)?shù)亟?jīng)濟、社會發展相適應的社區管理體制。` })
    expect(words(imported)).toContain('□')
    expect(kinds(imported)).toContain('garbled')
  })

  it('23 a script that mixes both forms becomes one, character for character', () => {
    const imported = read({ text: body.replaceAll('议', '議').replaceAll('务', '務').replaceAll('会', '會').replaceAll('区', '區').replaceAll('开', '開').replaceAll('组织', '組織') })
    expect(words(imported)).toBe(clean)
    expect(imported.policy.raw).toContain('議')
  })

  it('25 this year and next year are warned of where the text has no date', () => {
    const undated = importText(page({ text: `${body}\n三、步骤\n从现在开始至今年10月底完成。` }).replace('(2024年3月5日)\n', ''), { jurisdiction: '330500', fileName: 'p.txt' })
    expect(undated.warnings).toContainEqual(expect.objectContaining({ kind: 'date-relative', words: '今年10月底' }))
    expect(kinds(read({ text: `${body}\n三、步骤\n从现在开始至今年10月底完成。` }))).not.toContain('date-relative')
  })

  it('27 (1)(2) within a paragraph are no clauses, at its head they are', () => {
    const { tree } = read({ text: `${body}\n三、措施\n要做到:(1)公开;(2)公正。\n(1)宣传发动。${filler}\n(2)组织实施。${filler}` })
    expect(tree.map(({ path }) => path).slice(-3)).toEqual(['三', '三/(1)', '三/(2)'])
  })

  it('27 items may run on through the chapters, or begin anew in each', () => {
    const on = read({ text: `${body}\n三、组织\n1.甲项工作。${filler}\n四、保障\n2.乙项工作。${filler}` })
    expect(on.tree.map(({ path }) => path).slice(-2)).toEqual(['四', '四/2'])
    const anew = read({ text: `${body}\n三、组织\n1.甲项工作。${filler}\n四、保障\n1.乙项工作。${filler}` })
    expect(anew.tree.map(({ path }) => path)).toEqual(expect.arrayContaining(['三/1', '四/1']))
  })

  it('29 names and phones of contacts and signatories are hidden, in the text and in what is kept of the page', () => {
    const imported = read({ middle: '联系电话:5260000、5260001。联系人:张某、李某某。\n某社〔2024〕2号   签发人：王某' })
    expect(`${words(imported)}${imported.policy.raw}`).not.toMatch(/张某|李某某|王某|526000/)
    expect(kinds(imported)).toContain('name-removed')
  })

  it('30 units of before a reform stay in the words of the source', () => {
    const { tree } = read({ text: `${body}\n三、分工\n1.发展健康服务。按职责办理。(牵头单位:市卫生计生局;配合单位:市文广新局)` })
    expect(tree.at(-1)!.responsibility).toEqual({ kind: 'lead', lead: ['市卫生计生局'], support: ['市文广新局'] })
  })

  it('31 an item of many sentences on one line is quoted by the sentence, under its headings', () => {
    const sentences = Array.from({ length: 16 }, (_, i) => `第${i + 1}类社区要配备足够的议事场所和工作人员,并且定期向居民公开使用情况和经费收支。`).join('')
    const imported = read({ text: `${body}\n三、保障\n(一)设施建设。${sentences}` })
    const policy = { ...imported.metadata, id: 'p', clauses: imported.tree, warnings: imported.warnings, raw: imported.policy.raw }
    const own = indexPolicies([policy]).sentences.filter(({ clause }) => clause.path === '三/(一)')
    expect(own).toHaveLength(16)
    for (const { span, clause } of own) expect([span.end - span.start <= 200, clause.trail.at(-1)]).toEqual([true, '保障'])
  })
})
