import { shallowRef } from 'vue'
import type { InboxChoices } from '../../api-types.js'
import { chosenCommunity } from '../account/me.js'
import { createReload } from '../live/reload.js'
import { readChoices } from './calls.js'

/** What there is to filter by, once it has been asked for. */
export const choices = shallowRef<InboxChoices | null>(null)

export const reloadChoices = createReload(async () => {
  const asked = chosenCommunity.value
  const answer = await readChoices(asked)
  if (answer.ok && asked === chosenCommunity.value) choices.value = answer.value
})
