/** 在职党员到社区报到: what words tell of it. */

const reports = /党员[^。?？]{0,12}(?:报(?:个)?(?:到|道)|登记报到)|报(?:个)?(?:到|道)[^，,。?？]{0,8}党员/u
const asks = /怎么|咋|如何|在哪|哪里|哪儿|什么|啥|要不要|需要|[?？]|吗|规定|政策|文件|义务/

/** Whether somebody reports in as a party member at work elsewhere; a question about it is none. */
export function reportsIn(text: string): boolean {
  return reports.test(text) && !asks.test(text)
}

/** The unit that words name: 「我是市图书馆的党员」; `null`: none. */
export function unitIn(text: string): string | null {
  const works = /(?:我|俺)?在([\u4e00-\u9fffA-Za-z0-9（）()]{2,20}?)(?:上班|工作|任职)/u.exec(text)?.[1]
  if (works !== undefined) return works
  const found = /(?:我|俺)?(?:是|在)\s*(?:在)?([\u4e00-\u9fffA-Za-z0-9（）()]{2,24}?)(?:单位)?(?:上班|工作)?(?:的)?(?:一?名|一个|在职)*的?党员/u.exec(text)?.[1] ?? /([\u4e00-\u9fff]{2,20}?)(?:的)?(?:在职)?党员/u.exec(text)?.[1]
  const unit = found?.replace(/^(?:我|俺|咱)?(?:是|在|们)?|(?:的|在职|在|单位|上班|工作|一名|一个)+$/gu, '')
  return unit === undefined || [...unit].length < 2 || /^(?:在职|中共|预备|社区|小区|老|退休|一名|共产)$/u.test(unit) ? null : unit
}

/** How somebody wants to be called: 「叫老张」, 「我姓李」, 「张建国」 by itself. `null`: not told. */
export function nameIn(text: string): string | null {
  const told = /党员([\u4e00-\u9fff]{2,3}?)(?=来|向|到社区|报到|报道|[，,。])(?<!党员(?:来|向|到)[\u4e00-\u9fff]{0,2})/u.exec(text)?.[1] ?? /(?:叫|名字是|姓名是?|称呼)[:：]?\s*([\u4e00-\u9fff]{2,4})(?=[，,。、；\s]|$)/u.exec(text)?.[1] ?? /(?:^|[，,、。；\s])(?:我|俺)?姓([\u4e00-\u9fff]{1,2})(?=[，,。、；\s]|$)/u.exec(text)?.[1]
  if (told !== undefined) return told.length === 1 ? `姓${told}` : told
  const pieces = text.split(/[，,、。；;\s]+/u).filter((piece) => piece !== '')
  return pieces.find((piece) => /^(?:[老小][\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3})$/u.test(piece) && !/局|院|校|厂|馆|社|所|站|处|部|公司|中心|学|银行|单位|党员|报到|好的?|谢谢|不|没/.test(piece)) ?? null
}
