const office = '居委会|村委会|业委会|业主委员会|居务监督|村务监督|主任|书记|委员|村长|楼栋?长|组长|居民代表|村民代表|业主代表|代表|网格长|支书|班子|两委'

/** Who is to hold an office is decided by law and by secret ballot, never here: 选楼长, 业委会换届, 罢免主任, 谁当书记. */
const elections: readonly RegExp[] = [
  new RegExp(`(选举|换届|改选|补选|推选|竞选|罢免|罢掉)[^，,。；]{0,10}(${office})|(${office})[^，,。；]{0,6}(选举|换届|改选|补选|推选|竞选|罢免|换人|人选)`, 'u'),
  new RegExp(`(选|推举|投票选|票选|重新选|换)(一?个|一?名|一?位|出|新|掉|下)?[^，,。；]{0,4}(${office})(?!家|的?(办公|电话|门|意见|方案))`, 'u'),
  new RegExp(`(谁|哪个|哪位)(来|去)?(当|做|任)(咱们?|我们)?[^，,。；]{0,6}(${office})`, 'u'),
  /(居委会|村委会|业委会|两委|社区|村)换届|换届选举|无记名投票/u,
]

/** Whether words are about electing or dismissing somebody: no topic, and no vote. */
export function isElection(words: string): boolean {
  const plain = words.replace(/\s+/g, '')
  return elections.some((one) => one.test(plain))
}
