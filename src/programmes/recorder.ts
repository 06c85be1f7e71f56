/** Who of the staff wrote something down, or decided it. */
export interface Recorder {
  readonly id: string
  readonly name: string
}
