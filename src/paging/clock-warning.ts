/** Half or four fifths of a promised time are over, which its owner is told; or it is late and no level is left above, for which a lead is called. Each once. */
export interface ClockWarning {
  /** Request, promise and stage. */
  readonly id: string
  readonly rev: number
  readonly requestId: string
  readonly stage: 'half' | 'near' | 'top'
  /** The account that owns it; `null`: a post. */
  readonly staffId: string | null
  readonly at: number
}
