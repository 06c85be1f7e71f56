import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultNames } from '../../src/metrics/readiness.js'

describe('whoever looks after the servers', () => {
  it('is called for every fault that a process can name, once', () => {
    const told = [...readFileSync('deploy/alerts.yaml', 'utf8').matchAll(/what=~"([a-z|]+)"/g)].flatMap(([, names = '']) => names.split('|'))
    expect(told.sort()).toEqual([...faultNames].sort())
  })
  it('finds what each means and what to do', () => {
    const explained = [...readFileSync('deploy/README.md', 'utf8').matchAll(/^\|[^|]+\| (?:200|503) \| `([a-z]+)` \| [^|]+\|$/gm)].map(([, name]) => name)
    expect([...new Set(explained)].sort()).toEqual([...faultNames].sort())
  })
})
