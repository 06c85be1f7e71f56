import { expect, it } from 'vitest'
import { isCommunityId } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { loadServices } from '../../src/knowledge/services.js'
import { responsibleUnit } from '../../src/requests/routing.js'
import { aNeighbourhood } from './neighbourhood.js'

const [knowledge, services] = await Promise.all([loadKnowledge('knowledge'), loadServices('knowledge')])

const withTexts = (community: string) => aNeighbourhood(community, {
  responsibleFor: (id, code) => {
    const [home, service] = [isCommunityId(id) ? knowledge.communities.get(id) : undefined, services.byCode(code)]
    return home === undefined || service === null ? null : responsibleUnit(service, home, knowledge.policies)
  },
})

it('the receipt of a matter that is not the community\'s says by which sentence, and where to read it', async () => {
  const place = await withTexts('huzhou-demo')
  const said = await place.says('wang', '4栋楼顶有人搭棚子盖房')
  expect(said).toMatch(/转请城管执法部门处理（依据《[^》]+》二\/\(二\)\/5）/)
  expect(said).not.toMatch(/马上拆|会拆/)
  expect(place.channel.shown.at(-1)?.reply.citations).toMatchObject([{ section: '二/(二)/5', status: 'in-force' }])
  expect((await place.requests())[0]?.history.at(-1)).toMatchObject({ move: 'forward', brought: { kind: 'offer', to: { kind: 'unit', name: '城管执法部门', citation: { section: '二/(二)/5' } } } })
})

it('in a room the name of the text is enough', async () => {
  const place = await withTexts('huzhou-demo')
  const said = await place.saysInRoom('wang', '@小助手 4栋楼顶有人搭棚子盖房')
  expect(said).toContain('城管执法部门')
  expect(place.channel.shown.at(-1)?.reply.citations).toEqual([])
})

it('where no text in force says so, none is named', async () => {
  const place = await withTexts('guangdong-demo')
  expect(await place.says('wang', '4栋楼顶有人搭棚子盖房')).not.toContain('依据')
})
