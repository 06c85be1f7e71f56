import { shallowRef } from 'vue'
import type { FieldDay, FieldTask } from '../../field-types.js'
import { sendStep } from './calls.js'
import { dropStep, forgetAll, forgetList, keepDay, keepStep, readSteps } from './kept.js'
import { createStepQueue } from './queue.js'
import { endWork, forgetWork } from './work.js'

/** What there is to do, as last fetched or kept on this device; `null`: nothing yet. */
export const shownDay = shallowRef<{ readonly communityId: string; readonly day: FieldDay } | null>(null)

/** The one queue of this device: steps go out whatever page is open. */
export const heldSteps = createStepQueue({
  read: readSteps,
  keep: keepStep,
  drop: dropStep,
  send: sendStep,
  later: (work, ms) => setTimeout(work, ms),
  sent: (step, task) => {
    if (step.kind === 'close') endWork(step.communityId, step.requestId)
    put(task)
  },
  met: put,
})
window.addEventListener('online', () => void heldSteps.flush())

/** A request as the server has it now, in the list that is shown and in the one that is kept. */
function put(task: FieldTask): void {
  const shown = shownDay.value
  if (shown === null || shown.communityId !== task.communityId) return
  const day = { ...shown.day, tasks: shown.day.tasks.map((one) => (one.id === task.id ? task : one)) }
  shownDay.value = { ...shown, day }
  void keepDay(shown.communityId, day, Date.now())
}

/** `all`: signed out, or somebody else signed in; else the login ended by itself, and what is not sent waits for its person. */
export async function forgetField(all: boolean): Promise<void> {
  shownDay.value = null
  heldSteps.forget()
  if (all) forgetWork()
  await (all ? forgetAll() : forgetList())
}
