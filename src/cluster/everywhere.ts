import type { HealthBoard } from '../channels/health.js'
import type { Cluster } from './cluster.js'

/** The channels of all processes: where one hears residents they are heard. Changes are told of this process's own. */
export function healthEverywhere(own: HealthBoard, cluster: Pick<Cluster, 'others'>): HealthBoard {
  return {
    all() {
      const known = new Map(own.all().map((one) => [one.channel, one]))
      for (const { standing } of cluster.others()) {
        for (const one of standing.channels) if (known.get(one.channel)?.state.kind !== 'online') known.set(one.channel, one)
      }
      return [...known.values()]
    },
    report: own.report,
    onChange: own.onChange,
  }
}

/** Who has a page of the desk open with any process. */
export async function presentEverywhere(own: () => Promise<ReadonlySet<string>>, cluster: Pick<Cluster, 'others'>): Promise<ReadonlySet<string>> {
  return new Set([...(await own()), ...cluster.others().flatMap(({ standing }) => standing.present)])
}
