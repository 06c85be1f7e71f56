import type { Position } from '../../../visits/step.js'

/** How long a place is waited for, ms; indoors a phone may never find one. */
const patienceMs = 12_000

/** Where the phone is now, or why it does not say. The browser asks its holder. */
export function findPosition(): Promise<Position | 'denied' | 'unavailable' | 'timeout'> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve('unavailable')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracyM: Math.min(coords.accuracy, 100_000) }),
      ({ code }) => resolve(code === 1 ? 'denied' : code === 3 ? 'timeout' : 'unavailable'),
      { enableHighAccuracy: true, timeout: patienceMs, maximumAge: 0 },
    )
  })
}
