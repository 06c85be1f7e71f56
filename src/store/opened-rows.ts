import type { Cell } from './state.js'

/** Which rows stand in the clear beside their sealed form: those opened last. What nobody has looked at for long is kept sealed only. */
export class OpenedRows {
  readonly #most: number
  readonly #cells: Cell[] = []
  #next = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Keeps a row that was just opened, in the place of the one that was opened before all others. */
  keep(cell: Cell): void {
    // Where nothing is sealed there is only one form.
    if (cell.opened === cell.sealed) return
    const oldest = this.#cells[this.#next]
    if (oldest !== undefined) oldest.opened = null
    this.#cells[this.#next] = cell
    this.#next = (this.#next + 1) % this.#most
  }
}
