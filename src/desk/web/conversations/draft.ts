import { ref, watch, type Ref } from 'vue'

/** Words being written, kept in this tab until they are sent; they survive a reload and a lost login. */
export function useDraft(name: string): Ref<string> {
  const key = `yichuang-desk-draft:${name}`
  const text = ref(sessionStorage.getItem(key) ?? '')
  watch(text, (now) => {
    if (now === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, now)
  })
  return text
}
