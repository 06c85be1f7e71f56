import type { MoveName } from '../../../requests/moves.js'

/** Whether a move ends the work: files may go along, and stand for words. */
export const isEnd = (name: MoveName): name is 'close' | 'approve' => name === 'close' || name === 'approve'

/** Whether files go to the resident with a move. */
export const takesFiles = (name: MoveName): boolean => isEnd(name) || name === 'reply'
