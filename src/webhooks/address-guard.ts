import { BlockList, isIP } from 'node:net'

/** Addresses that are nobody's on the open net: our own machine, private networks, the cloud's data about the machine, and what is kept for special use (IANA special-purpose registries, RFC 6890). */
const special: readonly (readonly [address: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'], ['10.0.0.0', 8, 'ipv4'], ['100.64.0.0', 10, 'ipv4'], ['127.0.0.0', 8, 'ipv4'], ['169.254.0.0', 16, 'ipv4'], ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'], ['192.0.2.0', 24, 'ipv4'], ['192.88.99.0', 24, 'ipv4'], ['192.168.0.0', 16, 'ipv4'], ['198.18.0.0', 15, 'ipv4'], ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'], ['224.0.0.0', 4, 'ipv4'], ['240.0.0.0', 4, 'ipv4'],
  // Only 2000::/3 is given out; within it Teredo, documentation and 6to4 lead elsewhere.
  ['::', 3, 'ipv6'], ['4000::', 2, 'ipv6'], ['8000::', 1, 'ipv6'], ['2001::', 23, 'ipv6'], ['2001:db8::', 32, 'ipv6'], ['2002::', 16, 'ipv6'], ['3fff::', 20, 'ipv6'],
]

/** Tells whether a message may go to an address. */
export interface AddressGuard {
  allows(address: string): boolean
}

/** `networks`: private networks (CIDR) that may be written to all the same. Throws RangeError for what is no network. */
export function createAddressGuard(networks: readonly string[]): AddressGuard {
  // One list for each family: Node holds an IPv4 address against IPv6 networks as well, as ::ffff:….
  const lists = () => ({ ipv4: new BlockList(), ipv6: new BlockList() })
  const [closed, open] = [lists(), lists()]
  for (const [address, prefix, family] of special) closed[family].addSubnet(address, prefix, family)
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/')
    const version = isIP(address)
    if (version === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128)) throw new RangeError(`${network} is no network; expected as 10.1.0.0/16`)
    const family = version === 4 ? 'ipv4' : 'ipv6'
    open[family].addSubnet(address, Number(prefix), family)
  }
  return {
    allows(given) {
      const address = plain(given)
      const version = isIP(address)
      if (version === 0) return false
      const family = version === 4 ? 'ipv4' : 'ipv6'
      return open[family].check(address, family) || !closed[family].check(address, family)
    },
  }
}

/** An IPv4 address that is written as IPv6 (::ffff:127.0.0.1) is the IPv4 address. */
function plain(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (isIP(bare) !== 6) return bare
  const host = new URL(`http://[${bare}]/`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host)
  if (mapped?.[1] === undefined || mapped[2] === undefined) return host
  const [high, low] = [Number.parseInt(mapped[1], 16), Number.parseInt(mapped[2], 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** Longest address of a webhook, characters. */
const longestUrl = 500

/** Why this can be no webhook's address, in a sentence; `null`: it can. What its name stands for is looked at anew with every message. */
export function faultOfUrl(given: string, guard: AddressGuard): string | null {
  if (given.length > longestUrl || !URL.canParse(given)) return '地址要写完整，例如 https://example.org/hooks'
  const { protocol, hostname, username, password, hash } = new URL(given)
  if (username !== '' || password !== '' || hash !== '') return '地址里不要带用户名、密码和 # 后面的部分'
  const bare = hostname.replace(/^\[|\]$/g, '')
  const isLoopback = /^127\./.test(bare) || bare === '::1'
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback && guard.allows(bare))) return '地址要用 https'
  if (isIP(bare) !== 0 && !guard.allows(bare)) return '这是内部网络的地址，不能推送到那里。确实需要，请管理员在设置里放行'
  if (isIP(bare) === 0 && (!bare.includes('.') || /\.(local|localhost|internal|intranet|lan|home|corp)\.?$/i.test(bare))) return '这是内部网络的名字，不能推送到那里'
  return null
}
