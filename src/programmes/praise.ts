/** A kind word about somebody (好人好事): an unordered candidate for what staff make public. Nobody is counted or ranked by it. */
export interface Praise {
  readonly id: string
  readonly rev: number
  /** The person or unit praised, as it was said. */
  readonly about: string
  readonly words: string
  /** Who said it. */
  readonly residentId: string
  readonly conversationId: string
  readonly at: number
  /** `kept`: staff have looked at it and want it for the list; `aside`: they don't. */
  readonly state: 'new' | 'kept' | 'aside'
}
