/** Names of administrative divisions (GB/T 2260) that policies and questions name: all provinces, and cities with texts. */
const names: ReadonlyMap<string, string> = new Map(
  `110000 北京市|120000 天津市|130000 河北省|131000 廊坊市|140000 山西省|150000 内蒙古自治区|210000 辽宁省|220000 吉林省|230000 黑龙江省
310000 上海市|320000 江苏省|330000 浙江省|330500 湖州市|340000 安徽省|350000 福建省|360000 江西省|370000 山东省|410000 河南省|410900 濮阳市
420000 湖北省|430000 湖南省|440000 广东省|450000 广西壮族自治区|460000 海南省|500000 重庆市|510000 四川省|520000 贵州省|530000 云南省
540000 西藏自治区|610000 陕西省|620000 甘肃省|630000 青海省|640000 宁夏回族自治区|650000 新疆维吾尔自治区|710000 台湾省|810000 香港特别行政区|820000 澳门特别行政区`
    .split(/[|\n]/)
    .map((entry) => entry.split(' ') as [string, string]),
)

export function jurisdictionName(code: string): string | null {
  return names.get(code) ?? null
}

/** A name as people say it: 湖州市 → 湖州, 广西壮族自治区 → 广西, 廊坊经济技术开发区 stays. */
export function shortName(name: string): string {
  const short = name.replace(/(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$/, '')
  if (short !== name) return short
  return /^.{3,}[县区]$/.test(name) ? name.slice(0, -1) : name
}

/** Level of a division by its code: `330000` a province, `330500` a city, `330502` a county, longer ones below. */
export function levelOf(code: string): 'province' | 'city' | 'county' | 'street' {
  if (code.length > 6) return 'street'
  if (code.endsWith('0000')) return 'province'
  return code.endsWith('00') ? 'city' : 'county'
}

/** Every named division: code and name. */
export function knownJurisdictions(): Iterable<readonly [code: string, name: string]> {
  return names
}
