import type { Label, RoomSetting } from '../../../learning/records.js'
import type { LearningQueue, RoomList, TrainingView, UnsaidList } from '../../understanding-types.js'
import { call, pathOf, queryOf, type Answer } from '../api/client.js'

export const readQueue = (communityId: string | null): Promise<Answer<LearningQueue>> => call('GET', `/understanding?${queryOf({ community: communityId })}`)
export const labelLine = (communityId: string, id: string, label: Label | null): Promise<Answer<unknown>> => call('POST', `/understanding/${pathOf(communityId, id)}/label`, { label })
export const readTraining = (): Promise<Answer<TrainingView>> => call('GET', '/training')
export const actOnTraining = (act: 'start' | 'publish' | 'discard'): Promise<Answer<TrainingView>> => call('POST', `/training/${act}`, {})
export const listRooms = (communityId: string | null): Promise<Answer<RoomList>> => call('GET', `/rooms?${queryOf({ community: communityId })}`)
export const setRoom = ({ communityId, id }: RoomSetting, change: Partial<Pick<RoomSetting, 'mode' | 'trial'>>): Promise<Answer<RoomSetting>> => call('POST', `/rooms/${pathOf(communityId, id)}`, change)
export const readUnsaid = ({ communityId, id }: RoomSetting): Promise<Answer<UnsaidList>> => call('GET', `/rooms/${pathOf(communityId, id)}/unsaid`)
