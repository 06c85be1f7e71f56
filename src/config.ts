import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { LarkSettings } from './channels/lark.js'
import type { WechatSettings } from './channels/wechat.js'
import { secondStepRules, type SecondStepRule } from './desk/accounts.js'
import type { BackupSettings } from './store/backup-schedule.js'
import { ConfigError } from './errors.js'

const schema = z.object({
  YICHUANG_HOST: z.string().default('127.0.0.1'),
  YICHUANG_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  YICHUANG_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  YICHUANG_TRUST_PROXY: z.enum(['yes', 'no']).default('no'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://user:password@host:port/database' }).optional(),
  YICHUANG_DATA_DIR: z.string().default('./data'),
  YICHUANG_KNOWLEDGE_DIR: z.string().default('./knowledge'),
  YICHUANG_INTENTS_DIR: z.string().default('./intents'),
  YICHUANG_CACHE_DIR: z.string().default('./.cache'),
  /** 32 bytes, base64; without it the store makes a key file of its own (mode 0600). */
  YICHUANG_KEY: z.string().refine((value) => Buffer.from(value, 'base64').length === 32, 'expected 32 bytes in base64').optional(),
  /** Private networks (CIDR, with commas) that webhooks may go to; without, only the open net. */
  YICHUANG_WEBHOOK_NETWORKS: z.string().regex(/^\s*([\da-f.:]+\/\d{1,3}\s*(,\s*|$))*$/i, 'expected networks as 10.1.0.0/16').default(''),
  YICHUANG_BACKUP_DIR: z.string().optional(),
  YICHUANG_BACKUP_HOUR: z.coerce.number().int().min(0).max(23).default(3),
  YICHUANG_BACKUP_KEEP: z.coerce.number().int().min(1).max(1_000).default(14),
  /** As long as a password that nobody types may be. */
  YICHUANG_METRICS_TOKEN: z.string().min(16, 'expected at least 16 characters (openssl rand -hex 32)').optional(),
  YICHUANG_DRAIN_SECONDS: z.coerce.number().min(0).max(8).default(0),
  YICHUANG_SECOND_STEP: z.enum(secondStepRules).default('optional'),
  YICHUANG_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  YICHUANG_TURN_DEADLINE_MS: z.coerce.number().int().min(100).max(60_000).default(5_000),
  /** Lark's own form; with another the SDK does nothing and says nothing. */
  LARK_APP_ID: z.string().regex(/^cli_[0-9a-f]{16}$/, 'expected cli_ and 16 hexadecimal digits').optional(),
  LARK_APP_SECRET: z.string().optional(),
  LARK_DOMAIN: z.url({ protocol: /^https?$/ }).default('https://open.feishu.cn'),
  LARK_MODE: z.enum(['connection', 'webhook']).default('connection'),
  LARK_ENCRYPT_KEY: z.string().optional(),
  LARK_VERIFICATION_TOKEN: z.string().optional(),
  WECHAT_PUPPET: z.enum(['wechat4u', 'service']).optional(),
  /** wechaty reads the name of the gateway's certificate from what stands before the first underscore. */
  WECHAT_TOKEN: z.string().regex(/^[a-z]+_\S+$/i, 'expected a word, an underscore and an id, as insecure_<uuid>').optional(),
  WECHAT_ENDPOINT: z.string().regex(/^[^\s/:]+:\d{1,5}$/, 'expected host:port').optional(),
  WECHAT_TLS: z.enum(['yes', 'no']).default('yes'),
  WECHAT_IDS: z.enum(['per-login', 'for-good']).default('per-login'),
})

export interface Config {
  readonly host: string
  /** 0 lets the system choose (tests). */
  readonly port: number
  /** Where residents reach the pages, when a proxy stands in front; `null` = http://host:port. */
  readonly publicUrl: string | null
  readonly trustProxy: boolean
  readonly dataDir: string
  /** The PostgreSQL database that holds everything, for any number of processes; `null`: it is held in the data folder. */
  readonly databaseUrl: string | null
  readonly knowledgeDir: string
  readonly intentsDir: string
  /** Where the trained classifier is kept by content; may be removed at any time. */
  readonly cacheDir: string
  /** Key of the personal fields at rest, 32 bytes; `null` = the key file in the data folder. */
  readonly key: Buffer | null
  /** `null`: no backup is made of itself. */
  readonly backups: BackupSettings | null
  /** What a collector of figures says as Bearer; `null`: only this machine reads them. */
  readonly metricsToken: string | null
  /** How long it still answers after it was told to stop, so that a proxy sees it is not ready any more, ms. */
  readonly drainMs: number
  /** Of whom of the staff a code from the phone is asked for after the password. */
  readonly secondStep: SecondStepRule
  /** Private networks that webhooks may go to all the same; empty: none. */
  readonly webhookNetworks: readonly string[]
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
  /** A turn that takes longer is answered with an apology and handed to a person, ms. */
  readonly turnDeadlineMs: number
  /** `null`: no Lark. */
  readonly lark: LarkSettings | null
  /** `null`: no WeChat, and nothing of it is loaded. */
  readonly wechat: WechatSettings | null
}

/** Reads the settings; throws one ConfigError that lists everything wrong. An empty value counts as not set. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // Other programs may have settings so named of their own: they are ours once an app, a puppet is named.
  const isOurs = (name: string): boolean => name.startsWith('YICHUANG_') || name === 'DATABASE_URL'
    || (name.startsWith('LARK_') && (name in schema.shape || (env['LARK_APP_ID'] ?? '') !== ''))
    || (name.startsWith('WECHAT_') && (name in schema.shape || (env['WECHAT_PUPPET'] ?? '') !== ''))
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => isOurs(name) && value !== ''))
  const unknown = Object.keys(given).filter((name) => !(name in schema.shape))
  const parsed = schema.safeParse(given)
  const faults = [
    ...unknown.map((name) => `${name} is no setting of ours; see .env.example`),
    ...(given['DATABASE_URL'] !== undefined && given['YICHUANG_KEY'] === undefined ? ['YICHUANG_KEY is empty; DATABASE_URL needs it, the same for every process (openssl rand -base64 32)'] : []),
    ...larkFaults(given),
    ...wechatFaults(given),
    ...(parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}; see .env.example`) ?? []),
  ]
  if (faults.length > 0 || !parsed.data) throw new ConfigError('config', `config: ${faults.join('\n        ')}`)
  const set = parsed.data
  return {
    host: set.YICHUANG_HOST,
    port: set.YICHUANG_PORT,
    publicUrl: set.YICHUANG_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    trustProxy: set.YICHUANG_TRUST_PROXY === 'yes',
    dataDir: set.YICHUANG_DATA_DIR,
    databaseUrl: set.DATABASE_URL ?? null,
    knowledgeDir: set.YICHUANG_KNOWLEDGE_DIR,
    intentsDir: set.YICHUANG_INTENTS_DIR,
    cacheDir: set.YICHUANG_CACHE_DIR,
    key: set.YICHUANG_KEY === undefined ? null : Buffer.from(set.YICHUANG_KEY, 'base64'),
    backups: set.YICHUANG_BACKUP_DIR === undefined ? null : { folder: set.YICHUANG_BACKUP_DIR, hour: set.YICHUANG_BACKUP_HOUR, keep: set.YICHUANG_BACKUP_KEEP },
    metricsToken: set.YICHUANG_METRICS_TOKEN ?? null,
    drainMs: set.YICHUANG_DRAIN_SECONDS * 1_000,
    secondStep: set.YICHUANG_SECOND_STEP,
    webhookNetworks: set.YICHUANG_WEBHOOK_NETWORKS.split(',').map((network) => network.trim()).filter((network) => network !== ''),
    logLevel: set.YICHUANG_LOG_LEVEL,
    turnDeadlineMs: set.YICHUANG_TURN_DEADLINE_MS,
    lark: set.LARK_APP_ID === undefined ? null : {
      appId: set.LARK_APP_ID,
      appSecret: set.LARK_APP_SECRET ?? '',
      domain: set.LARK_DOMAIN.replace(/\/+$/, ''),
      by: set.LARK_MODE === 'connection' ? { kind: 'connection' } : { kind: 'webhook', encryptKey: set.LARK_ENCRYPT_KEY ?? '', verificationToken: set.LARK_VERIFICATION_TOKEN ?? null },
    },
    wechat: set.WECHAT_PUPPET === undefined ? null : {
      gateway: set.WECHAT_PUPPET === 'wechat4u' ? { puppet: 'wechat4u' } : { puppet: 'service', token: set.WECHAT_TOKEN ?? '', endpoint: set.WECHAT_ENDPOINT ?? null, tls: set.WECHAT_TLS === 'yes' },
      // The web protocol's never do.
      idsLast: set.WECHAT_PUPPET === 'wechat4u' ? 'per-login' : set.WECHAT_IDS,
      dataDir: set.YICHUANG_DATA_DIR,
    },
  }
}

/** What belongs together and is not. Without an encrypt key anybody could write to the webhook: it is never opened so. */
function larkFaults(given: Readonly<Record<string, string | undefined>>): string[] {
  if (given['LARK_APP_ID'] === undefined) return given['LARK_APP_SECRET'] === undefined ? [] : ['LARK_APP_SECRET is set and LARK_APP_ID is not; set both or none']
  return [
    ...(given['LARK_APP_SECRET'] === undefined ? ['LARK_APP_SECRET is empty; set it or remove LARK_APP_ID'] : []),
    ...(given['LARK_MODE'] === 'webhook' && given['LARK_ENCRYPT_KEY'] === undefined ? ['LARK_ENCRYPT_KEY is empty; LARK_MODE=webhook needs it, or anybody could write to us'] : []),
  ]
}

function wechatFaults(given: Readonly<Record<string, string | undefined>>): string[] {
  const { WECHAT_PUPPET: puppet, WECHAT_TOKEN: token, WECHAT_IDS: ids } = given
  if (puppet === undefined) return token === undefined ? [] : ['WECHAT_TOKEN is set and WECHAT_PUPPET is not; set WECHAT_PUPPET=service or remove it']
  if (puppet === 'wechat4u') return ids === 'for-good' ? ['WECHAT_IDS=for-good does not hold for wechat4u: its ids change at each login; remove it'] : []
  return token === undefined ? ['WECHAT_TOKEN is empty; WECHAT_PUPPET=service needs it'] : []
}

/** Settings from a `.env` file (NAME=value lines, # comments) under those of the environment; no file is no setting. */
export function readEnvFile(file: string): Record<string, string> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  const settings: Record<string, string> = {}
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line)
    if (match?.[1] !== undefined && match[2] !== undefined) settings[match[1]] = match[2].replace(/^(["'])(.*)\1$/, '$2')
  }
  return settings
}
