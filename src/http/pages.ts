import { existsSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { InputError } from '../errors.js'
import { deskPermissions } from './security-headers.js'

/** A year: the name of a built asset holds its hash. */
const assetMaxAgeS = 31_536_000

/**
 * Serves the built pages of `folder` (dist/web): `/` the chat, `/board` the public boards, `/desk` and everything below it the desk, files as they
 * are. Assets with a hash in their name are kept by browsers, pages are asked for anew.
 */
export async function servePages(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(folder)) {
    app.get('/', { config: { access: 'public' } }, async () => { throw notBuilt() })
    app.get('/desk', { config: { access: 'public' } }, async () => { throw notBuilt() })
    return
  }
  await app.register(staticFiles, { root: folder, serve: false, cacheControl: false })
  const pageOf = (path: string): string => (path === 'desk' || path.startsWith('desk/') ? 'desk/index.html' : path === 'board' ? 'board/index.html' : 'index.html')
  app.get('/', { config: { access: 'public' } }, (_request, reply) => reply.header('cache-control', 'no-cache').sendFile('index.html'))
  app.get<{ Params: { '*': string } }>('/*', { config: { access: 'public' } }, (request, reply) => {
    const path = normalize(request.params['*'])
    if (path.startsWith('..') || path.includes('\0') || path.startsWith('api/')) throw new InputError('not-found', '没有找到')
    if (isFile(join(folder, path))) {
      const cache = /(^|\/)assets\//.test(path) ? `public, max-age=${assetMaxAgeS}, immutable` : 'no-cache'
      return reply.header('cache-control', cache).sendFile(path)
    }
    if (pageOf(path) === 'index.html') throw new InputError('not-found', '没有找到')
    return reply.headers({ 'cache-control': 'no-cache', ...(pageOf(path).startsWith('desk/') ? { 'permissions-policy': deskPermissions } : {}) }).sendFile(pageOf(path))
  })
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function notBuilt(): InputError {
  return new InputError('not-found', '页面还没有构建，请先运行 npm run build')
}
