import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countOf, rightOf, tallyOf, verdictOf, type Ballot, type Choice, type Vote } from '../../src/programmes/ballot.js'
import { decideStanding, householdOf, toldStanding, type Standing, type Tenure } from '../../src/programmes/standing.js'

const to = { channel: 'web', conversationId: 'c', chat: 'private', residentId: null } as const
const by = { id: 's', name: '小周' }
const rule: Pick<Vote, 'who' | 'per'> = { who: 'owners', per: 'household' }
const told = (id: string, tenure: Tenure, place: string): Standing => toldStanding(null, { id, tenure, place, to }, 0)
const known = (id: string, tenure: Tenure, place: string): Standing => decideStanding(told(id, tenure, place), { tenure, place, state: 'confirmed' }, by, 1)
const cast = (residentId: string, choice: Choice, at: number): Ballot => ({ id: `t|${residentId}`, rev: 1, topicId: 't', residentId, choice, at, to, until: 100 })

describe('who may vote', () => {
  it('is everybody where everybody may, and nobody has to say who they are', () => {
    expect(rightOf({ who: 'everyone', per: 'person' }, [])).toEqual({ kind: 'counts', standing: null })
    expect(rightOf({ who: 'everyone', per: 'household' }, [])).toEqual({ kind: 'unknown' })
  })

  it('is owners only where owners vote: a tenant is refused, who said so without proof waits', () => {
    expect(rightOf(rule, [known('a', 'tenant', '3栋101')])).toEqual({ kind: 'refused', why: 'not-owner' })
    expect(rightOf({ ...rule, who: 'residents' }, [known('a', 'tenant', '3栋101')])).toMatchObject({ kind: 'counts' })
    expect(rightOf(rule, [told('a', 'owner', '3栋101')])).toMatchObject({ kind: 'unverified' })
    expect(rightOf(rule, [decideStanding(told('a', 'owner', '3栋101'), { tenure: 'owner', place: '3栋101', state: 'refused' }, by, 1)])).toEqual({ kind: 'refused', why: 'not-on-record' })
  })

  it('is asked anew when somebody tells another home', () => {
    const before = known('a', 'owner', '3栋2单元301')
    expect(toldStanding(before, { id: 'a', tenure: 'owner', place: '3幢2单元301室', to }, 5).state).toBe('confirmed')
    expect(toldStanding(before, { id: 'a', tenure: 'owner', place: '5栋1单元101', to }, 5).state).toBe('told')
    expect(householdOf('3号楼2单元301')).toBe('3栋2单元301室')
  })
})

describe('the count', () => {
  const standings = [known('a', 'owner', '3栋101'), known('b', 'owner', '3栋101'), told('c', 'owner', '3栋101'), known('d', 'owner', '3栋102'), known('e', 'tenant', '3栋103')]
  const voterOf = (id: string) => ({ person: id, standings: standings.filter((one) => one.id === id) })

  it('has one ballot of a home, the later of those known to live there; one not confirmed takes nobody’s place', () => {
    const tally = tallyOf(rule, [cast('a', 0, 1), cast('b', 1, 2), cast('c', 0, 3), cast('d', 'abstain', 4), cast('e', 0, 5)], voterOf)
    expect(tally.valid.map(({ residentId }) => residentId)).toEqual(['b', 'd'])
    expect([tally.unverified, tally.replaced, tally.refused].map((ballots) => ballots.map(({ residentId }) => residentId))).toEqual([['c'], ['a'], ['e']])
    expect(tally.households).toEqual(['3栋101室', '3栋102室'])
    expect(countOf({ options: ['甲', '乙'] }, tally, 9)).toEqual({ at: 9, valid: 2, options: [0, 1], abstained: 1, unverified: 1 })
  })

  it('has none of a home whose last word was to take it back', () => {
    expect(tallyOf(rule, [cast('a', 0, 1), cast('b', 'withdrawn', 2)], voterOf).valid).toEqual([])
  })

  it('never has more than one ballot of a voter, and equals the list of valid ballots, in whatever order they are read', () => {
    const ballot = fc.record({ who: fc.constantFrom('a', 'b', 'c', 'd', 'e'), choice: fc.constantFrom<Choice>(0, 1, 'abstain', 'withdrawn'), at: fc.integer({ min: 1, max: 50 }) })
    fc.assert(fc.property(fc.uniqueArray(ballot, { selector: ({ who }) => who }), (all) => {
      const ballots = all.map(({ who, choice, at }) => cast(who, choice, at))
      const tally = tallyOf(rule, ballots, voterOf)
      expect(tallyOf(rule, [...ballots].reverse(), voterOf)).toEqual(tally)
      const count = countOf({ options: ['甲', '乙'] }, tally, 0)
      expect(new Set(tally.households).size).toBe(tally.valid.length)
      expect(count.options.reduce((sum, each) => sum + each, 0) + count.abstained).toBe(count.valid)
    }))
  })

  it('says only the numbers where no rule was set, and otherwise what the rule makes of them', () => {
    const count = { at: 0, valid: 10, options: [6, 3], abstained: 1, unverified: 0 }
    expect(verdictOf({ options: ['甲', '乙'], quorum: null, majority: null }, count)).toEqual({ kind: 'numbers' })
    expect(verdictOf({ options: ['甲', '乙'], quorum: 11, majority: 50 }, count)).toEqual({ kind: 'too-few' })
    expect(verdictOf({ options: ['甲', '乙'], quorum: 10, majority: 50 }, count)).toEqual({ kind: 'passed', option: '甲' })
    expect(verdictOf({ options: ['甲', '乙'], quorum: null, majority: 60 }, count)).toEqual({ kind: 'none' })
  })
})
