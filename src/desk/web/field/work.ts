import { effectScope, ref, watch, type EffectScope, type Ref } from 'vue'
import { dropWork, keepWork, readWork } from './kept.js'

/** What somebody is at with one request before it is ended; it outlives its card, and the page. */
export interface Work {
  /** Photos taken for it, by their client ids: they go with the end, wherever they are by then. */
  readonly taken: readonly string[]
  readonly statement: string
  /** The form of the end is open. */
  readonly isClosing: boolean
}
type Begun = { readonly [name in keyof Work]: Ref<Work[name]> }

/** What is begun in this page, by request. A card may come and go (an order that is taken moves to another part of the page). */
const begun = new Map<string, { readonly work: Begun; readonly scope: EffectScope }>()
const keyOf = (communityId: string, requestId: string): string => `${communityId}|${requestId}`

/** The work on one request as the device keeps it, kept anew with every change. */
export function workOn(communityId: string, requestId: string): Begun {
  const key = keyOf(communityId, requestId)
  const known = begun.get(key)
  if (known !== undefined) return known.work
  const work: Begun = { taken: ref<readonly string[]>([]), statement: ref(''), isClosing: ref(false) }
  const scope = effectScope(true)
  begun.set(key, { work, scope })
  void readWork(key).then((kept) => {
    if (!scope.active) return
    if (kept !== null) {
      // What was done before the device had answered stays.
      work.taken.value = [...new Set([...kept.taken, ...work.taken.value])]
      if (work.statement.value === '') work.statement.value = kept.statement
      work.isClosing.value ||= kept.isClosing
    }
    scope.run(() => watch([work.taken, work.statement, work.isClosing], ([photos, statement, isClosing], before) => {
      const isEmpty = photos.length === 0 && statement === '' && !isClosing
      if (!isEmpty) void keepWork(key, { taken: [...photos], statement, isClosing })
      // What is empty from the first has left nothing behind.
      else if (before[0] !== undefined) void dropWork(key)
    }, { immediate: true }))
  })
  return work
}

/** It has ended: nothing of the work is left on the device. */
export function endWork(communityId: string, requestId: string): void {
  const key = keyOf(communityId, requestId)
  const work = begun.get(key)?.work
  if (work === undefined) return void dropWork(key)
  work.taken.value = []
  work.statement.value = ''
  work.isClosing.value = false
}

/** Signed out: nothing is left in this page; the device's own store is emptied by who signs out. */
export function forgetWork(): void {
  for (const { scope } of begun.values()) scope.stop()
  begun.clear()
}
