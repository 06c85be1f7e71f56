import { onMounted, ref, shallowRef } from 'vue'
import type { Drafted } from '../../place-types.js'
import type { Answer } from '../api/client.js'
import type { Change } from './calls.js'

/** What a page shows of what is in use and changes as a draft: read when the page opens and after each draft. `made`: the number of the draft just made. */
export function useDrafts<View extends { readonly base: number }>(read: () => Promise<Answer<View>>) {
  const view = shallowRef<View | null>(null)
  const fault = ref('')
  const made = ref<number | null>(null)
  const isBusy = ref(false)

  async function load(): Promise<void> {
    const answer = await read()
    if (answer.ok) view.value = answer.value
    fault.value = answer.ok ? '' : answer.message
  }

  /** Resolves to whether the draft was made; else `fault` says why not, and nothing typed is lost. */
  async function save(reason: string, send: (change: Change) => Promise<Answer<Drafted>>): Promise<boolean> {
    if (view.value === null) return false
    isBusy.value = true
    const answer = await send({ base: view.value.base, reason })
    isBusy.value = false
    fault.value = answer.ok ? '' : answer.message
    if (!answer.ok) return false
    made.value = answer.value.number
    await load()
    return true
  }

  onMounted(load)
  return { view, fault, made, isBusy, load, save }
}
