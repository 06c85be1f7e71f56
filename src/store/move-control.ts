import { z } from 'zod'
import type { ControlHandlers } from './control.js'
import { copyAhead, folderMarks, houseOf, nameOf, withNewHouse } from './move.js'
import type { OpenedStore } from './open-store.js'

const migrateArgs = z.strictObject({ to: z.string().min(1) })

/** Copying ahead out of a data folder that is in use: only the process that holds it can. From a database any process may. */
export function moveControl(opened: OpenedStore, { dataDir, key }: { readonly dataDir: string; readonly key: Buffer | null }, now: () => number): ControlHandlers {
  if (opened.kind === 'postgres') return {}
  return {
    migrate: async (args) => {
      const contents = opened.store.contents()
      const old = { ...folderMarks(dataDir), name: nameOf({ kind: 'lowdb', folder: dataDir }), contents }
      return withNewHouse(houseOf(migrateArgs.parse(args).to), contents, key, now, (house) => copyAhead(old, house, { now }))
    },
  }
}
