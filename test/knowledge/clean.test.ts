import { describe, expect, it } from 'vitest'
import { cleanPage, redactPage } from '../../src/knowledge/clean.js'

const textOf = (page: string) => cleanPage(redactPage(page)).lines.filter((line) => line.kind === 'text').map((line) => line.text)

describe('a page loses what is not the text', () => {
  it.each([
    ['breadcrumbs', '当前位置:首页 > 政策文件 > 市政策文件'],
    ['breadcrumbs with arrows', '您当前的位置是:首页 --> 民政资讯 --> 通知公告'],
    ['breadcrumbs in traditional characters', '首頁 > 文章中心 > 正文'],
    ['a greeting', '欢迎您访问某某民政网!'],
    ['the day of the visit', '2017年10月18日  星期三 进入后台'],
    ['the date line of the site', '发布日期:2018-08-28 字号:[ ]'],
    ['a counter of visits', '时间:2017-10-24   来源:政权处   浏览次数:593'],
    ['a bullet with the date', '  • 2017年06月08日'],
    ['links before the text', '中华人民共和国民政部 某某政务服务网 某省民政厅 中国某某'],
    ['an offer of the site', '前言:本站为你精心整理了某某实施意见范文,欢迎咨询。'],
    ['words joined by underscores', '免费看片_高清在线_手机观看_最新上映_全集播放'],
    ['a string of counties', '甲县| 乙县| 丙省| 丁区| 戊盟| 己县| 庚市| 辛市| 壬县| 癸旗| 子市|'],
  ])('%s', (_, line) => {
    expect(textOf(`${line}\n\n一、总体要求\n加强社区治理。`)).toEqual(['一、总体要求', '加强社区治理。'])
  })

  it.each([
    ['【打印此页】 【关闭窗口】\n最新文章'],
    ['相关文章\n某某工作动态'],
    ['0条 [查看全部]  \n甲网 乙网 丙网 丁网\n主办单位:某厅办公室 联系电话:0971-0000000\n2006-2011 example All Rights Reserved\n某公网安备 63010400000000号'],
  ])('footers: %j', (footer) => {
    expect(textOf(`一、总体要求\n加强社区治理。\n${footer}`)).toEqual(['一、总体要求', '加强社区治理。'])
  })

  it('a paragraph printed twice is kept once', () => {
    const paragraph = '为进一步激发城乡社区自治活力,充分发挥城乡社区的基础作用,提出如下意见。'
    expect(textOf(`${paragraph}\n${paragraph}\n一、总体要求`)).toEqual([paragraph, '一、总体要求'])
  })

  it('a bookmark tag, non-breaking spaces and runs of spaces', () => {
    expect(textOf('[bookmark: _Hlk1]关于\u00a0社区\u00a0 治理的方案')).toEqual(['关于 社区 治理的方案'])
  })
})

describe('what stays as it is', () => {
  it('angle brackets that are no tags', () => {
    expect(textOf('转发<民政部关于社区建设的意见>的通知精神')).toEqual(['转发<民政部关于社区建设的意见>的通知精神'])
  })

  it('brackets with words in them, next to pinyin', () => {
    const page = '街道黨(工)委和辦事處,報縣(區(qū))級人民政府批準(zhǔn),由社區(qū)居民委員會負責(zé)'
    expect(textOf(page)).toEqual(['街道党(工)委和办事处,报县(区)级人民政府批准,由社区居民委员会负责'])
  })

  it('mixed widths and a bracket closed by another', () => {
    expect(textOf('建立社会心理咨询室（站)，按1：1比例;未成立的')).toEqual(['建立社会心理咨询室（站)，按1：1比例;未成立的'])
  })
})

describe('damage is never repaired', () => {
  it('a broken annotation leaves a mark and a warning', () => {
    const page = cleanPage('與當(dāng)?shù)亟?jīng)濟、社會發展相適應的社區管理體制')
    expect(page.lines.map((line) => line.text)).toEqual(['与当□济、社会发展相适应的社区管理体制'])
    expect(page.warnings.map((warning) => warning.kind)).toEqual(['garbled'])
  })
})

describe('private persons', () => {
  it('names of contacts and signatories and the contacts’ phones are hidden before anything is kept', () => {
    const page = redactPage('联系电话:5260000、5260001。联系人:张某、李某某。\n 某社〔2020〕2号   签发人：王某')
    expect(page).toBe('联系电话:[号码已隐去]、[号码已隐去]。联系人:[姓名已隐去]、[姓名已隐去]。\n 某社〔2020〕2号   签发人：[姓名已隐去]')
  })
})

describe('the way back', () => {
  it('leads every cleaned character to where it stood', () => {
    const page = '  一、明確[bookmark: x]城市社區(qū)建設(shè)的任務(wù)'
    const [line] = cleanPage(page).lines
    expect(line!.text).toBe('一、明确城市社区建设的任务')
    const at = line!.text.indexOf('区建设')
    expect(page.slice(line!.offsets[at], line!.offsets[at + 3])).toBe('區(qū)建設(shè)')
  })
})
