import { namesHome, toldStanding, type Standing, type Tenure } from '../../programmes/standing.js'
import { faultClass } from '../../requests/faults.js'
import { joinTouching } from '../../requests/place.js'
import { isAsking } from '../matters.js'
import { chatOfAuthor, step, type Step, type Turn } from '../turn.js'
import { voteWords as words } from './topic-words.js'

const family = /(业主|户主|房主)的?(家属|家人|爱人|老婆|老公|爱人|儿子|女儿|父亲|母亲|爸|妈|老伴)|家属|(住|跟)(在)?(我)?(儿子|女儿|闺女|爸妈|父母|爹妈|老伴)(家|住)/
const tenant = /租客|租户|租房|租的|租住|承租|合租|房子是?租/
const owner = /业主|房主|户主|产权人|房东|自己(的)?房|(我|俺)买的房|房本/
/** 「我是3栋2单元301的业主」, and hardly anything else. */
const tellsWho = /(我|俺)(们)?(家)?(是|就是|住|租)?[^？?]{0,24}(业主|房主|户主|产权人|租客|租户|租的|租房|家属)/

export function tenureIn(text: string): Tenure | null {
  if (family.test(text)) return 'family'
  return tenant.test(text) ? 'tenant' : owner.test(text) ? 'owner' : null
}

/** The one home that words name; `null`: none does, or no door. */
export function homeIn(turn: Turn, text: string): string | null {
  const found = joinTouching(turn.readSlots(text)).find(({ name }) => name === 'addr')
  const place = found?.normal ?? found?.value
  return place !== undefined && namesHome(place) ? place : null
}

/** The row of what is told now. Private chats only. */
export function standingTold(turn: Turn, known: readonly Standing[], told: { readonly tenure: Tenure; readonly place: string }): Standing {
  const { id: author } = turn.message.author
  return toldStanding(known.find(({ id }) => id === author) ?? null, { id: author, ...told, to: chatOfAuthor(turn) }, turn.now)
}

/** Who somebody is to the community, told by itself; `null`: it is not. */
export async function meetStanding(turn: Turn, text: string): Promise<Step | null> {
  if (!tellsWho.test(text) || isAsking.test(text) || [...text].length > 34 || faultClass(text) !== null || /投诉|反映|报修|想|要/.test(text)) return null
  const [tenure, place] = [tenureIn(text), homeIn(turn, text)]
  if (tenure === null || place === null) return null
  if (turn.message.chat === 'group') return step({ kind: 'clarifying', about: 'private' }, words.tellInPrivate)
  const known = await turn.records.standings(await turn.records.identityIds())
  const row = standingTold(turn, known, { tenure, place })
  if (row.state === 'confirmed') return step({ kind: 'answered' }, words.known(row))
  return step({ kind: 'filed', requestId: null }, words.told(row), { writes: [{ op: 'put', table: 'standings', row }] })
}
