import { computed, ref, shallowRef, watch } from 'vue'
import type { ApiError } from '../../../channels/web-types.js'
import type { Me } from '../../api-types.js'
import { logIn, logOut, onLoggedOut, readMe } from '../api/client.js'
import { forgetField } from '../field/held.js'
import { keepPerson, readPerson } from '../field/kept.js'
import { loginWords as words } from '../words/account.js'

/** Who is logged in; `unknown` until the server has said. */
export const me = shallowRef<Me | 'nobody' | 'unknown'>('unknown')
/** Shown above the login form, e.g. that the login has ended. */
export const loginNotice = ref('')

/** Who used this browser last: the id of an account, nothing else. */
const whoKey = 'yichuang-desk-who'

/** What is chosen stays when the page is read again. */
const communityKey = 'yichuang-desk-community'

/** The one community shown, or `null` for all of this person's. */
export const chosenCommunity = ref<string | null>(sessionStorage.getItem(communityKey))
watch(chosenCommunity, (now) => {
  if (now === null) sessionStorage.removeItem(communityKey)
  else sessionStorage.setItem(communityKey, now)
})
export const communities = computed(() => (typeof me.value === 'string' ? [] : me.value.communities))
export const nameOfCommunity = (id: string): string => communities.value.find((community) => community.id === id)?.name ?? id

/** Takes up that communities have come, closed or changed their names. */
export async function rereadCommunities(): Promise<void> {
  const answer = await readMe()
  const who = me.value
  if (!answer.ok || typeof who === 'string' || answer.value.id !== who.id || JSON.stringify(answer.value.communities) === JSON.stringify(who.communities)) return
  me.value = { ...who, communities: answer.value.communities }
}

/** Signed out without a line: the server is told as soon as there is one. */
const leaveKey = 'yichuang-desk-leave'

/** Resolves to whether the server could be asked. `fromDevice`: if not, who signed in here within the last day goes on with what the device keeps. */
export async function loadMe(fromDevice = false): Promise<boolean> {
  if (localStorage.getItem(leaveKey) !== null) {
    const left = await logOut()
    if (!left.ok && left.status === 0) return false
    localStorage.removeItem(leaveKey)
  }
  const answer = await readMe()
  if (answer.ok) await enter(answer.value)
  else if (answer.status === 401) {
    me.value = 'nobody'
    await forgetField(false)
  } else if (fromDevice && typeof me.value === 'string') me.value = (await readPerson(Date.now())) ?? me.value
  return answer.ok || answer.status === 401
}

/** Resolves to why it failed, or `null`. `phoneCode`: it is wanted, or would get past a lock. */
export async function enterWith(login: string, password: string, given: string): Promise<{ readonly message: string; readonly phoneCode: 'needed' | 'useful' | null } | null> {
  const answer = await logIn(login, password, given)
  if (!answer.ok) {
    const code = (answer.body as Partial<ApiError> | null)?.code
    return { message: code === 'code-needed' ? '' : answer.message, phoneCode: code === 'code-needed' ? 'needed' : code === 'locked' ? 'useful' : null }
  }
  loginNotice.value = ''
  // The login's answer and /me say the same; the second also proves that the cookie came to stay.
  return (await loadMe()) && me.value !== 'nobody' ? null : { message: words.noCookie, phoneCode: null }
}

export async function leave(): Promise<void> {
  const left = await logOut()
  if (!left.ok && left.status === 0) localStorage.setItem(leaveKey, 'yes')
  await forget('')
}

/** Drafts may hold residents' words: nothing of one person is left for the next at the same computer. */
async function enter(who: Me): Promise<void> {
  if (![null, who.id].includes(sessionStorage.getItem(whoKey))) sessionStorage.clear()
  if (![null, who.id].includes(localStorage.getItem(whoKey))) await forgetField(true)
  sessionStorage.setItem(whoKey, who.id)
  localStorage.setItem(whoKey, who.id)
  await keepPerson(who, Date.now())
  if (!who.communities.some(({ id }) => id === chosenCommunity.value)) chosenCommunity.value = null
  me.value = who
}

async function forget(notice: string): Promise<void> {
  if (notice === '') {
    sessionStorage.clear()
    chosenCommunity.value = null
  }
  loginNotice.value = notice
  me.value = 'nobody'
  await forgetField(notice === '')
}

onLoggedOut(() => {
  if (typeof me.value !== 'string') void forget(words.ended)
})
