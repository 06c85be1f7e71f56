import { computed, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Role } from '../../accounts.js'
import { chosenCommunity, communities, me } from '../account/me.js'
import type { Answer } from '../api/client.js'
import { createReload } from '../live/reload.js'
import { useLive } from '../live/stream.js'

/** What a page of one community shows, and how it is changed. */
export interface View<T> {
  readonly view: ShallowRef<T | null>
  readonly fault: Ref<string>
  readonly told: Ref<string>
  readonly isBusy: Ref<boolean>
  /** The one chosen above, else the first. */
  readonly communityId: ComputedRef<string | null>
  readonly role: ComputedRef<Role>
  readonly mayAct: ComputedRef<boolean>
  /** Whether several communities could be meant, and the first is shown. */
  readonly isFirstOfMany: ComputedRef<boolean>
  /** Makes a change that answers with the view as it stands then; whether it was made. */
  change(make: (communityId: string) => Promise<Answer<T>>, done: string): Promise<boolean>
}

/** Reads a view of the chosen community, again when something of it has changed or another is chosen; `leave`: then what was being written is put away, it was for the one before. */
export function useView<T>(read: (communityId: string) => Promise<Answer<T>>, leave: () => void = () => undefined): View<T> {
  const view = shallowRef<T | null>(null)
  const [fault, told, isBusy] = [ref(''), ref(''), ref(false)]
  const communityId = computed(() => chosenCommunity.value ?? communities.value[0]?.id ?? null)
  const role = computed(() => (typeof me.value === 'string' ? 'auditor' : me.value.role))
  const reload = createReload(async () => {
    const community = communityId.value
    if (community === null) return
    const answer = await read(community)
    if (community !== communityId.value) return
    fault.value = answer.ok ? '' : answer.message
    if (answer.ok) view.value = answer.value
  })

  onMounted(() => void reload())
  watch(communityId, () => {
    [view.value, told.value, fault.value] = [null, '', '']
    leave()
    void reload()
  })
  useLive((event) => {
    if (event.type === 'again' || event.type === 'request' || event.type === 'programme') void reload()
  })

  return {
    view, fault, told, isBusy, communityId, role,
    mayAct: computed(() => role.value !== 'auditor'),
    isFirstOfMany: computed(() => communities.value.length > 1 && chosenCommunity.value === null),
    async change(make, done) {
      const community = communityId.value
      if (community === null || isBusy.value) return false
      isBusy.value = true
      told.value = ''
      const answer = await make(community)
      isBusy.value = false
      if (answer.ok) view.value = answer.value
      else if (answer.status === 409) await reload()
      fault.value = answer.ok ? '' : answer.message
      told.value = answer.ok ? done : ''
      return answer.ok
    },
  }
}
