import { createNlu } from '../nlu/load-nlu.js'
import { sentence } from './sentences.js'

// A process of its own: what the understanding adds to an empty one, loaded from the cache that the arguments name and used.
const [intentsDir, cacheDir, messages] = process.argv.slice(2)
if (intentsDir === undefined || cacheDir === undefined) throw new Error('intents and cache folders are missing')
const before = process.memoryUsage.rss()
const nlu = await createNlu({ intentsDir, cacheDir })
for (let n = 0; n < Number(messages); n += 1) {
  await nlu.understand({ text: sentence(n), chat: 'private', mentions: { bot: false, others: [], everyone: false }, quoted: null, authorKind: 'resident', before: [], now: 0 })
}
process.stdout.write(String(Math.round((process.memoryUsage.rss() - before) / 1024 / 1024)))
