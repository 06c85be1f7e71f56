import { defineConfig } from 'vitest/config'

// The tests take this server instead of one of their own; the programs that they start are not to take it for theirs.
const givenServer = process.env['DATABASE_URL']
delete process.env['DATABASE_URL']

/** Tests that change nothing of the process they run in: the files share it, and load what they stand on once. */
const together = ['booking', 'conversation', 'desk', 'exchange', 'knowledge', 'metrics', 'nlu', 'open311', 'paging', 'requests', 'residents', 'retrieval', 'webhooks'].map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'together', include: together, isolate: false } },
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: together, globalSetup: ['scripts/browser-libraries.mjs'] } },
    ],
    env: givenServer === undefined ? {} : { TEST_DATABASE_URL: givenServer },
    pool: 'forks',
    // Whole-product tests start servers and browsers of their own; two at a time is what two cores carry.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] ? ['default', 'github-actions'] : ['default'],
  },
})
