import type { Policy, Responsibility } from './policy.js'

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

/** One row of a routing table: who answers for an item, in the document's words. */
export interface ResponsibleFor {
  /** What it is about: the item's heading, a table row's task. */
  readonly item: string
  /** Path in the document's own marks. */
  readonly path: string
  /** Who leads; `null` where the document lists units without saying who leads. */
  readonly lead: readonly string[] | null
  /** Who supports; empty where there is no lead. */
  readonly support: readonly string[]
  /** All units in the order of the text. */
  readonly units: readonly string[]
}

/** A document's routing table; empty where it names nobody, or where its annex is missing (see its warnings). */
export function responsibilities(policy: Pick<Policy, 'clauses'>): ResponsibleFor[] {
  return policy.clauses.flatMap((clause): ResponsibleFor[] => {
    const found = clause.responsibility
    if (found === null) return []
    const first = clause.paragraphs[0]?.text ?? ''
    const item = clause.heading ?? (clause.paragraphs[0]?.kind === 'row' ? first.split('\n').slice(0, -1).join(' ') : first)
    return found.kind === 'lead'
      ? [{ item, path: clause.path, lead: found.lead, support: found.support, units: [...found.lead, ...found.support] }]
      : [{ item, path: clause.path, lead: null, support: [], units: found.units }]
  })
}
