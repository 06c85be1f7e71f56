import type { Bin, ClassifierFigures } from './figures.js'
import { changedIntents, percent, titleOf, writeCertainty, type QualityReport } from './report.js'

/** The report as one page that stands alone: plots as inline SVG, no script, nothing from elsewhere. */
export function drawReport(report: QualityReport): string {
  const { figures, titles, change, rooms } = report
  const day = new Date(report.at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>一窗：听懂得怎么样</title>
<style>
body{font:16px/1.6 system-ui,"PingFang SC","Noto Sans SC",sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1f2d2b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}
table{border-collapse:collapse;width:100%}th,td{padding:.2rem .5rem;text-align:right;border-bottom:1px solid #dde5e3}th:first-child,td:first-child{text-align:left}
svg{max-width:100%;height:auto}.scroll{overflow-x:auto}.bad{color:#a3261b}.note{color:#4f605d}
</style>
</head>
<body>
<h1>听懂得怎么样</h1>
<p>${escape(day)}，共 ${figures.n} 句，每句都由没见过它的分类器来判。</p>
<p><strong>对的 ${percent(figures.accuracy)}</strong>，macro-F1 ${figures.macroF1.toFixed(3)}，校准误差 ${figures.ece.toFixed(3)}${figures.rejected === null ? '' : `，与社区无关的话认出 ${percent(figures.rejected)}`}。</p>
<p>私聊里：${escape(writeCertainty(figures.certainty).map((row) => row.trim()).join('；'))}。</p>
${rooms === null ? '' : `<p>群里没人 @ 它时：不该开口的 ${rooms.silent} 句里说了话 ${percent(rooms.falseSpeak)}，该开口的 ${rooms.deserving} 句里没说话 ${percent(rooms.missed)}。</p>`}
${change === null ? '' : drawChange(report)}
<h2>每个意图</h2>
${drawIntents(figures, titles)}
<h2>错认成了什么</h2>
<p class="note">一行是本来的意图，一列是认成的意图；颜色越深，句数越多；对角线是认对的。</p>
<div class="scroll">${drawMatrix(figures, titles)}</div>
<h2>把握有多大</h2>
<p class="note">每一格把握里有多少句；深色是对的，浅色是错的。</p>
${drawHistogram(figures.bins)}
<h2>把握可不可信</h2>
<p class="note">把握 0.8 的话，应该十句对八句：点越靠近斜线越可信，点越大句数越多。</p>
${drawReliability(figures.bins)}
</body>
</html>
`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

function drawChange({ change, titles }: QualityReport): string {
  if (change === null) return ''
  const { before, after, fresh, losses } = change
  const rows = changedIntents(before, after).map(({ intent, was, is }) => `<tr><td>${escape(titleOf(intent, titles))}</td><td>${was.toFixed(3)}</td><td${is < was ? ' class="bad"' : ''}>${is.toFixed(3)}</td></tr>`)
  return `<h2>和上一版比</h2>
<p>同样的 ${before.n} 句：对的 ${percent(before.accuracy)} → ${percent(after.accuracy)}，macro-F1 ${before.macroF1.toFixed(3)} → ${after.macroF1.toFixed(3)}。${fresh.n === 0 ? '' : `新标的 ${fresh.n} 句：对 ${fresh.before} 句 → ${fresh.after} 句。`}</p>
${losses.length === 0 ? '<p>没有超过允许范围的退步。</p>' : `<p class="bad">退步太多，不能发布：${losses.map(escape).join('；')}。</p>`}
${rows.length === 0 ? '' : `<table><thead><tr><th>意图</th><th>上一版 F1</th><th>这一版 F1</th></tr></thead><tbody>${rows.join('')}</tbody></table>`}`
}

function drawIntents(figures: ClassifierFigures, titles: QualityReport['titles']): string {
  const rows = figures.intents.map(
    (one) => `<tr><td>${escape(titleOf(one.intent, titles))} <small>${escape(one.intent)}</small></td><td>${percent(one.precision)}</td><td>${percent(one.recall)}</td><td>${one.f1.toFixed(3)}</td><td><svg width="120" height="12" viewBox="0 0 120 12" aria-hidden="true"><rect width="120" height="12" fill="#e7efed"/><rect width="${(one.f1 * 120).toFixed(1)}" height="12" fill="#1e6b5c"/></svg></td><td>${one.n}</td></tr>`,
  )
  return `<table><thead><tr><th>意图</th><th>精确率</th><th>召回率</th><th>F1</th><th></th><th>句数</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function drawMatrix({ intents, confusions }: ClassifierFigures, titles: QualityReport['titles']): string {
  const names = intents.map(({ intent }) => intent)
  const cell = 20
  const left = 190
  const top = 130
  const most = Math.max(1, ...confusions.map(([, , count]) => count))
  const cells = confusions.flatMap(([gold, predicted, count]) => {
    const [row, column] = [names.indexOf(gold), names.indexOf(predicted)]
    if (row < 0 || column < 0) return []
    const [x, y] = [left + column * cell, top + row * cell]
    const share = 0.15 + 0.85 * Math.sqrt(count / most)
    return [`<g><title>${escape(titleOf(gold, titles))} 认成 ${escape(titleOf(predicted, titles))}：${count} 句</title><rect x="${x}" y="${y}" width="${cell - 1}" height="${cell - 1}" fill="#b3402f" fill-opacity="${share.toFixed(2)}"/><text x="${x + cell / 2 - 0.5}" y="${y + 14}" font-size="10" text-anchor="middle" fill="${share > 0.55 ? '#fff' : '#1f2d2b'}">${count}</text></g>`]
  })
  const right = intents.map(({ recall, n }, index) => `<g><title>${escape(titleOf(names[index] ?? '', titles))} 认对 ${Math.round(recall * n)} 句</title><rect x="${left + index * cell}" y="${top + index * cell}" width="${cell - 1}" height="${cell - 1}" fill="#1e6b5c" fill-opacity="${(0.1 + 0.8 * recall).toFixed(2)}"/></g>`)
  const labels = names.flatMap((name, index) => [
    `<text x="${left - 6}" y="${top + index * cell + 14}" font-size="11" text-anchor="end">${escape(titleOf(name, titles))}</text>`,
    `<text transform="translate(${left + index * cell + 14} ${top - 6}) rotate(-60)" font-size="11">${escape(titleOf(name, titles))}</text>`,
  ])
  const width = left + names.length * cell + 80
  const height = top + names.length * cell + 4
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="混淆矩阵">${labels.join('')}${right.join('')}${cells.join('')}</svg>`
}

const [plotWidth, plotHeight, margin] = [520, 260, 44]

function drawHistogram(bins: readonly Bin[]): string {
  const most = Math.max(1, ...bins.map(({ n }) => n))
  const step = (plotWidth - margin) / bins.length
  const heightOf = (n: number): number => (n / most) * (plotHeight - 2 * margin)
  const bars = bins.map(({ from, n, right }, index) => {
    const x = margin + index * step
    const base = plotHeight - margin
    return `<g><title>把握 ${from.toFixed(1)} 起：${n} 句，对 ${right} 句</title><rect x="${x.toFixed(1)}" y="${(base - heightOf(n)).toFixed(1)}" width="${(step - 3).toFixed(1)}" height="${heightOf(n).toFixed(1)}" fill="#d9b8a8"/><rect x="${x.toFixed(1)}" y="${(base - heightOf(right)).toFixed(1)}" width="${(step - 3).toFixed(1)}" height="${heightOf(right).toFixed(1)}" fill="#1e6b5c"/><text x="${(x + step / 2).toFixed(1)}" y="${(base - heightOf(n) - 4).toFixed(1)}" font-size="11" text-anchor="middle">${n}</text><text x="${x.toFixed(1)}" y="${base + 16}" font-size="11">${from.toFixed(1)}</text></g>`
  })
  return `<svg width="${plotWidth}" height="${plotHeight}" viewBox="0 0 ${plotWidth} ${plotHeight}" role="img" aria-label="把握的分布">${bars.join('')}<line x1="${margin}" y1="${plotHeight - margin}" x2="${plotWidth}" y2="${plotHeight - margin}" stroke="#4f605d"/></svg>`
}

function drawReliability(bins: readonly Bin[]): string {
  const side = 340
  const at = (share: number): number => margin + share * (side - 2 * margin)
  const most = Math.max(1, ...bins.map(({ n }) => n))
  const used = bins.filter(({ n }) => n > 0)
  const points = used.map(({ n, right, meanConfidence }) => ({ x: at(meanConfidence), y: side - at(right / n), r: 3 + 7 * Math.sqrt(n / most), n, right, meanConfidence }))
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => `<text x="${at(share)}" y="${side - margin + 18}" font-size="11" text-anchor="middle">${share}</text><text x="${margin - 8}" y="${side - at(share) + 4}" font-size="11" text-anchor="end">${share}</text>`)
  const dots = points.map(({ x, y, r, n, right, meanConfidence }) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r.toFixed(1)}" fill="#1e6b5c" fill-opacity="0.8"><title>把握 ${percent(meanConfidence)}，对 ${percent(right / n)}，${n} 句</title></circle>`)
  return `<svg width="${side}" height="${side}" viewBox="0 0 ${side} ${side}" role="img" aria-label="把握与正确率"><rect x="${margin}" y="${margin}" width="${side - 2 * margin}" height="${side - 2 * margin}" fill="none" stroke="#c9d5d2"/><line x1="${at(0)}" y1="${side - at(0)}" x2="${at(1)}" y2="${side - at(1)}" stroke="#4f605d" stroke-dasharray="4 4"/><polyline points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}" fill="none" stroke="#1e6b5c"/>${dots.join('')}${ticks.join('')}<text x="${side / 2}" y="${side - 6}" font-size="12" text-anchor="middle">把握</text><text transform="translate(12 ${side / 2}) rotate(-90)" font-size="12" text-anchor="middle">对的</text></svg>`
}
