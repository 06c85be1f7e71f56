import type { PolicyMetadata } from '../../../knowledge/policy.js'
import type { PolicyEntry } from '../../knowledge-types.js'
import { policyWords as words } from '../words/knowledge.js'

/** As the fields hold it: nothing is an empty string. */
export type PolicyForm = Record<keyof PolicyEntry, string>

export const emptyPolicy: PolicyForm = { title: '', issuingBody: '', number: '', signed: '', issued: '', published: '', effective: '', validUntil: '', status: 'in-force', jurisdiction: '', jurisdictionName: '' }

export function policyForm(metadata: PolicyMetadata): PolicyForm {
  return Object.fromEntries((Object.keys(emptyPolicy) as (keyof PolicyEntry)[]).map((key) => [key, metadata[key] ?? ''])) as PolicyForm
}

/** What is missing, in words; empty: nothing. */
export function policyFault(own: PolicyForm): string {
  return own.title.trim().length < 2 ? words.needTitle : own.jurisdictionName.trim() === '' ? words.needPlaceName : ''
}

export function writtenPolicy(own: PolicyForm): PolicyEntry {
  const written = (key: keyof PolicyEntry): string | null => own[key].trim() || null
  return {
    title: own.title.trim(), issuingBody: written('issuingBody'), number: written('number'), signed: written('signed'), issued: written('issued'), published: written('published'),
    effective: written('effective'), validUntil: written('validUntil'), status: own.status as PolicyEntry['status'], jurisdiction: own.jurisdiction, jurisdictionName: own.jurisdictionName.trim(),
  }
}
