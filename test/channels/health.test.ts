import { describe, expect, it } from 'vitest'
import { createHealthBoard } from '../../src/channels/health.js'

describe('the state of the channels', () => {
  it('is told at each change, once, with since when it is so', () => {
    let now = 1_000
    const board = createHealthBoard(() => now)
    const told: string[] = []
    const stop = board.onChange(({ channel, state, since }, before) => { told.push(`${channel} ${before?.state.kind ?? '–'}→${state.kind} ${since}`) })
    board.report('lark', { kind: 'connecting' })
    now = 2_000
    board.report('lark', { kind: 'online' })
    board.report('lark', { kind: 'online' })
    now = 3_000
    board.report('lark', { kind: 'offline', reason: '断了' })
    now = 4_000
    board.report('lark', { kind: 'offline', reason: '还断着' })
    stop()
    board.report('lark', { kind: 'online' })
    expect(told).toEqual(['lark –→connecting 1000', 'lark connecting→online 2000', 'lark online→offline 3000', 'lark offline→offline 3000'])
    expect(board.all()).toEqual([{ channel: 'lark', state: { kind: 'online' }, since: 4_000 }])
  })
})
