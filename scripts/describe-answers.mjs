/**
 * Writes src/http/answers.json: what each route of the API answers, as JSON Schema, read from the types of the handlers.
 * Run it when an answer's type has changed:
 *
 *   node scripts/describe-answers.mjs
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const target = join(root, 'src/http/answers.json')
const verbs = new Set(['get', 'post', 'put', 'delete'])

const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined })
if (config === undefined) throw new Error('describe-answers: tsconfig.build.json can not be read')
const routeFiles = config.fileNames.filter((path) => /\bapp\.(?:get|post|put|delete)\b/.test(ts.sys.readFile(path) ?? ''))
const program = ts.createProgram(routeFiles, { ...config.options, noEmit: true, incremental: false, tsBuildInfoFile: undefined })
const checker = program.getTypeChecker()

/** Named types, once each, under `#/components/schemas`. */
const schemas = {}
const nameByType = new Map()
/** What can't be said in JSON Schema; nothing is written while there is any. */
const problems = []

function schemaOf(type, where) {
  const named = nameOf(type)
  if (named === null) return describe(type, where)
  if (!nameByType.has(type)) {
    const name = Object.hasOwn(schemas, named) ? `${named}${Object.keys(schemas).filter((one) => one.startsWith(named)).length + 1}` : named
    nameByType.set(type, name)
    schemas[name] = {}
    schemas[name] = describe(type, where)
  }
  return { $ref: `#/components/schemas/${nameByType.get(type)}` }
}

/** Objects and unions that the source gives a name; a name with parameters is none. */
function nameOf(type) {
  const symbol = type.aliasSymbol ?? (type.flags & ts.TypeFlags.Object ? type.symbol : undefined)
  const declared = symbol?.declarations?.[0]
  if (declared === undefined || !(ts.isInterfaceDeclaration(declared) || ts.isTypeAliasDeclaration(declared)) || !declared.getSourceFile().fileName.startsWith(join(root, 'src'))) return null
  if ((declared.typeParameters?.length ?? 0) > 0 || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection))) return null
  const parts = type.isUnion() ? type.types : [type]
  return parts.some((part) => part.flags & ts.TypeFlags.Object) ? symbol.name : null
}

function describe(type, where) {
  const { flags } = type
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {}
  if (flags & ts.TypeFlags.NonPrimitive) return { type: 'object' }
  if (flags & ts.TypeFlags.Null) return { type: 'null' }
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
  if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' }
  if (flags & (ts.TypeFlags.StringLike | ts.TypeFlags.TemplateLiteral)) return { type: 'string' }
  if (flags & ts.TypeFlags.NumberLike) return { type: 'number' }
  if (flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' }
  if (type.isUnion()) return describeUnion(type.types.filter((one) => !(one.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void))), where)
  // A branded string is a string on the wire.
  if (type.isIntersection() && type.types.some((one) => one.flags & ts.TypeFlags.StringLike)) return { type: 'string' }
  if (checker.isTupleType(type)) {
    const items = checker.getTypeArguments(type).map((one) => schemaOf(one, where))
    return { type: 'array', prefixItems: items, items: false, minItems: items.length }
  }
  if (checker.isArrayType(type)) return { type: 'array', items: schemaOf(checker.getTypeArguments(type)[0], `${where}[]`) }
  if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return describeObject(type, where)
  problems.push(`${where}: ${checker.typeToString(type)}`)
  return {}
}

function describeUnion(types, where) {
  const booleans = types.filter((one) => one.flags & ts.TypeFlags.BooleanLiteral)
  const literals = types.filter((one) => one.isStringLiteral() || one.isNumberLiteral())
  const rest = types.filter((one) => !booleans.includes(one) && !literals.includes(one)).map((one) => schemaOf(one, where))
  const parts = [
    ...(booleans.length === 2 ? [{ type: 'boolean' }] : booleans.map((one) => describe(one, where))),
    ...(literals.length === 0 ? [] : [{ enum: literals.map(({ value }) => value) }]),
    ...rest,
  ]
  return parts.length === 1 ? parts[0] : { anyOf: parts }
}

function describeObject(type, where) {
  if (type.getCallSignatures().length > 0 || ['Map', 'ReadonlyMap', 'Set', 'ReadonlySet', 'Date', 'Promise'].includes(type.symbol?.name ?? '')) {
    problems.push(`${where}: ${checker.typeToString(type)} is no JSON`)
    return {}
  }
  const properties = {}
  const required = []
  for (const property of checker.getPropertiesOfType(type)) {
    const own = checker.getTypeOfSymbol(property)
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0 || (own.isUnion() && own.types.some((one) => one.flags & ts.TypeFlags.Undefined))
    if (own.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Never)) continue
    properties[property.name] = schemaOf(own, `${where}.${property.name}`)
    if (!isOptional) required.push(property.name)
  }
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String)
  return {
    type: 'object',
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    ...(index === undefined ? {} : { additionalProperties: schemaOf(index.type, `${where}{}`) }),
  }
}

