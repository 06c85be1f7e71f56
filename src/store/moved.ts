import { StoreError } from '../errors.js'

/** Stands in a store that is being copied to (`incoming`) or whose contents went elsewhere (`left`): nobody works with either. */
export type MoveMark =
  | { readonly kind: 'incoming'; readonly from: string; readonly at: number }
  | { readonly kind: 'left'; readonly to: string; readonly at: number }

/** Rejects what is not to be opened for work. */
export function refuseMoved(place: string, mark: MoveMark | null): void {
  if (mark === null) return
  throw new StoreError('moved', mark.kind === 'incoming'
    ? `store: ${place} holds a copy from ${mark.from} that is not finished; finish it with "yichuang migrate", or go on with ${mark.from}`
    : `store: everything in ${place} was moved to ${mark.to} on ${new Date(mark.at).toISOString()}; set DATABASE_URL or YICHUANG_DATA_DIR to that place, or move it back with "yichuang migrate"`)
}
