import { describe, expect, it } from 'vitest'
import { decodeModel, encodeModel, openModel, trainClassifier, type Example } from '../../src/nlu/classifier.js'
import { extractFeatures } from '../../src/nlu/features.js'
import { seededRandom } from '../../src/random.js'

const lines: readonly (readonly [string, string | null])[] = [
  ['楼道灯坏了', 'fault'], ['下水道堵了', 'fault'], ['门口路灯不亮', 'fault'], ['水管漏水了', 'fault'], ['电梯停了没人修', 'fault'], ['井盖坏了', 'fault'],
  ['社区几点上班', 'hours'], ['周末开门吗', 'hours'], ['几点关门', 'hours'], ['中午有人值班吗', 'hours'], ['明天上班不', 'hours'], ['晚上几点下班', 'hours'],
  ['放一首歌', null], ['推荐一部电影', null], ['北京到上海的机票', null], ['帮我翻译成英文', null], ['今天股票涨了吗', null], ['做红烧肉的方法', null],
]
const examples: Example[] = lines.map(([text, label]) => ({ features: extractFeatures(text), label }))
const train = () => trainClassifier(examples, { random: seededRandom(3), calibrationFolds: 3 })

describe('the classifier', () => {
  const model = train()
  const { classify } = openModel(model)

  it('tells matters apart, also when a character is replaced by one of the same sound', () => {
    expect(classify(extractFeatures('楼道的灯又坏了')).ranked[0]!.label).toBe('fault')
    expect(classify(extractFeatures('楼到灯坏了')).ranked[0]!.label).toBe('fault')
    expect(classify(extractFeatures('请问几点上班')).ranked[0]!.label).toBe('hours')
  })
  it('gives probabilities that sum to one, best first', () => {
    const { ranked } = classify(extractFeatures('几点'))
    expect(ranked.reduce((sum, { confidence }) => sum + confidence, 0)).toBeCloseTo(1)
    expect(ranked[0]!.confidence).toBeGreaterThanOrEqual(ranked[1]!.confidence)
  })
  it('is surer of a matter than of what is no matter', () => {
    expect(classify(extractFeatures('路灯坏了')).margin).toBeGreaterThan(classify(extractFeatures('推荐一首歌')).margin)
  })
  it('learns the same from the same lines', () => {
    expect(Buffer.compare(encodeModel(model), encodeModel(train()))).toBe(0)
  })
  it('decides alike however much of the lines was held out to calibrate it', () => {
    const trained = (calibrationFolds: number, heldOut?: number) => trainClassifier(examples, { random: seededRandom(3), calibrationFolds, ...(heldOut === undefined ? {} : { heldOut }) })
    const [plain, half, all] = [trained(0), trained(3, 1), trained(3)]
    expect(half.weights).toEqual(plain.weights)
    expect(all.weights).toEqual(plain.weights)
    expect(half.scope).not.toEqual(plain.scope)
  })
  it('comes back from its bytes as it was, and damaged bytes are no model', () => {
    const bytes = encodeModel(model)
    const again = openModel(decodeModel(bytes)!)
    expect(again.classify(extractFeatures('井盖没了'))).toEqual(classify(extractFeatures('井盖没了')))
    expect(decodeModel(bytes.subarray(0, bytes.length - 8))).toBeNull()
    expect(decodeModel(Buffer.from('[]'))).toBeNull()
    expect(decodeModel(Buffer.alloc(0))).toBeNull()
  })
  it('has an answer for a line without any known feature', () => {
    expect(classify([]).ranked).toHaveLength(2)
  })
})
