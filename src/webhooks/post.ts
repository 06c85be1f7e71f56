import { lookup as resolve, type LookupAddress } from 'node:dns'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { faultOfUrl, type AddressGuard } from './address-guard.js'

/** Sends one message; resolves with the status that the other side answered. Rejects where it was not reached, or must not be. */
export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<{ readonly status: number }>

/** The other side has so long to answer, ms (Standard Webhooks: 15 to 30 s). */
const answerWithinMs = 15_000

class ForbiddenAddress extends Error {
  readonly code = 'EFORBIDDEN'
}

/**
 * Posts over https to addresses of the open net. The very address that is connected to is looked at, so that a name that
 * means another machine the next moment (DNS rebinding) leads nowhere; answers that point elsewhere are not followed.
 */
export function createPost(guard: AddressGuard, names: typeof resolve = resolve): Post {
  const lookup: LookupFunction = (hostname, options, done) => {
    names(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      if (error) return done(error, '', 0)
      const [first] = found
      if (first === undefined || !found.every(({ address }) => guard.allows(address))) return done(new ForbiddenAddress(`${hostname} is not on the open net`), '', 0)
      if (options.all === true) done(null, found)
      else done(null, first.address, first.family)
    })
  }
  return (url, headers, body) => new Promise((settle, reject) => {
    if (faultOfUrl(url, guard) !== null) return reject(new ForbiddenAddress('the address is not on the open net'))
    const send = new URL(url).protocol === 'https:' ? requestHttps : requestHttp
    const sent = send(url, {
      method: 'POST', lookup, agent: false, timeout: answerWithinMs,
      headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), 'user-agent': 'yichuang-webhooks/1', ...headers },
    }, (response: IncomingMessage) => {
      clearTimeout(deadline)
      settle({ status: response.statusCode ?? 0 })
      // What it says besides is of no use to us.
      response.destroy()
    })
    // Also against an answer that trickles.
    const deadline = setTimeout(() => { sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })) }, answerWithinMs)
    sent.on('error', (error) => { clearTimeout(deadline); reject(error) })
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })))
    sent.end(body)
  })
}
