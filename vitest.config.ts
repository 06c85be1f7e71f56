import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['scripts/browser-libraries.mjs'],
    pool: 'forks',
    // Whole-product tests start servers and browsers of their own; two at a time is what two cores carry.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] ? ['default', 'github-actions'] : ['default'],
  },
})
