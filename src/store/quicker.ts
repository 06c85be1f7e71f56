import { StoreError } from '../errors.js'

/** How often something is decided again before it is given up. */
const mostTries = 20

/** Whether the store refused because a row has moved on since it was read: nothing was written. */
export function isConflict(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'conflict'
}

/** Whether it was done; who was quicker is not overruled. */
export async function unlessQuicker(act: Promise<unknown>): Promise<boolean> {
  try {
    await act
    return true
  } catch (error) {
    if (isConflict(error)) return false
    throw error
  }
}

/** Reads, decides and commits, again on what stands then while somebody else is quicker; rejects with StoreError `conflict` after 20 times. */
export async function decideAgain<T>(decide: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decide()
    } catch (error) {
      if (!isConflict(error) || attempt >= mostTries) throw error
    }
  }
}
