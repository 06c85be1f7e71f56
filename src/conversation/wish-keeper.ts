import { alone, type Cluster } from '../cluster/cluster.js'
import type { CommunityId } from '../knowledge/community.js'
import { followRequest, livingStates, wishAfter, wishService, type Wish } from '../programmes/wish.js'
import { proposalService } from '../programmes/proposal.js'
import { decideAgain, unlessQuicker } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import { proposalWords } from './dialogs/proposals.js'
import { wishNews } from './dialogs/wish-words.js'
import type { Teller, Told } from './teller.js'

/** Lets a wish follow its request: solved, it is fulfilled; withdrawn or declined, it comes down; done again, whoever claimed it hears that it has not come. A small project that is taken back ends. */
export interface WishKeeper {
  /** Looks at all that lives; called at the start, when a community becomes this process's own, and by tests. */
  run(): Promise<void>
  start(): void
  idle(): Promise<void>
  stop(): Promise<void>
}

export function createWishKeeper(parts: { readonly store: Store; readonly teller: Teller; readonly cluster?: Cluster | undefined; readonly now: () => number; readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void }): WishKeeper {
  const { store, teller } = parts
  let work: Promise<unknown> = Promise.resolve()
  let stopListening: (() => void) | null = null
  let stopWatching: (() => void) | null = null

  function soon(task: () => Promise<void>): Promise<void> {
    const mine = work.then(task)
    work = mine.catch((error: unknown) => { parts.log('wishes.failed', { error: String(error) }) })
    return mine
  }

  async function all(): Promise<void> {
    for (const communityId of await store.communities()) {
      if (!(parts.cluster ?? alone).isMine(communityId)) continue
      for (const { id } of await store.find(communityId, 'proposals', { by: 'state', equals: 'open', limit: 10_000 })) await followProposal(communityId, id)
      for (const state of livingStates) for (const { id } of await store.find(communityId, 'wishes', { by: 'state', equals: state, limit: 10_000 })) await follow(communityId, id)
    }
  }

  /** Somebody who was quicker is not overruled: it is looked at as it stands then. */
  function follow(communityId: CommunityId, id: string): Promise<void> {
    return decideAgain(() => followNow(communityId, id))
  }

  async function followNow(communityId: CommunityId, id: string): Promise<void> {
    const wish = await store.get(communityId, 'wishes', id)
    const request = wish === null || wish.endedAt !== null ? null : await store.get(communityId, 'requests', id)
    const became = wish === null || request === null ? null : wishAfter(wish, request.status)
    if (wish === null || became === null) return
    const claim = wish.claimId === null ? null : await store.get(communityId, 'wishClaims', wish.claimId)
    const after = followRequest(wish, claim, became, parts.now())
    const told: readonly Told[] = claim === null ? [] : [{ to: claim.to, about: null, text: wordsOf(became, wish) }]
    await teller.commitAndTell(communityId, [{ op: 'put', table: 'wishes', row: after.wish }, ...(after.claim === null ? [] : [{ op: 'put', table: 'wishClaims', row: after.claim } as const])], told)
  }

  /** A small project whose resident takes it back looks for supporters no more. */
  async function followProposal(communityId: CommunityId, id: string): Promise<void> {
    const [proposal, request] = await Promise.all([store.get(communityId, 'proposals', id), store.get(communityId, 'requests', id)])
    if (proposal === null || proposal.endedAt !== null || request?.status !== 'withdrawn') return
    // Who gave it another end just now is not overruled.
    await unlessQuicker(store.commit(communityId, [{ op: 'put', table: 'proposals', row: { ...proposal, state: 'closed', result: proposalWords.takenBack, endedAt: parts.now() } }]))
  }

  return {
    run: () => soon(all),
    start() {
      stopListening = store.onCommit(({ communityId, writes }) => {
        for (const write of writes) {
          if (write.op !== 'put' || write.table !== 'requests' || !(parts.cluster ?? alone).isMine(communityId)) continue
          const { id, serviceCode } = write.row
          if (serviceCode === wishService) void soon(() => follow(communityId, id)).catch(() => undefined)
          if (serviceCode === proposalService) void soon(() => followProposal(communityId, id)).catch(() => undefined)
        }
      })
      // Another process may have died between a request's end and its wish's.
      stopWatching = (parts.cluster ?? alone).onChange(() => { void soon(all).catch(() => undefined) })
      void soon(all).catch(() => undefined)
    },
    idle: async () => { await work },
    async stop() {
      stopListening?.()
      stopWatching?.()
      await work
    },
  }
}

function wordsOf(became: NonNullable<ReturnType<typeof wishAfter>>, wish: Wish): string {
  switch (became) {
    case 'fulfilled': return wishNews.fulfilled(wish)
    case 'taken-down': return wishNews.over(wish)
    case 'not-yet': return wishNews.notYet(wish)
  }
}
