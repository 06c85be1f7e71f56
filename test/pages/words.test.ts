import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const chinese = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/

/** The code of a file without its comments, line for line. */
function linesOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8')
  const blank = (found: string): string => found.replace(/[^\n]/g, ' ')
  if (path.endsWith('.ts')) return withoutComments(text).split('\n')
  const spared = text.replace(/<style[^>]*>[\s\S]*?<\/style>/g, blank).replace(/<!--[\s\S]*?-->/g, blank)
  return spared.replace(/(<script[^>]*>)([\s\S]*?)(<\/script>)/g, (_all, open: string, script: string, close: string) => open + withoutComments(script) + close).split('\n')
}

function withoutComments(code: string): string {
  const file = ts.createSourceFile('one.ts', code, ts.ScriptTarget.Latest, true)
  const comments = new Map<number, number>()
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(code, node.getFullStart()) ?? []) comments.set(pos, end)
    for (const { pos, end } of ts.getTrailingCommentRanges(code, node.getEnd()) ?? []) comments.set(pos, end)
    ts.forEachChild(node, visit)
  }
  visit(file)
  const cut = [...comments].sort(([one], [other]) => other - one)
  return cut.reduce((left, [from, until]) => left.slice(0, from) + left.slice(from, until).replace(/[^\n]/g, ' ') + left.slice(until), code)
}

/** Lines of pages that hold Chinese, where it is not the files of words. */
function strays(folder: string, isOfWords: (path: string) => boolean): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(vue|ts)$/.test(path) && !isOfWords(path)).sort()
  return paths.flatMap((path) => linesOf(join(folder, path)).flatMap((line, at) => (chinese.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])))
}

describe('what pages say', () => {
  it('stands in one place at the desk: the folder words, a file for each area', () => {
    expect(strays('src/desk/web', (path) => path.startsWith('words/'))).toEqual([])
  })

  it.each(['src/channels/web-chat', 'src/channels/web-board'])('stands in one file of %s', (folder) => {
    expect(strays(folder, (path) => path === 'words.ts')).toEqual([])
  })

  it('would be noticed anywhere else', () => {
    expect(chinese.test(withoutComments("const a = '好' // 好"))).toBe(true)
    expect(chinese.test(withoutComments("/** 好 */\nconst a = 1 // 好\n// 好"))).toBe(false)
  })
})
