/** Days of a month as a calendar shows them: blanks before the first, Monday first. */
export function daysOf(year: number, month: number): readonly (string | null)[] {
  const first = new Date(Date.UTC(year, month - 1, 1))
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const blanks = Array.from({ length: (first.getUTCDay() + 6) % 7 }, () => null)
  return [...blanks, ...Array.from({ length: count }, (_, day) => `${year}-${String(month).padStart(2, '0')}-${String(day + 1).padStart(2, '0')}`)]
}
