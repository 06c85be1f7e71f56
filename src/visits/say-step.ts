import { doneAt, wasHeld, type VisitStep } from './step.js'

const zoneMs = 8 * 3_600_000
/** `2026-11-24 14:02`, in Asia/Shanghai. */
const stamp = (at: number): string => new Date(at + zoneMs).toISOString().slice(0, 16).replace('T', ' ')

/** What stands in a request's history of a step made on the spot. */
export function sayStep(step: VisitStep): string {
  const what = step.kind === 'photo' ? '现场照片' : `上门签到${step.position === null ? '，没有记位置' : `，位置误差约 ${Math.max(1, Math.round(step.position.accuracyM))} 米`}`
  return `${what}${wasHeld(step) ? sayHeld(stamp(doneAt(step)), stamp(step.receivedAt)) : ''}`
}

function sayHeld(made: string, received: string): string {
  return `（${made.slice(0, 10) === received.slice(0, 10) ? made.slice(11) : made} 在现场记下，当时没有网络）`
}
