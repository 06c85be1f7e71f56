import { InputError } from '../errors.js'
import { cleanPage, redactPage } from './clean.js'
import { readClauses } from './clauses.js'
import { extractText, type ExtractedText } from './extract.js'
import { jurisdictionName } from './jurisdictions.js'
import { readMetadata } from './metadata.js'
import type { Clause, PolicyMetadata, PolicyWarning } from './policy.js'
import { numberWarning, writePolicyFile } from './policy-file.js'
import { findWarnings } from './warnings.js'

export interface ImportedPolicy {
  readonly format: ExtractedText['format']
  /** What is written to `knowledge/policies`: the cleaned text, and the page without adverts and persons' names. */
  readonly policy: { readonly fileName: string; readonly text: string; readonly rawFileName: string; readonly raw: string }
  /** Clauses in the order of the text. */
  readonly tree: readonly Clause[]
  readonly metadata: PolicyMetadata
  readonly warnings: readonly PolicyWarning[]
}

/** Least Han characters of a policy text; shorter files are no policy. */
const leastHan = 200

export interface ImportOptions {
  /** Where the text holds: GB/T 2260 code or a longer one. */
  readonly jurisdiction: string
  readonly fileName: string
}

/** Reads and cleans a policy file of any format taken. Throws InputError with a sentence that says what to do; nothing is written here. */
export async function importPolicy(bytes: Uint8Array, options: ImportOptions): Promise<ImportedPolicy> {
  checkCode(options.jurisdiction)
  const { format, text, warnings } = await extractText(bytes, options.fileName)
  return importText(text, options, format, warnings)
}

/** Throws InputError for what is no administrative division code. */
export function checkCode(jurisdiction: string): void {
  if (!/^\d{6,12}$/.test(jurisdiction))
    throw new InputError('jurisdiction-code', `行政区划代码要写六位以上的数字(如 330500),得到「${jurisdiction}」`)
}

/** Cleans a text that was taken out of a file; `format` and `noted` say how. */
export function importText(text: string, options: ImportOptions, format: ExtractedText['format'] = 'text', noted: readonly PolicyWarning[] = []): ImportedPolicy {
  const { jurisdiction, fileName } = options
  checkCode(jurisdiction)
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  if (text.trim() === '') throw new InputError('empty', `「${fileName}」里没有文字,请换成有内容的文件再导入`)
  if (han < leastHan) throw new InputError('too-short', `「${fileName}」里只有 ${han} 个汉字,像是不完整的文件;请导入全文`)
  const raw = redactPage(text)
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
  const all: PolicyWarning[] = [...noted, ...numberWarning(metadata.number), ...warnings, ...findWarnings(clauses, (metadata.signed ?? metadata.issued ?? metadata.published) !== null)]
  return {
    format,
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
