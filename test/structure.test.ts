import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = process.cwd()

function filesBelow(folder: string, passes: (path: string) => boolean): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(passes)
    .sort()
}

interface Import {
  readonly from: string
  /** Path from the root for our own files (`src/store/store.ts`), else the package's name. */
  readonly to: string
  readonly typeOnly: boolean
}

const sources = filesBelow('src', (path) => /\.(ts|vue)$/.test(path))
const imports: readonly Import[] = sources.flatMap(importsOf)

function importsOf(path: string): Import[] {
  const text = readFileSync(join(root, path), 'utf8')
  const script = path.endsWith('.vue') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n') : text
  const found: Import[] = []
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier)) found.push({ from: path, to: target(path, specifier.text), typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false)
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, script, ts.ScriptTarget.Latest))
  return found
}

function target(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts')
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

const says = ({ from, to }: Import) => `${from} imports ${to}`
const inFolder = (folder: string) => (path: string) => path.startsWith(`src/${folder}/`)

describe('imports', () => {
  const core = ['nlu', 'retrieval', 'requests', 'booking', 'programmes']
  const outer = ['channels', 'conversation', 'store', 'desk', 'cli', 'bench']
  // What a message, a citation or a community is: words shared by all, without a line that runs.
  const sharedTypes = ['src/channels/channel.ts', 'src/desk/api-types.ts']

  it.each(core)('%s knows no channel, conversation, store, desk or command', (folder) => {
    const outward = imports
      .filter(({ from }) => inFolder(folder)(from) && !isAtEdge(from))
      .filter(({ to, typeOnly }) => outer.some((name) => inFolder(name)(to)) && !(typeOnly && sharedTypes.includes(to)))
    expect(outward.map(says)).toEqual([])
  })

  it.each(core)('%s touches no file, network, process or chat platform', (folder) => {
    const forbidden = /^(node:(fs|net|http|https|http2|child_process|worker_threads|dgram|tls|os|readline|cluster)|fastify|pino|lowdb|botkit|botbuilder.*|wechaty.*|@larksuiteoapi\/.*)$/
    const outward = imports.filter(({ from, to, typeOnly }) => inFolder(folder)(from) && !isAtEdge(from) && !typeOnly && forbidden.test(to))
    expect(outward.map(says)).toEqual([])
  })

  it('only the adapter of the conversations knows Botkit', () => {
    const foreign = imports.filter(({ from, to }) => /^(botkit|botbuilder|botframework)/.test(to) && !botkitUsers.includes(from))
    expect(foreign.map(says)).toEqual([])
  })

  it('only main and the commands know every part', () => {
    const foreign = imports.filter(({ from, to }) => /^src\/(main|cli)\.ts$/.test(to) && !from.startsWith('src/cli') && !from.startsWith('src/bench'))
    expect(foreign.map(says)).toEqual([])
  })

  it('no server file reaches into the pages, and no page into the server beyond the words they share', () => {
    const isPage = (path: string) => path.startsWith('src/desk/web/') || path.startsWith('src/channels/web-chat/') || path.startsWith('src/channels/web-board/')
    const across = imports.filter(({ from, to, typeOnly }) => {
      if (!to.startsWith('src/')) return false
      if (!isPage(from)) return isPage(to)
      return !isPage(to) && !typeOnly && !sharedByPages.includes(to)
    })
    expect(across.map(says)).toEqual([])
  })

  it('never go round in a circle', () => {
    const graph = new Map<string, string[]>()
    for (const { from, to, typeOnly } of imports) if (!typeOnly && to.startsWith('src/')) graph.set(from, [...(graph.get(from) ?? []), to])
    expect(circlesOf(graph)).toEqual([])
  })

  it('come from packages that package.json names', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
    const runtime = new Set(Object.keys(manifest['dependencies'] ?? {}))
    const all = new Set([...runtime, ...Object.keys(manifest['devDependencies'] ?? {})])
    const unnamed = imports.filter(({ from, to, typeOnly }) => {
      if (to.startsWith('src/') || to.startsWith('node:') || to.startsWith('..') || to.startsWith('virtual:')) return false
      const builtOrChecked = typeOnly || from.startsWith('src/desk/web/') || from.startsWith('src/channels/web-chat/') || from.startsWith('src/channels/web-board/') || developersBenches.includes(from)
      return !(builtOrChecked ? all : runtime).has(to) && !botkitUsers.includes(from)
    })
    expect(unnamed.map(says)).toEqual([])
  })
})

/** They measure a search index of another hand beside ours, and the desk in a browser; without either, only what there is. */
const developersBenches = ['src/bench/retrieval.ts', 'src/bench/desk-browser.ts', 'src/bench/own-postgres.ts']

/** The adapter, and the bench that measures a bare Botkit beside the product. */
const botkitUsers = ['src/conversation/botkit.ts', 'src/bench/bare-botkit.ts']
/** Data and words that both the pages and their server use. */
const sharedByPages = ['src/desk/api-types.ts', 'src/channels/web-types.ts', 'src/channels/say-time.ts', 'src/requests/service-request.ts', 'src/requests/moves.ts']

/** Files of the core whose work is reading or measuring for a command, not thinking: an `evaluate`, a `bench`, a loader. */
function isAtEdge(path: string): boolean {
  return /\/(evaluate|bench|load)(-[a-z-]+)?\.ts$/.test(path)
}

function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (node: string, path: readonly string[]): void => {
    const at = path.indexOf(node)
    if (at >= 0) circles.push([...path.slice(at), node].join(' → '))
    if (at >= 0 || done.has(node)) return
    for (const next of graph.get(node) ?? []) walk(next, [...path, node])
    done.add(node)
  }
  for (const node of graph.keys()) walk(node, [])
  return circles
}

describe('files', () => {
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n').filter(Boolean)
  const present = tracked.filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile())
  const code = present.filter((path) => /\.(ts|vue|m?js)$/.test(path))
  const textual = present.filter((path) => !/\.(png|jpe?g|webp|gif|ico|woff2?|pdf|gz|zip|amr|mp3|m4a|ogg|docx|xlsx)$/.test(path))

  it('lie in folders named by a noun of the field, never utils, helpers, common or types', () => {
    expect(code.filter((path) => path.split('/').some((part) => /^(utils?|helpers?|common|types|misc|shared)(\.ts)?$/.test(part)))).toEqual([])
  })

  it('have kebab-case names', () => {
    const odd = code.filter((path) => !/\.vue$/.test(path) && !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(path.split('/').at(-1) ?? ''))
    expect(odd).toEqual([])
  })

  it('are no barrels that only pass on what others export', () => {
    const barrels = code.filter((path) => {
      const statements = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest).statements
      return path.endsWith('.ts') && statements.length > 0 && statements.every((each) => ts.isExportDeclaration(each) && each.moduleSpecifier)
    })
    expect(barrels).toEqual([])
  })

  it('leave nothing marked to be done later', () => {
    const mark = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)
    expect(code.filter((path) => mark.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
  })

  it('name no folder of the machine they were written on', () => {
    const folder = new RegExp(['/wo' + 'rk/', '/ro' + 'ot/', '/ho' + 'me/[a-z]+/', '/Us' + 'ers/[a-z]+/'].join('|'))
    expect(textual.filter((path) => folder.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
  })

  it('stay short enough to be read in one sitting', () => {
    const long = code.filter((path) => path.startsWith(`src${sep}`)).map((path) => [path, readFileSync(join(root, path), 'utf8').split('\n').length] as const)
    expect(long.filter(([, lines]) => lines > 550).map(([path, lines]) => `${path}: ${lines} lines`)).toEqual([])
  })
})
