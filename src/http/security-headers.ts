/** Only what we serve ourselves: no inline script or style, no plug-in, no frame around us. OWASP ASVS 5.0 3.4.3. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What a page may ask of the device; `geolocation`: who may ask where it is. */
const permissionsWith = (geolocation: '()' | '(self)'): string => `camera=(self), geolocation=${geolocation}, microphone=(self), payment=()`

/** The desk's pages: grid workers sign in on the spot with their place. No resident is asked where they are. */
export const deskPermissions = permissionsWith('(self)')

/** What every answer carries, errors and broken requests included. HSTS: two years; browsers heed it on https only. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'permissions-policy': permissionsWith('()'),
}

/** A file of a resident is shown, never run: nothing may load from it or around it. */
export const attachmentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"
