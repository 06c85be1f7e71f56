import { InputError } from '../errors.js'
import { cleanPage, redactPage } from './clean.js'
import { readClauses } from './clauses.js'
import { jurisdictionName } from './jurisdictions.js'
import { readMetadata } from './metadata.js'
import type { Clause, PolicyMetadata, PolicyWarning } from './policy.js'
import { numberWarning, writePolicyFile } from './policy-file.js'
import { findWarnings } from './warnings.js'

export interface ImportedPolicy {
  /** What is written to `knowledge/policies`: the cleaned text, and the page without adverts and persons' names. */
  readonly policy: { readonly fileName: string; readonly text: string; readonly rawFileName: string; readonly raw: string }
  /** Clauses in the order of the text. */
  readonly tree: readonly Clause[]
  readonly metadata: PolicyMetadata
  readonly warnings: readonly PolicyWarning[]
}

/** Least Han characters of a policy text; shorter files are no policy. */
const leastHan = 200
/** Largest file taken, bytes. A province's whole yearbook chapter is below 1 MB. */
const mostBytes = 8 * 1024 * 1024

/** Cleans a policy text. Throws InputError with a sentence that says what to do; nothing is written here. */
export function importPolicy(bytes: Uint8Array, options: { readonly jurisdiction: string; readonly fileName: string }): ImportedPolicy {
  const { jurisdiction, fileName } = options
  if (!/^\d{6,12}$/.test(jurisdiction))
    throw new InputError('jurisdiction-code', `行政区划代码要写六位以上的数字(如 330500),得到「${jurisdiction}」`)
  const raw = redactPage(decodeText(bytes, fileName))
  const page = cleanPage(raw)
  const found = readMetadata(page)
  const { clauses, warnings } = readClauses(found.body)
  if (found.metadata.title === null && clauses.length < 3)
    throw new InputError('not-a-policy', `「${fileName}」里找不到标题和条款,看起来不是政策文件;请检查文件,或先补上标题行再导入`)
  const metadata: PolicyMetadata = {
    id: slug(fileName),
    ...found.metadata,
    title: found.metadata.title ?? fileName.replace(/\.[^.]+$/, ''),
    jurisdiction,
    jurisdictionName: jurisdictionName(jurisdiction) ?? jurisdiction,
    sourceFile: fileName.split(/[/\\]/).at(-1)!,
  }
  const all: PolicyWarning[] = [...warnings, ...findWarnings(clauses)]
  all.unshift(...numberWarning(metadata.number))
  return {
    policy: { fileName: `${metadata.id}.md`, text: writePolicyFile(metadata, clauses), rawFileName: `${metadata.id}.txt`, raw },
    tree: clauses,
    metadata,
    warnings: all,
  }
}

function slug(fileName: string): string {
  const name = fileName.split(/[/\\]/).at(-1)!.replace(/\.[^.]+$/, '').toLowerCase()
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'policy'
}

/** UTF-8, UTF-16 with its mark, GB18030; anything else is refused. */
function decodeText(bytes: Uint8Array, fileName: string): string {
  if (bytes.length === 0) throw new InputError('empty', `「${fileName}」是空文件,请换成有内容的文件再导入`)
  if (bytes.length > mostBytes) throw new InputError('too-large', `「${fileName}」超过 8 MB,请把正文另存为文本文件再导入`)
  const magic = String.fromCharCode(...bytes.subarray(0, 4))
  if (magic.startsWith('PK') || magic.startsWith('%PDF') || magic.startsWith('\xd0\xcf') || magic.startsWith('\x89PNG') || magic.startsWith('\xff\xd8'))
    throw new InputError('binary', `「${fileName}」不是文本文件;请打开它,把正文另存为 .txt(UTF-8)再导入`)
  const text = decode(bytes)
  if (text === null || /[\0-\x08\x0e-\x1f]/.test(text))
    throw new InputError('binary', `「${fileName}」里有认不出的内容,不是文本文件;请把正文另存为 .txt(UTF-8)再导入`)
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  if (han === 0 && text.trim() === '') throw new InputError('empty', `「${fileName}」里没有文字,请换成有内容的文件再导入`)
  if (han < leastHan) throw new InputError('too-short', `「${fileName}」里只有 ${han} 个汉字,像是不完整的文件;请导入全文`)
  return text.replace(/\r\n?/g, '\n')
}

function decode(bytes: Uint8Array): string | null {
  const encodings = bytes[0] === 0xff && bytes[1] === 0xfe ? ['utf-16le'] : bytes[0] === 0xfe && bytes[1] === 0xff ? ['utf-16be'] : ['utf-8', 'gb18030']
  for (const encoding of encodings) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // The next encoding may fit; when none does the caller refuses the file.
    }
  }
  return null
}
