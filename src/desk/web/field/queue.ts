import { shallowRef, type ShallowRef } from 'vue'
import type { FieldConflict, FieldStep, FieldTask } from '../../field-types.js'
import type { Answer } from '../api/client.js'

/** A photo as it waits: bytes, because old browsers lose files that they keep. */
export interface HeldPhoto { readonly clientId: string; readonly madeAt: number; readonly kind: 'photo'; readonly bytes: ArrayBuffer; readonly mediaType: string }

/** A step that the server does not have yet. */
export type HeldStep = (FieldStep | HeldPhoto) & {
  readonly communityId: string
  readonly requestId: string
  readonly state: 'waiting' | 'sending' | 'refused'
  /** Why it was refused, and what others did meanwhile. */
  readonly reason: string | null
  readonly since: FieldConflict['since']
}
/** A step as it is made. */
export type NewStep = (FieldStep | HeldPhoto) & Pick<HeldStep, 'communityId' | 'requestId'>

/** What the queue needs of the world. `keep` rejects where the device keeps nothing. */
export interface QueueWorld {
  read(): Promise<readonly HeldStep[]>
  keep(step: HeldStep): Promise<unknown>
  drop(clientId: string): Promise<unknown>
  send(step: HeldStep): Promise<Answer<FieldTask>>
  later(work: () => void, ms: number): void
  /** The server has it; this is the request now. */
  sent(step: HeldStep, task: FieldTask): void
  /** It was refused because of what others did; this is the request now. */
  met(task: FieldTask): void
}

export interface StepQueue {
  /** In the order in which they were made. */
  readonly steps: Readonly<ShallowRef<readonly HeldStep[]>>
  /** `false`: the device keeps nothing, what waits is lost with the page. */
  readonly isKept: Readonly<ShallowRef<boolean>>
  open(): Promise<void>
  add(step: NewStep): Promise<void>
  /** Sends a refused step again; `anyway`: although somebody did something since. */
  again(clientId: string, anyway: boolean): void
  discard(clientId: string): void
  flush(): Promise<void>
  /** Nothing is left in this page; the device's own store is emptied by who signs out. */
  forget(): void
}

/** First and longest pause before a line that failed is tried again, ms. */
const firstPauseMs = 5_000
const lastPauseMs = 60_000

/**
 * Keeps what is done on the spot until the server has it: one step at a time, in order, under one id for ever. What is refused waits for its
 * person, and later steps of the same request behind it.
 */
export function createStepQueue(world: QueueWorld): StepQueue {
  const steps = shallowRef<readonly HeldStep[]>([])
  const isKept = shallowRef(true)
  let running = false
  let pauseMs = firstPauseMs
  /** Grows with every sign-out: an answer that comes after it is nobody's. */
  let round = 0

  function change(clientId: string, to: Partial<Pick<HeldStep, 'state' | 'reason' | 'since'>>): HeldStep | null {
    steps.value = steps.value.map((step) => (step.clientId === clientId ? { ...step, ...to } : step))
    return steps.value.find((step) => step.clientId === clientId) ?? null
  }

  async function keep(step: HeldStep | null): Promise<void> {
    if (step === null) return
    // Cut off while it was being sent it is sent again: the server counts it once.
    await world.keep(step.state === 'sending' ? { ...step, state: 'waiting' } : step).catch(() => { isKept.value = false })
  }

  function remove(clientId: string): void {
    steps.value = steps.value.filter((step) => step.clientId !== clientId)
    void world.drop(clientId)
  }

  function next(): HeldStep | null {
    const stuck = new Set<string>()
    for (const step of steps.value) {
      if (step.state === 'refused') stuck.add(step.requestId)
      else if (!stuck.has(step.requestId)) return step
    }
    return null
  }

  async function flush(): Promise<void> {
    if (running) return
    running = true
    const mine = round
    try {
      for (let step = next(); step !== null; step = next()) {
        change(step.clientId, { state: 'sending', reason: null })
        const answer = await world.send(step)
        if (mine !== round) return
        if (answer.ok) {
          pauseMs = firstPauseMs
          remove(step.clientId)
          world.sent(step, answer.value)
        } else if (answer.status === 401) {
          change(step.clientId, { state: 'waiting' })
          return
        } else if (answer.status === 0 || answer.status === 429 || answer.status >= 500) {
          change(step.clientId, { state: 'waiting' })
          world.later(() => void flush(), pauseMs)
          pauseMs = Math.min(pauseMs * 2, lastPauseMs)
          return
        } else {
          const { newest, since } = (answer.body ?? {}) as Partial<FieldConflict>
          await keep(change(step.clientId, { state: 'refused', reason: answer.message, since: since ?? [] }))
          if (newest !== undefined) world.met(newest)
        }
      }
    } finally {
      running = false
    }
  }

  return {
    steps,
    isKept,
    flush,
    async open() {
      const kept = await world.read()
      const known = new Set(steps.value.map(({ clientId }) => clientId))
      steps.value = [...kept.filter(({ clientId }) => !known.has(clientId)), ...steps.value]
      void flush()
    },
    async add(step) {
      const held: HeldStep = { ...step, state: 'waiting', reason: null, since: [] }
      steps.value = [...steps.value, held]
      await keep(held)
      void flush()
    },
    again(clientId, anyway) {
      steps.value = steps.value.map((step) => (step.clientId === clientId && step.kind === 'close' ? { ...step, anyway: step.anyway || anyway } : step))
      void keep(change(clientId, { state: 'waiting', reason: null, since: [] })).then(flush)
    },
    discard(clientId) {
      remove(clientId)
      // An end must not wait for a photo that never comes.
      for (const step of steps.value) {
        if (step.kind !== 'close' || !step.photos.includes(clientId)) continue
        const without: HeldStep = { ...step, photos: step.photos.filter((one) => one !== clientId) }
        steps.value = steps.value.map((one) => (one.clientId === step.clientId ? without : one))
        void keep(without)
      }
      void flush()
    },
    forget() {
      round += 1
      steps.value = []
    },
  }
}
