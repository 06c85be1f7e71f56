/** For each character the characters that sound the same, commonest first. */
export type Homophones = Readonly<Record<string, readonly string[]>>

/** Each character, where one that sounds the same is known, replaced by such a one with this chance (0–1): what a phonetic keyboard does to a hurried message. */
export function mistype(text: string, homophones: Homophones, share: number, random: () => number): string {
  return [...text].map((char) => {
    const same = homophones[char]
    return same !== undefined && same.length > 0 && random() < share ? same[Math.floor(random() * same.length)]! : char
  }).join('')
}
