/** A deep, frozen copy of what JSON would keep of a value, so that nobody's later change reaches the store's state. */
export function frozenCopy<T>(value: T): T {
  return copy(value) as T
}

function copy(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item) => (isDropped(item) ? null : copy(item))))
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return copy((value as { toJSON(): unknown }).toJSON())
  const made: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key]
    if (isDropped(item)) continue
    if (key === '__proto__') Object.defineProperty(made, key, { value: copy(item), enumerable: true, configurable: true, writable: true })
    else made[key] = copy(item)
  }
  return Object.freeze(made)
}

/** What JSON leaves out of an object. */
function isDropped(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol'
}

/** Freezes a value that JSON made, with all in it, in place. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const item of Object.values(value)) freeze(item)
    Object.freeze(value)
  }
  return value
}
