import { PLATFORM } from '../../knowledge/community.js'
import { StoreError } from '../../errors.js'
import { decideAgain } from '../../store/quicker.js'
import type { Store } from '../../store/store.js'

/** How we stand with WeChat; one row for the installation. */
export interface WechatLogin {
  readonly id: 'login'
  readonly rev: number
  /** Counts logins after which WeChat's ids mean something else. */
  readonly number: number
  /** Our own id in that login; when it is another, all are. */
  readonly selfId: string | null
  /** Logged out: whatever comes next is a new login, also under the same id. */
  readonly isOver: boolean
  /** When residents were last heard, ms since 1970. */
  readonly heardAt: number | null
}

/** What WeChat calls one of our rooms. Only a one-time code makes or renews it. */
export interface WechatRoom {
  /** The room's id with us. */
  readonly id: string
  readonly rev: number
  readonly platformId: string
  /** The session in which that id means this room. */
  readonly session: string
  /** What residents may have missed while the room was not ours, told when it is again: from when, ms since 1970. */
  readonly awaySince: number | null
}

export interface Sessions {
  /** The session of the login we are in, `null` before the first. */
  readonly current: string | null
  /** When residents were last heard before this process, or in it. */
  readonly heardAt: number | null
  open(): Promise<void>
  /** Logged in as this account. Tells whether the ids of before still hold. */
  begin(selfId: string): Promise<{ readonly isNew: boolean }>
  over(): Promise<void>
  heard(at: number): Promise<void>
  /** Our id of a room; `null` when nobody paired it in this session. */
  roomOf(platformId: string): Promise<string | null>
  /** WeChat's id of a room of ours: `null` when it has none in this session. */
  platformRoom(id: string): Promise<string | null>
  bind(id: string, platformId: string): Promise<void>
  /** Remembers since when a room that can't be told now was not heard; the first absence counts. */
  keepAway(id: string, since: number): Promise<void>
  /** What `keepAway` remembered, once; `null` when there is nothing. */
  takeAway(id: string): Promise<number | null>
}

/** Of the ids that puppets give: `per-login` (the web protocol) or for good. */
export type IdsLast = 'per-login' | 'for-good'

export function createSessions(parts: { readonly store: Store; readonly idsLast: IdsLast }): Sessions {
  const { store, idsLast } = parts
  let login: WechatLogin = { id: 'login', rev: 0, number: 0, selfId: null, isOver: true, heardAt: null }
  let writing: Promise<void> = Promise.resolve()

  const label = (): string | null => (login.selfId === null ? null : idsLast === 'for-good' ? 'a' : `s${login.number}`)

  /** One write after the other: only this process writes the row. */
  function change(to: (now: WechatLogin) => WechatLogin): Promise<void> {
    const mine = writing.then(async () => {
      const changed = to(login)
      await store.commit(PLATFORM, [{ op: 'put', table: 'wechatLogins', row: changed }])
      login = { ...changed, rev: changed.rev + 1 }
    })
    writing = mine.catch(() => undefined)
    return mine
  }

  function put(id: string, to: (row: WechatRoom | null) => WechatRoom | null): Promise<void> {
    return decideAgain(async () => {
      const row = await store.get(PLATFORM, 'wechatRooms', id)
      const changed = to(row)
      if (changed !== null && changed !== row) await store.commit(PLATFORM, [{ op: 'put', table: 'wechatRooms', row: changed }])
    })
  }

  return {
    get current() { return label() },
    get heardAt() { return login.heardAt },
    async open() {
      login = (await store.get(PLATFORM, 'wechatLogins', 'login')) ?? login
    },
    async begin(selfId) {
      const isNew = idsLast === 'per-login' && (login.isOver || login.selfId !== selfId)
      if (isNew || login.selfId !== selfId || login.isOver) await change((now) => ({ ...now, selfId, isOver: false, number: isNew ? now.number + 1 : now.number }))
      return { isNew }
    },
    async over() {
      if (!login.isOver) await change((now) => ({ ...now, isOver: true }))
    },
    async heard(at) {
      if (login.heardAt === null || at > login.heardAt) await change((now) => ({ ...now, heardAt: at }))
    },
    async roomOf(platformId) {
      const session = label()
      return (await store.find(PLATFORM, 'wechatRooms', { by: 'platformId', equals: platformId, limit: 100 })).find((room) => room.session === session)?.id ?? null
    },
    async platformRoom(id) {
      const room = await store.get(PLATFORM, 'wechatRooms', id)
      return room !== null && !login.isOver && room.session === label() ? room.platformId : null
    },
    async bind(id, platformId) {
      const session = label()
      if (session === null) throw new StoreError('missing', 'wechat: no room can be paired before the login')
      await put(id, (row) => ({ id, rev: row?.rev ?? 0, platformId, session, awaySince: row?.awaySince ?? null }))
    },
    async keepAway(id, since) {
      await put(id, (row) => (row === null || row.awaySince !== null ? row : { ...row, awaySince: since }))
    },
    async takeAway(id) {
      let since: number | null = null
      await put(id, (row) => {
        since = row?.awaySince ?? null
        return row === null || since === null ? row : { ...row, awaySince: null }
      })
      return since
    },
  }
}
