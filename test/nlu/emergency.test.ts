import { describe, expect, it } from 'vitest'
import { findDanger } from '../../src/nlu/emergency.js'

describe('danger now is found from words alone', () => {
  it.each([
    ['fire', '3号楼楼道着火了快来人'],
    ['fire', '车棚里电瓶车冒浓烟'],
    ['fire', '厨房着伙了咋办'],
    ['fire', '屋头起火咯,喊人来'],
    ['gas', '家里好大的煤汽味,不敢开灯'],
    ['gas', '天燃气好像漏了,燃气泄漏的声音嘶嘶响'],
    ['trapped', '我跟孩子被困在电梯里了'],
    ['trapped', '奶奶被反锁在家里,孩子也在里面哭,有人喊救命'],
    ['violence', '我老公又在打我'],
    ['violence', '对门小两口吵起来了,听着女的一直喊救命'],
    ['violence', '不晓得是哪一家,有人喊救命'],
    ['trapped', '电梯停在半中间,里头有人喊救命'],
    ['medical', '楼下大爷晕倒了,他老伴在喊救命'],
    ['violence', '有人拿着刀在楼下转'],
    ['medical', '我爸突然晕倒了叫不醒'],
    ['medical', '老太太摔了一跤起不来'],
    ['self-harm', '我真的不想活了'],
    ['self-harm', '有个姑娘站在楼顶边上'],
    ['fraud', '刚被骗了五万块钱'],
    ['fraud', '那人自称客服,我把验证码给他了,卡里的钱被转走了'],
    ['fraud', '有个自称办案的说我妈涉案,我妈把钱转到他给的账户了'],
    ['fraud', '退款客服叫我开屏幕共享'],
    ['fraud', '卡号跟验证码都告诉他了,怎么办'],
    ['fraud', '刚给一个不认识的人汇了一万'],
    ['self-harm', '一瓶安眠药全倒手心里了'],
    ['self-harm', '药就在手里,别劝我'],
    ['trapped', '电梯里卡住两个人'],
    ['violence', '外面有人踹门要打我爸'],
    ['fire', '插座烫得要着火了'],
    ['fire', '灶上油锅着了扑不灭'],
    ['gas', '施工的把燃气管挖断了'],
    ['trapped', '塔吊断了绳,人悬在半空'],
    ['water', '水库里有人在扑腾'],
    ['violence', '刚刚被抢走了包'],
    ['medical', '娃把洁厕灵喝了,他喝了洁厕灵'],
    ['medical', '一家人都晕了'],
    ['missing-person', '我爸糊涂,早上出门到现在没回来'],
    ['self-harm', '她坐在天台边上'],
    ['fraud', '刚给冒充领导的打了两万过去'],
    ['water', '小孩掉进河里了'],
    ['electric', '高压线断了掉在地上,有人触电'],
    ['collapse', '后院围墙塌了压到人'],
    ['collapse', '隔壁老屋的墙轰的一声倒了'],
    ['collapse', '路面塌了个大洞'],
    ['missing-person', '我家老人走丢了,找了两个小时'],
  ] as const)('%s: %s', (kind, text) => {
    expect(findDanger(text)?.kind).toBe(kind)
  })
})

describe('what only sounds like danger is left alone', () => {
  it.each([
    '热得我都快着火了', '笑死我了', '这价格真是跳楼价', '周五下午物业组织消防演练,会放烟', '昨晚那部电影里楼都炸了',
    '加班加得想死', '想死你了,什么时候回来', '去年我家失过火,能补办房产证吗', '老人走丢过一次,社区有没有定位手环',
    '打我电话就行', '燃气费在哪交', '煤气罐怎么报装', '社区防诈骗讲座几点开始', '电梯停在5楼,里面没人', '嗓子冒烟了,谁有水',
    '楼下垃圾桶倒了', '楼道里花盆倒了', '日头毒得屋顶要烧起来', '今天热得要着火', '太阳这么毒,地都要烧着了', '社保卡密码忘了怎么改',
    '验证码一直收不到', '退款什么时候到账', '吃的安眠药能报销吗', '电梯按键没反应', '墙刷得一塌糊涂', '孩子天天关在屋里不出来', '再不来人劝就要打起来了',
    '孩子打架子鼓太吵', '气得我原地爆炸', '住房困难怎么申请补助', '路灯坏了三天', '这家火锅真好吃',
  ])('%s', (text) => {
    expect(findDanger(text)).toBeNull()
  })
})

it('never throws and never hangs on strange text', () => {
  for (const text of ['', '\ud800', '着'.repeat(20_000), '他'.repeat(3000) + '打', '(((((', '🔥'.repeat(500)]) expect(() => findDanger(text)).not.toThrow()
})

describe('a message that tells of several things', () => {
  it.each([
    '上午刚搞完消防演习。现在5栋真着火了,快报警',
    '电梯广告太吵了。我妈晕倒在电梯里叫不醒',
  ])('is danger when one of them is: %s', (text) => {
    expect(findDanger(text)).not.toBeNull()
  })
  it.each([
    '明天消防演习。届时会冒烟,大家不要慌',
    '【通知】本周六疏散演练。警报响起后请走楼梯,烟雾为模拟',
  ])('is none when all of it is a drill: %s', (text) => {
    expect(findDanger(text)).toBeNull()
  })
})
