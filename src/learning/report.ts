import type { IntentName } from '../nlu/understanding.js'
import type { Intent } from '../nlu/intents.js'
import type { ClassifierFigures, Retraining } from './figures.js'
import type { RoomReport } from './rooms.js'

/** What a report is made of; what was not measured is `null`. */
export interface QualityReport {
  /** ms since 1970. */
  readonly at: number
  readonly titles: ReadonlyMap<IntentName, Intent>
  readonly figures: ClassifierFigures
  /** The comparison with the version before, after a retraining. */
  readonly change: Retraining | null
  readonly rooms: RoomReport | null
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}

export function titleOf(intent: string, titles: QualityReport['titles']): string {
  return titles.get(intent as IntentName)?.title ?? intent
}

/** What an intent is called, with its name in the data. */
export function bothNames(intent: string, titles: QualityReport['titles']): string {
  const title = titleOf(intent, titles)
  return title === intent ? intent : `${title}（${intent}）`
}

/** The report as lines of text. */
export function writeReport(report: QualityReport): string[] {
  const { figures, titles } = report
  return [
    `听懂得怎么样（${figures.n} 句，每句都由没见过它的分类器来判）`,
    `  对的 ${percent(figures.accuracy)}，macro-F1 ${figures.macroF1.toFixed(3)}，校准误差 ${figures.ece.toFixed(3)}${figures.rejected === null ? '' : `，与社区无关的话认出 ${percent(figures.rejected)}`}`,
    '',
    '拿得准的直接办，拿不准的给三个让人选，不像社区的事就说明（私聊里）',
    ...writeCertainty(figures.certainty),
    '',
    '每个意图     精确率  召回率  F1     句数',
    ...figures.intents.map((one) => `  ${one.intent.padEnd(18)} ${percent(one.precision).padStart(6)} ${percent(one.recall).padStart(6)} ${one.f1.toFixed(3)} ${String(one.n).padStart(5)}  ${titleOf(one.intent, titles)}`),
    '',
    '错认成了什么（混淆矩阵里不为零的格）',
    ...figures.intents.flatMap(({ intent }) => {
      const wrong = figures.confusions.filter(([gold]) => gold === intent)
      return wrong.length === 0 ? [] : [`  ${intent.padEnd(18)} ${wrong.map(([, predicted, count]) => `${bothNames(predicted, titles)} ${count}`).join('，')}`]
    }),
    '',
    '把握有多大、对的有多少（把握 0.8 的话，应该十句对八句）',
    ...figures.bins.filter(({ n }) => n > 0).map((bin) => `  ${bin.from.toFixed(1)}–${(bin.from + 0.1).toFixed(1)}  ${String(bin.n).padStart(5)} 句  把握 ${percent(bin.meanConfidence).padStart(6)}  对 ${percent(bin.right / bin.n).padStart(6)}  ${'▇'.repeat(Math.max(1, Math.round((bin.n / figures.n) * 40)))}`),
    ...(report.rooms === null ? [] : ['', ...writeRooms(report.rooms)]),
    ...(report.change === null ? [] : ['', ...writeChange(report.change, titles)]),
  ]
}

/** Sure, asked and out of scope, a line each. */
export function writeCertainty({ sure, asked, outOfScope }: ClassifierFigures['certainty']): string[] {
  const share = (n: number) => percent(n / Math.max(1, sure.n + asked.n + outOfScope))
  const right = ({ n, right }: { readonly n: number; readonly right: number }) => percent(right / Math.max(1, n))
  return [
    `  拿得准 ${share(sure.n)}，其中对的 ${right(sure)}`,
    `  请人选 ${share(asked.n)}，三个里有对的 ${right(asked)}`,
    `  当作与社区无关 ${share(outOfScope)}`,
  ]
}

function writeRooms(rooms: RoomReport): string[] {
  return [
    '群里该不该开口（没人 @ 它）',
    `  不该开口的 ${rooms.silent} 句里说了话 ${percent(rooms.falseSpeak)}，该开口的 ${rooms.deserving} 句里没说话 ${percent(rooms.missed)}`,
  ]
}

function writeChange({ before, after, fresh, losses }: Retraining, titles: QualityReport['titles']): string[] {
  const moved = changedIntents(before, after)
  return [
    `和上一版比（同样的 ${before.n} 句）`,
    `  对的 ${percent(before.accuracy)} → ${percent(after.accuracy)}，macro-F1 ${before.macroF1.toFixed(3)} → ${after.macroF1.toFixed(3)}，校准误差 ${before.ece.toFixed(3)} → ${after.ece.toFixed(3)}`,
    ...(fresh.n === 0 ? [] : [`  新标的 ${fresh.n} 句（都没拿来训练自己）：对 ${fresh.before} 句 → ${fresh.after} 句`]),
    ...moved.map(({ intent, was, is }) => `  ${intent.padEnd(18)} F1 ${was.toFixed(3)} → ${is.toFixed(3)}  ${titleOf(intent, titles)}`),
    ...(losses.length === 0 ? ['  没有超过允许范围的退步。'] : ['  退步太多，不能发布：', ...losses.map((loss) => `    ${loss}`)]),
  ]
}

/** Intents whose F1 moved by a point or more, most first. */
export function changedIntents(before: ClassifierFigures, after: ClassifierFigures): { intent: string; was: number; is: number }[] {
  return before.intents
    .map(({ intent, f1 }) => ({ intent, was: f1, is: after.intents.find((one) => one.intent === intent)?.f1 ?? 0 }))
    .filter(({ was, is }) => Math.abs(is - was) >= 0.01)
    .sort((a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was))
}
