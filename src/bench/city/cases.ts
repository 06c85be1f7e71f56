import { ownPostgres } from '../own-postgres.js'
import { liveThrough, type CityFigures, type CityPlan } from './city.js'

type Tell = (line: string) => void

/** A city of three million: 1,000 communities of 3,000 households, 200,000 messages a day; its storm takes the power of fifty communities for an hour. */
const wholeCity = {
  communities: 1_000, householdsEach: 3_000, messages: 200_000, seed: 20_261_124,
  storm: { from: 18, until: 19, communities: 50, times: 50 },
} as const

const morning = [8.5, 9.5] as const
const stormHour = [18, 19] as const

/** An hour of the morning peak in cities of 10, 100 and 1,000 communities, the hour of the storm, that peak at a hundred times real speed, and the same peak with one and two processes on PostgreSQL. */
export async function benchCity(tell: Tell): Promise<readonly CityFigures[]> {
  const figures: CityFigures[] = []
  const live = async (plan: Partial<CityPlan>, name: string): Promise<void> => {
    tell(`  ${name}`)
    figures.push(await liveThrough({ ...wholeCity, hours: morning, speed: 40, processes: 1, databaseUrl: null, ...plan }, tell))
  }
  for (const communities of [10, 100, 1_000]) await live({ communities, storm: null }, `${communities} 个社区，早高峰`)
  await live({ hours: stormHour }, '1000 个社区，一个片区停电')
  await live({ storm: null, speed: 100 }, '1000 个社区，早高峰，一百倍速')
  for (const processes of [1, 2]) {
    const server = await ownPostgres()
    try {
      await live({ processes, databaseUrl: server.url, storm: null, speed: 15 }, `PostgreSQL，${processes} 个进程，早高峰`)
    } finally {
      await server.stop()
    }
  }
  return figures
}

/** The whole day, storm and all, at a hundred times real speed, with one process and the embedded store: the most that this machine does at that speed. */
export async function benchCityDay(tell: Tell): Promise<CityFigures> {
  return liveThrough({ ...wholeCity, hours: [0, 24], speed: 100, processes: 1, databaseUrl: null }, tell)
}
