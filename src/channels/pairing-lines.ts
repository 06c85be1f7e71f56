import type { Community } from '../knowledge/community.js'

/** What people hear of codes and communities, the same on every chat platform. */
export const pairingLines = {
  linked: '关联成功，您在工作群里写给居民的话会署您的名字。',
  moved: (community: Community): string => `好的，以后按「${community.name}」答复您。`,
  codeWrong: '这个码不对、用过或者过期了，请再领一个。',
  codeElsewhere: '这个码不是在这里用的：群配对码请发到群里，个人的码请私聊发给我。',
  whereDoYouLive: (communities: readonly Community[]): string => `您住在哪个社区？回数字就行：\n${communities.map(({ name }, index) => `${index + 1} ${name}`).join('\n')}`,
} as const
