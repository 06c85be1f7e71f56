import { computed, ref, shallowRef } from 'vue'
import type { ApiError } from '../../../channels/web-types.js'
import type { Me } from '../../api-types.js'
import { logIn, logOut, onLoggedOut, readMe } from '../api/client.js'

/** Who is logged in; `unknown` until the server has said. */
export const me = shallowRef<Me | 'nobody' | 'unknown'>('unknown')
/** Shown above the login form, e.g. that the login has ended. */
export const loginNotice = ref('')

/** The one community shown, or `null` for all of this person's. */
export const chosenCommunity = ref<string | null>(null)
export const communities = computed(() => (typeof me.value === 'string' ? [] : me.value.communities))
export const nameOfCommunity = (id: string): string => communities.value.find((community) => community.id === id)?.name ?? id

/** Resolves to whether the server could be asked. */
export async function loadMe(): Promise<boolean> {
  const answer = await readMe()
  if (answer.ok) enter(answer.value)
  else if (answer.status === 401) me.value = 'nobody'
  return answer.ok || answer.status === 401
}

/** Resolves to why it failed, or `null`; `code-needed`: the password is right, and a code from the phone is asked for. */
export async function enterWith(login: string, password: string, code: string): Promise<string | null> {
  const answer = await logIn(login, password, code)
  if (!answer.ok) return (answer.body as Partial<ApiError> | null)?.code === 'code-needed' ? 'code-needed' : answer.message
  loginNotice.value = ''
  // The login's answer and /me say the same; the second also proves that the cookie came to stay.
  return (await loadMe()) && me.value !== 'nobody' ? null : '登录没有保持住，请检查浏览器是否允许 Cookie'
}

export async function leave(): Promise<void> {
  await logOut()
  forget('')
}

/** Drafts may hold residents' words: nothing of one person is left for the next at the same computer. */
function enter(who: Me): void {
  const last = sessionStorage.getItem('yichuang-desk-who')
  if (last !== null && last !== who.id) sessionStorage.clear()
  sessionStorage.setItem('yichuang-desk-who', who.id)
  if (!who.communities.some(({ id }) => id === chosenCommunity.value)) chosenCommunity.value = null
  me.value = who
}

function forget(notice: string): void {
  if (notice === '') sessionStorage.clear()
  loginNotice.value = notice
  me.value = 'nobody'
}

onLoggedOut(() => {
  if (typeof me.value !== 'string') forget('登录已结束，请再登录一次。没写完的话还在。')
})
