import type { Responsibility } from './policy.js'

/** What an office's name ends in; used to tell a list of units from other words in brackets. */
const unit = /(?:[部厅局委办室院会团联行社司]|政府|党委|中心|公司|法院|检察院|工委|党委政府|中级法院|检察机关|残联|妇联)(?:等|[(（][^()（）]{2,12}[)）])?$/

/** 省委、各市州 …: how the name of a level begins. */
const level = /^(?:[省市县区州]|各[省市县区州]|国网|团[省市]委|住)/

/**
 * Who is responsible, as a clause says at its end: `(牵头单位:…;配合单位:…)`, or a bracket of units of which the first
 * leads (濮阳: 排在第一位的为牵头单位，下同). In a table row the last cell lists units and no one leads.
 */
export function readResponsibility(text: string, kind: 'heading' | 'text' | 'row' = 'text'): Responsibility | null {
  if (kind === 'row') {
    const cell = text.split('\n').at(-1)!
    const units = splitUnits(cell.replace(/等$/, ''))
    return units.length > 0 && units.every(isUnit) ? { kind: 'listed', units } : null
  }
  const labelled = /[(（]牵头单位[:：]([^;；()（）]+)(?:[;；]\s*配合单位[:：]([^()（）]+))?[)）]\s*$/.exec(text)
  if (labelled) return { kind: 'lead', lead: splitUnits(labelled[1]!), support: splitUnits(labelled[2] ?? '') }
  const bracket = /[(（]([^()（）]+)[)）]\s*$/.exec(text)
  if (!bracket) return null
  const units = splitUnits(bracket[1]!.replace(/[,，]\s*排在第一位的为牵头单位.*$/, ''))
  if (units.length === 0 || !units.every(isUnit)) return null
  return { kind: 'lead', lead: units.slice(0, 1), support: units.slice(1) }
}

function isUnit(name: string): boolean {
  return name.length >= 2 && name.length <= 20 && level.test(name) && unit.test(name)
}

/** Names parted by 、 or a comma, brackets within a name kept. */
function splitUnits(list: string): string[] {
  return list
    .split(/[、,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
