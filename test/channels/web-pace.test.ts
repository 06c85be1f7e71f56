import { describe, expect, it } from 'vitest'
import { burst, messagePace } from '../../src/channels/web/pace.js'

describe('the pace of a resident', () => {
  it('lets ten messages through at once, then one a second', () => {
    let now = 0
    const { mayNow } = messagePace(() => now)
    for (let n = 0; n < burst; n += 1) expect(mayNow('web:a').allowed).toBe(true)
    expect(mayNow('web:a')).toEqual({ allowed: false, waitMs: 1_000 })
    expect(mayNow('web:b').allowed).toBe(true)
    now += 1_000
    expect(mayNow('web:a').allowed).toBe(true)
    expect(mayNow('web:a').allowed).toBe(false)
  })

  it('counts what another process took, and owes nothing for what went over it there', () => {
    let now = 0
    const { mayNow, tookElsewhere } = messagePace(() => now)
    for (let n = 0; n < burst + 5; n += 1) tookElsewhere('web:a')
    expect(mayNow('web:a').allowed).toBe(false)
    now += 1_000
    expect(mayNow('web:a').allowed).toBe(true)
  })
})
