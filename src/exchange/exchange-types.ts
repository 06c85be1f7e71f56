/** What became of a line: filed anew, joined to the same fault, its answer passed on, known already, or wrong. */
export interface ImportedLine {
  /** In the file, from 1. */
  readonly line: number
  readonly outcome: 'new' | 'joined' | 'replied' | 'known' | 'wrong'
  /** The number of the platform above. */
  readonly reference: string | null
  /** Ours; `null` while there is none. */
  readonly number: string | null
  readonly service: string | null
  /** Why it is wrong. */
  readonly says: string | null
}

export interface ImportResult {
  readonly isDry: boolean
  /** One line was wrong and the whole file was kept out for it. */
  readonly isRefused: boolean
  readonly counts: Readonly<Record<ImportedLine['outcome'], number>>
  readonly lines: readonly ImportedLine[]
}
