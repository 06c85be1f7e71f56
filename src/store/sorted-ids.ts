/** Most ids a chunk holds before it is split. */
const CHUNK = 512

/** A set of ids kept in order (by UTF-16 code unit), in chunks, so that adding, removing and paging stay cheap. */
export class SortedIds {
  readonly #chunks: string[][] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  add(id: string): void {
    const at = this.#chunkFor(id)
    const chunk = this.#chunks[at]
    if (chunk === undefined) {
      const last = this.#chunks[at - 1]
      if (last !== undefined && last.length < CHUNK) last.push(id)
      else this.#chunks.push([id])
      this.#size++
      return
    }
    const place = lowerBound(chunk, id)
    if (chunk[place] === id) return
    chunk.splice(place, 0, id)
    this.#size++
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2))
  }

  delete(id: string): void {
    const at = this.#chunkFor(id)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return
    const place = lowerBound(chunk, id)
    if (chunk[place] !== id) return
    chunk.splice(place, 1)
    this.#size--
    if (chunk.length === 0) this.#chunks.splice(at, 1)
  }

  /** At most `limit` ids beyond `after` (`null`: from the start) in the order named. */
  page(order: 'asc' | 'desc', after: string | null, limit: number): string[] {
    const page: string[] = []
    if (order === 'asc') {
      let at = after === null ? 0 : this.#chunkFor(after)
      for (let first = true; at < this.#chunks.length && page.length < limit; at++, first = false) {
        const chunk = this.#chunks[at] ?? []
        let place = first && after !== null ? lowerBound(chunk, after) : 0
        if (first && after !== null && chunk[place] === after) place++
        for (; place < chunk.length && page.length < limit; place++) page.push(chunk[place] as string)
      }
    } else {
      let at = after === null ? this.#chunks.length - 1 : Math.min(this.#chunkFor(after), this.#chunks.length - 1)
      for (; at >= 0 && page.length < limit; at--) {
        const chunk = this.#chunks[at] ?? []
        let place = after === null ? chunk.length - 1 : lowerBound(chunk, after) - 1
        for (; place >= 0 && page.length < limit; place--) page.push(chunk[place] as string)
      }
    }
    return page
  }

  *[Symbol.iterator](): Generator<string> {
    for (const chunk of this.#chunks) yield* chunk
  }

  /** The first chunk whose last id is not below `id`; the number of chunks when there is none. */
  #chunkFor(id: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const chunk = this.#chunks[middle] as string[]
      if ((chunk[chunk.length - 1] as string) < id) low = middle + 1
      else high = middle
    }
    return low
  }
}

function lowerBound(chunk: readonly string[], id: string): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunk[middle] as string) < id) low = middle + 1
    else high = middle
  }
  return low
}
