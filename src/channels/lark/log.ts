/** Where lines of the channel go; never a resident's words, a token or a secret. */
export type LarkLog = (level: 'error' | 'warn' | 'info', event: string, details: Readonly<Record<string, unknown>>) => void

/** The SDK logs whole requests, the bearer token among them: only what kind of failure it was passes here. */
export function sdkLogger(log: LarkLog): Readonly<Record<'error' | 'warn' | 'info' | 'debug' | 'trace', (...parts: unknown[]) => void>> {
  const say = (level: 'error' | 'warn') => (...parts: unknown[]): void => {
    log(level, 'lark.sdk', { said: parts.flat(2).map(describe).join(' ').slice(0, 300) })
  }
  const nothing = (): void => undefined
  return { error: say('error'), warn: say('warn'), info: nothing, debug: nothing, trace: nothing }
}

function describe(part: unknown): string {
  if (typeof part === 'string') return withoutSecrets(part)
  if (part instanceof Error) {
    const { code, response } = part as { code?: unknown; response?: { status?: unknown; data?: { code?: unknown } } }
    return [part.name, code, response?.status, response?.data?.code].filter((one) => typeof one === 'string' || typeof one === 'number').join(' ')
  }
  return typeof part
}

/** Addresses carry tickets, and what looks like a token may be one. */
function withoutSecrets(text: string): string {
  return text.replace(/\b(?:wss?|https?):\/\/\S+/g, '[address]').replace(/\b[A-Za-z0-9_-]{24,}\b/g, '[…]').replace(/[{[].*$/s, '')
}