/** The addresses a route's first argument can be: `:name` parts stay, a part of a template that is not known is `*`. `call`: where a function that makes routes is called for it. */
function addressesOf(node, call = null) {
  if (ts.isStringLiteralLike(node)) return [{ url: node.text, call }]
  if (ts.isTemplateExpression(node)) return [{ url: node.head.text + node.templateSpans.map((span) => `*${span.literal.text}`).join(''), call }]
  if (!ts.isIdentifier(node)) return []
  const parameter = checker.getSymbolAtLocation(node)?.valueDeclaration
  if (parameter === undefined || !ts.isParameter(parameter)) return []
  const owner = parameter.parent
  const at = owner.parameters.indexOf(parameter)
  const name = (owner.name ?? (ts.isVariableDeclaration(owner.parent) ? owner.parent.name : undefined))?.text
  const found = []
  const look = (one) => {
    if (ts.isCallExpression(one) && ts.isIdentifier(one.expression) && one.expression.text === name && one.arguments[at] !== undefined) found.push(...addressesOf(one.arguments[at], one))
    ts.forEachChild(one, look)
  }
  for (const path of routeFiles) look(program.getSourceFile(path))
  return found
}

const isReply = (type) => type.symbol?.name === 'FastifyReply'

/** Status → schema, or the media type of what is no JSON. */
function answersOf(handler, where, call) {
  const own = awaitedReturn(handler)
  if (own === null) return {}
  // Of a function that makes routes: the answer is what the caller's own function gives.
  const given = own.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Conditional | ts.TypeFlags.Substitution) ? (call?.arguments ?? []).map(awaitedReturn).findLast((one) => one !== null) : undefined
  const type = given ?? own
  const parts = type.isUnion() ? type.types : [type]
  const answers = {}
  const told = parts.filter((one) => !isReply(one) && !(one.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never)))
  if (told.length > 0) answers[200] = { schema: told.length === parts.length ? schemaOf(type, where) : described(told, where) }
  // Whoever hands back the reply itself answers by `send`; an async function of it seems to give nothing.
  if ((told.length === 0 || parts.some(isReply)) && (ts.isArrowFunction(handler) || ts.isFunctionExpression(handler))) readSends(handler.body, answers, where)
  return answers
}

function awaitedReturn(node) {
  const type = checker.getTypeAtLocation(node).getCallSignatures()[0]?.getReturnType()
  return type === undefined ? null : unwrapped(type)
}

/** What a promise brings. (The compiler's own unwrapping takes a reply, which can be awaited, for nothing.) */
const unwrapped = (type) => (type.symbol?.name === 'Promise' ? checker.getTypeArguments(type)[0] : type)

const described = (types, where) => (types.length === 1 ? schemaOf(types[0], where) : describeUnion(types, where))

function readSends(body, answers, where) {
  let sends = 0
  const look = (node) => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'send') {
      sends += 1
      const chain = chainOf(node.expression.expression)
      const code = chain.find(({ name }) => name === 'code')?.arguments[0]
      const status = code !== undefined && ts.isNumericLiteral(code) ? Number(code.text) : 200
      const media = chain.find(({ name }) => name === 'type')?.arguments[0]
      const given = node.arguments[0]
      if (given === undefined) answers[status] = {}
      else if (media !== undefined) answers[status] = { media: ts.isStringLiteralLike(media) ? media.text.split(';')[0] : 'application/octet-stream' }
      else {
        answers[status] = { schema: schemaOf(unwrapped(checker.getTypeAtLocation(given)), where) }
      }
    }
    ts.forEachChild(node, look)
  }
  look(body)
  if (sends === 0) answers[200] = { media: /stream/i.test(body.getText()) ? 'text/event-stream' : 'application/octet-stream' }
}

function chainOf(node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  return [...chainOf(node.expression.expression), { name: node.expression.name.text, arguments: node.arguments }]
}

const routes = []
for (const path of routeFiles) {
  const visit = (node) => {
    const isRoute = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && ts.isIdentifier(node.expression.expression) && node.expression.expression.text === 'app' && verbs.has(node.expression.name.text)
    if (isRoute && node.arguments.length >= 2) {
      for (const { url, call } of addressesOf(node.arguments[0]).filter((one) => one.url.startsWith('/api/'))) {
        const method = node.expression.name.text.toUpperCase()
        routes.push({ method, url, answers: answersOf(node.arguments.at(-1), `${method} ${url}`, call) })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(program.getSourceFile(path))
}

if (problems.length > 0) {
  process.stderr.write(`These answers can not be described:\n${[...new Set(problems)].join('\n')}\n`)
  process.exitCode = 1
} else {
  routes.sort((one, other) => (`${one.url} ${one.method}` < `${other.url} ${other.method}` ? -1 : 1))
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1)))
  const line = (value) => JSON.stringify(value)
  writeFileSync(target, `{\n"routes": [\n${routes.map(line).join(',\n')}\n],\n"schemas": {\n${Object.entries(sorted).map(([name, schema]) => `${line(name)}: ${line(schema)}`).join(',\n')}\n}\n}\n`)
  process.stderr.write(`${routes.length} routes, ${Object.keys(sorted).length} named types → src/http/answers.json\n`)
}
