import { resolve } from 'node:path'
import { InputError, StoreError } from '../errors.js'
import { moveAside } from './backup.js'
import { bringOver, verifyEqual, type Contents, type Passed, type Verified } from './contents.js'
import { openEmbeddedStore } from './embedded.js'
import { diskFiles } from './files.js'
import { readMoveMark, writeMoveMark } from './load.js'
import type { MoveMark } from './moved.js'
import { Sealer } from './seal.js'

/** A store as the person who moves house names it. */
export type House = { readonly kind: 'postgres'; readonly url: string } | { readonly kind: 'lowdb'; readonly folder: string }

/** Reads `postgres://…` and `lowdb:DIR`. Throws InputError for anything else. */
export function houseOf(text: string): House {
  if (/^postgres(ql)?:\/\//.test(text)) return { kind: 'postgres', url: text }
  if (text.startsWith('lowdb:') && text.length > 'lowdb:'.length) return { kind: 'lowdb', folder: resolve(text.slice('lowdb:'.length)) }
  throw new InputError('usage', '--to 要写 postgres://用户:密码@主机:端口/数据库，或 lowdb:文件夹。')
}

/** How a house is told to people and in marks: without the password. */
export function nameOf(house: House): string {
  if (house.kind === 'lowdb') return `lowdb:${resolve(house.folder)}`
  const { hostname, port, pathname } = new URL(house.url)
  return `postgres://${hostname}:${port === '' ? '5432' : port}${pathname}`
}

/** One side of a move. */
export interface Side {
  readonly name: string
  readonly contents: Contents
  readMark(): Promise<MoveMark | null>
  writeMark(mark: MoveMark | null): Promise<void>
}

export interface MoveParts {
  readonly now: () => number
  /** Hears how far a pass has come. */
  readonly onBatch?: (passed: Passed) => void
}

/** Passes that copy ahead of a house in use, at most: with heavy traffic there is always something left. */
const mostPasses = 6
/** So few items left are brought in the moment of the switch. */
const fewItems = 200

/** Copies while the old house goes on working; what changes after it is brought over by `finishMove`. */
export async function copyAhead(from: Side, to: Side, parts: MoveParts): Promise<{ readonly copied: number; readonly passes: number }> {
  if ((await from.readMark()) !== null) throw new StoreError('moved', `store: ${from.name} is being moved already; stop it and run the same command again`)
  await beginAt(to, from, parts.now())
  let copied = 0
  for (let passes = 1; ; passes += 1) {
    const passed = await bringOver(from.contents, to.contents, parts.onBatch)
    copied += passed.copied
    if (passes >= mostPasses || passed.copied + passed.removed <= fewItems) return { copied, passes }
  }
}

/**
 * The switch; nobody works with the old house. From the first step on it opens for nobody, the new one opens only after all of
 * it was found equal: at no moment do both. Killed anywhere, it goes on when called again. `null`: it had been done before.
 */
export async function finishMove(from: Side, to: Side, parts: MoveParts): Promise<Verified | null> {
  const mark = await from.readMark()
  const isGoingOn = mark?.kind === 'left' && mark.to === to.name
  if (mark !== null && !isGoingOn) throw new StoreError('moved', `store: ${from.name} is marked as ${mark.kind === 'left' ? `moved to ${mark.to}` : `a copy of ${mark.from}`}; that move comes first`)
  if (isGoingOn && (await to.readMark()) === null) return null
  if (!isGoingOn) {
    await beginAt(to, from, parts.now())
    await from.writeMark({ kind: 'left', to: to.name, at: parts.now() })
  }
  let verified: Verified
  try {
    await bringOver(from.contents, to.contents, parts.onBatch)
    verified = await verifyEqual(from.contents, to.contents)
  } catch (error) {
    await from.writeMark(null)
    throw error
  }
  await to.writeMark(null)
  return verified
}

/** A house is moved into only when it is empty, or when this move into it has begun before. */
async function beginAt(to: Side, from: Side, at: number): Promise<void> {
  const mark = await to.readMark()
  if (mark?.kind === 'incoming' && mark.from === from.name) return
  if (mark !== null) throw new StoreError('conflict', `store: ${to.name} holds the beginning of another move (${mark.kind === 'incoming' ? `from ${mark.from}` : `to ${mark.to}`}); choose an empty place`)
  if ((await to.contents.shelves()).length > 0) throw new StoreError('conflict', `store: ${to.name} is not empty; choose an empty place`)
  await to.writeMark({ kind: 'incoming', from: from.name, at })
}

/** Opens the old house, which nobody may be using, for `work`. */
export function withOldHouse<T>(house: House, key: Buffer | null, now: () => number, work: (side: Side) => Promise<T>): Promise<T> {
  return house.kind === 'lowdb' ? withFolder(house, key, now, false, work) : withDatabase(house, sealerOf(key), work)
}

/** Opens the new house for `work`, after making it; what had moved out of it before is kept aside. */
export async function withNewHouse<T>(house: House, old: Contents, key: Buffer | null, now: () => number, work: (side: Side) => Promise<T>): Promise<T> {
  if (house.kind === 'lowdb') {
    const mark = await readMoveMark(diskFiles, house.folder)
    if (mark?.kind === 'left') await moveAside(diskFiles, house.folder, now())
    return withFolder(house, key, now, true, work)
  }
  const { readMark, setAside } = await import('./postgres/moving.js')
  await setAside(house.url, now(), async (client) => (await readMark(client))?.kind === 'left')
  return withDatabase(house, old.sealer, work)
}

async function withFolder<T>(house: House & { kind: 'lowdb' }, key: Buffer | null, now: () => number, create: boolean, work: (side: Side) => Promise<T>): Promise<T> {
  const { folder } = house
  let fatal: StoreError | null = null
  const store = await openEmbeddedStore({ folder, create, ...(key === null ? {} : { key }), evenMoved: true, now, onFatal: (error) => { fatal = error } })
  try {
    const result = await work({ ...folderMarks(folder), name: nameOf(house), contents: store.contents() })
    if (fatal !== null) throw fatal as StoreError
    return result
  } finally {
    await store.close()
  }
}

/** The marks of a data folder, for whoever has its store open. */
export function folderMarks(folder: string): Pick<Side, 'readMark' | 'writeMark'> {
  return {
    readMark: () => readMoveMark(diskFiles, folder),
    writeMark: (mark) => writeMoveMark(diskFiles, folder, mark),
  }
}

async function withDatabase<T>(house: House & { kind: 'postgres' }, sealer: Sealer, work: (side: Side) => Promise<T>): Promise<T> {
  const { withPostgresContents } = await import('./postgres/contents.js')
  const { readMark, writeMark } = await import('./postgres/moving.js')
  return withPostgresContents({ url: house.url, sealer }, 'each', (contents, client) => work({
    name: nameOf(house), contents,
    readMark: () => readMark(client),
    writeMark: (mark) => writeMark(client, mark),
  }))
}

function sealerOf(key: Buffer | null): Sealer {
  if (key === null) throw new StoreError('wrong-key', 'store: a database needs YICHUANG_KEY')
  return new Sealer(key)
}

/** Whether any process works with the old house's database now. */
export async function isAtWork(url: string): Promise<boolean> {
  const [{ connected }, { countWorking }] = await Promise.all([import('./postgres/contents.js'), import('./postgres/moving.js')])
  const client = await connected(url)
  try {
    return (await countWorking(client)) > 0
  } finally {
    await client.end()
  }
}
