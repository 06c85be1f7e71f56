import type { Recorder } from './recorder.js'

/**
 * A need that keeps coming back, made a project (三社联动、四社联动): need → project → organisation → social worker → volunteers. The requests it was
 * made from stay linked to it as they are.
 */
export interface Project {
  readonly id: string
  readonly rev: number
  readonly title: string
  readonly need: string
  readonly requestIds: readonly string[]
  /** By name; empty: not found yet. */
  readonly organisation: string
  readonly socialWorker: string
  readonly volunteers: string
  readonly state: 'planned' | 'running' | 'ended'
  readonly steps: readonly { readonly at: number; readonly by: Recorder; readonly note: string }[]
  readonly endedAt: number | null
}
