/** What the pages of all communities, and the forms of one, say. */
export const communityWords = {
  says: '一窗服务的社区。新社区存成草稿，由另一位管理员核对、批准、上线；上线以后就能配对群、请同事、打开网页聊天。',
  none: '还没有社区。添加一个，居民才能开始问。',
  heads: ['社区', '短名', '工单号开头', '所属', '网格', '还缺什么'], scroll: '所有社区，可以左右滚动',
  arrow: ' → ', grids: (count: number) => (count === 0 ? '还没有' : `${count} 个`),
  lacks: ({ grids, hasHours, hasPhone }: { readonly grids: number; readonly hasHours: boolean; readonly hasPhone: boolean }): string =>
    [...(grids === 0 ? ['网格'] : []), ...(hasHours ? [] : ['办公时间']), ...(hasPhone ? [] : ['电话'])].join('、') || '都有了',
  open: (name: string) => `看${name}`, chat: '居民的网页聊天', add: '添加一个社区', addTitle: '添加一个社区', onlyAll: '要添加社区，请管全部社区的管理员来。',
  name: '社区的名称', nameHint: '如 莲花社区', id: '网址里的短名', idHint: '如 lianhua，定了就不再改', idSays: '居民打开网页聊天的网址里有它，只用小写字母、数字和 -。',
  prefix: '工单号的开头', prefixHint: '如 LH', prefixSays: '两到四个大写字母，和别的社区不一样，定了就不再改。',
  chain: '从社区到省', chainSays: '写社区的 12 位统计用区划代码，上面几级的代码会自动填好，名称不对就改。居民问政策时先看最近的一级，再往上看，所以每一级都要写对；没有的一级（如直辖市的市）名称留空。',
  code: (level: string) => `${level}的代码`, nameOf: (level: string) => `${level}的名称`, codeHint: '12 位数字', nameless: '没有就留空',
  places: '居民说的地方，一行一个', placesHint: '小区东门\n幸福食堂\n荷塘路',
  hours: '办公时间', withHours: '现在就登记办公时间', hoursSource: '办公时间的来源', hoursSourceHint: '如 社区公告栏',
  phone: '值班电话', phoneHint: '如 0572-2100000', phoneSays: '居民要人工、有急事又一时找不到人时，一窗只说登记过的号码。没有可以先空着。', phoneSource: '电话的来源', phoneSourceHint: '如 居委会公告',
  why: '为什么添加', whyHint: '如 莲花社区开通一窗',
  made: (number: number) => `已存成第 ${number} 版草稿。请另一位管理员核对、批准、上线；上线以后再登记网格，请同事，配对群。`, toVersion: '去看这一版',
  change: '修改名称、所属和地名',
  shutFrom: (day: string) => `${day} 起停用`,
}

/** Closing a community, and opening it again. */
export const closingWords = {
  start: '停用这个社区', reopen: '恢复服务', title: (community: string) => `停用${community}`,
  says: '停用也先存成草稿，由另一位管理员核对、批准、上线。停用以后：居民在聊天里会看到停用的原因和该找谁，不再登记新的事；没办完的工单接着办完，居民照样能问进度、催办、评价；登记过的内容都留着，照样能看。危险照旧先提醒、先叫人。',
  since: '从哪天起', reason: '为什么停用', reasonHint: '如 并入望溪社区', instead: '以后找谁，写一句完整的话', insteadHint: '如 新的事请找望溪社区，电话 0572-2100000。',
  shown: '居民会看到', preview: (since: string, reason: string, instead: string) => `这里的一窗${since === '' ? '……' : since.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日')}起停用：${reason === '' ? '……' : reason}。${instead}`,
  why: '为什么改', reopenWhy: '为什么恢复', open: '看没办完的工单',
  isShut: (says: string) => `这个社区${says}`,
  line: ({ since, reason, instead }: { readonly since: string; readonly reason: string; readonly instead: string }) => `${since} 起停用：${reason}。${instead}`,
}

export const gridFormWords = {
  edit: '在这里改', title: '改网格', gridOf: (index: number) => `第 ${index} 个网格`, name: '网格的名称', person: '负责人', role: '职务', roleHint: '网格员', standIn: '替岗人', standInHint: '没有就留空', standInRole: '替岗人的职务',
  buildings: '楼栋，用顿号或空格隔开', areas: '商铺、路、门等地点', buildingsHint: '1栋、2栋、3栋', areasHint: '小区东门、荷塘路商铺',
  add: '再加一个网格', drop: (name: string) => `去掉${name === '' ? '这个网格' : name}`, split: /[、,，;；\s]+/,
}
