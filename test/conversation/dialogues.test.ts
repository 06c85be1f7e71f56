import { describe, expect, it } from 'vitest'
import { evaluateConversations } from '../../src/conversation/evaluate.js'

const settings = { knowledgeDir: 'knowledge', intentsDir: 'intents', cacheDir: 'node_modules/.cache/yichuang-test' }
const figures = await evaluateConversations({ cases: 'test/fixtures/conversation/dialogues.jsonl', ...settings })
/** A file for each journey. */
const journeys = await evaluateConversations({ cases: 'test/fixtures/dialogues', ...settings })
const ids = [...new Set(figures.reports.map((report) => report.dialogue))]

describe('a written dialogue is answered as a good clerk would', () => {
  it.each(ids)('%s', (id) => {
    const turns = figures.reports.filter((report) => report.dialogue === id)
    expect(turns.filter((turn) => !turn.passed).map((turn) => `「${turn.text}」 → 「${turn.reply}」: ${turn.why.join('; ')}`)).toEqual([])
  })

  it('and there are sixty of them and more', () => {
    expect(ids.length).toBeGreaterThanOrEqual(60)
    expect(figures.skipped).toBe(0)
  })
})

describe('a journey', () => {
  it.each([...new Set(journeys.reports.map((report) => report.dialogue))])('%s', (id) => {
    const turns = journeys.reports.filter((report) => report.dialogue === id)
    expect(turns.filter((turn) => !turn.passed).map((turn) => `「${turn.text}」 → 「${turn.reply}」: ${turn.why.join('; ')}`)).toEqual([])
  })
})

describe('whatever is said', () => {
  const spoken = [...figures.reports, ...journeys.reports].filter((report) => report.reply !== '')

  it('uses full-width marks between Chinese characters, but for quotations', () => {
    const own = spoken.map((report) => report.reply.replace(/「[^」]*」/g, '').replace(/《[^》]*》/g, ''))
    expect(own.filter((reply) => /[\u4e00-\u9fff][,;!?][\u4e00-\u9fff]/.test(reply))).toEqual([])
  })

  it('says nothing twice in one reply', () => {
    const doubled = spoken.filter((report) => {
      const sentences = report.reply.split(/[。\n]/).filter((sentence) => sentence.length > 6)
      return new Set(sentences).size < sentences.length
    })
    expect(doubled.map((report) => report.reply)).toEqual([])
  })

  it('promises no hour or day that nobody has set', () => {
    const promising = spoken.filter((report) => /(\d+|[一二两三]|几)(个)?(小时|工作日|天)(内|之内|以内)/.test(report.reply.replace(/「[^」]*」/g, '')))
    expect(promising.map((report) => report.reply)).toEqual([])
  })
})
