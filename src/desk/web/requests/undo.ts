import { computed, ref, shallowRef } from 'vue'
import type { RequestDetail } from '../../api-types.js'
import { undoWords as words } from '../words/requests.js'
import { undoStep } from './calls.js'

interface LastStep {
  readonly communityId: string
  readonly id: string
  readonly what: string
  /** On this device's clock, ms. */
  readonly until: number
}

/** The last step of this person, as long as it can be taken back; it outlives the page it was made on. */
const last = shallowRef<LastStep | null>(null)
const secondsLeft = ref(0)
/** What came of taking it back. */
export const undoTold = ref('')
export const undoable = computed(() => (last.value === null || secondsLeft.value <= 0 ? null : { what: last.value.what, said: words.said(last.value.what, secondsLeft.value) }))

let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  secondsLeft.value = last.value === null ? 0 : Math.max(0, Math.ceil((last.value.until - Date.now()) / 1_000))
  if (secondsLeft.value > 0) return
  clearInterval(timer)
  last.value = null
}

/** Offers to take the step back that led to this; `move`: what it is called. */
export function offerUndo(detail: RequestDetail, communityId: string, move: string): void {
  clearInterval(timer)
  undoTold.value = ''
  const made = detail.request.history.at(-1)?.at
  if (detail.undoUntil === undefined || made === undefined) {
    last.value = null
    secondsLeft.value = 0
    return
  }
  // The two clocks may differ: what counts is how long there was from the step on.
  last.value = { communityId, id: detail.request.id, what: words.step(detail.request.number, move), until: Date.now() + Math.max(0, detail.undoUntil - made) }
  tick()
  timer = setInterval(tick, 500)
}

/** Takes the last step back; resolves to the request as it stands then, `null` where it was too late. */
export async function undoLast(): Promise<RequestDetail | null> {
  const step = last.value
  if (step === null) return null
  last.value = null
  tick()
  const answer = await undoStep(step.communityId, step.id)
  undoTold.value = answer.ok ? words.undone(step.what) : answer.message
  return answer.ok ? answer.value : null
}
