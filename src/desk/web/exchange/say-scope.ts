import { nameOfCommunity } from '../account/me.js'
import { scopeWords } from '../words/exchange.js'

/** Which communities, by name. */
export function sayScope(scope: 'all' | readonly string[]): string {
  return scope === 'all' ? scopeWords.all : scope.map(nameOfCommunity).join(scopeWords.comma)
}
