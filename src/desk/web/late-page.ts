import { defineAsyncComponent, type Component } from 'vue'
import LatePageFault from './late-page-fault.vue'

/** When the desk was last read anew because a page of it was gone, ms; one that is gone all the same is not asked for again and again. */
const readAnewKey = 'yichuang-desk-read-anew'
const readAnewEveryMs = 60_000

/** Reads the desk anew: since it was opened a newer one has been put up, whose files have other names. `false`: that was tried just now, or there is no line. */
function readAnew(): boolean {
  if (!navigator.onLine || Date.now() - Number(sessionStorage.getItem(readAnewKey) ?? 0) < readAnewEveryMs) return false
  sessionStorage.setItem(readAnewKey, String(Date.now()))
  location.reload()
  return true
}

/** A page that is loaded when it is opened; one that cannot be had says so. What was being written stays: drafts outlive a reload. */
export function latePage(load: () => Promise<{ readonly default: Component }>): Component {
  return defineAsyncComponent(async (): Promise<Component> => {
    try {
      return (await load()).default
    } catch {
      return readAnew() ? new Promise<never>(() => undefined) : LatePageFault
    }
  })
}
