import { dayOf } from '../booking/slot.js'
import type { PartyMember } from './party-member.js'
import type { Wish, WishClaim } from './wish.js'

/** A member with the wishes they claimed and did not give back. */
export interface MemberDeeds {
  readonly member: PartyMember
  readonly deeds: readonly { readonly claim: WishClaim; readonly wish: Wish }[]
}

const stateNames: Readonly<Record<WishClaim['state'], string>> = { held: '已认领', 'given-back': '已退回', delivered: '已送到', fulfilled: '已实现' }

/** What a unit is told of its own members: who, which wish in its public words, when and how far. Nobody is counted or compared. */
export function unitSheet(members: readonly MemberDeeds[]): readonly (readonly (string | number)[])[] {
  return [
    ['单位', '姓名', '报到日期', '心愿编号', '心愿', '认领日期', '进展'],
    ...members.flatMap(({ member, deeds }) => {
      const who = [member.unit, member.name, dayOf(member.registeredAt)]
      return deeds.length === 0 ? [[...who, '', '', '', '']] : deeds.map(({ claim, wish }) => [...who, wish.number, wish.words, dayOf(claim.claimedAt), stateNames[claim.state]])
    }),
  ]
}
