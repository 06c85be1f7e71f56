import { computed, shallowRef } from 'vue'
import type { ConversationRow } from '../../api-types.js'
import { chosenCommunity } from '../account/me.js'
import { listConversations } from '../api/client.js'
import { createReload } from '../live/reload.js'

/** Conversations as the server lists them: waiting for a person first, then taken, then recent. */
export const conversations = shallowRef<readonly ConversationRow[] | null>(null)
export const conversationsFault = shallowRef('')

/** Those in which a resident waits for a person, in danger first. */
export const waiting = computed(() => {
  const rows = (conversations.value ?? []).filter((row) => row.mode === 'waiting')
  return [...rows.filter((row) => row.urgent), ...rows.filter((row) => !row.urgent)]
})
export const waitingCount = computed(() => waiting.value.length)

export const reloadConversations = createReload(async () => {
  const answer = await listConversations(chosenCommunity.value)
  if (answer.ok) conversations.value = answer.value.conversations
  conversationsFault.value = answer.ok ? '' : answer.message
})
