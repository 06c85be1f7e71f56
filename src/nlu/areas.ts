import { KnowledgeError } from '../errors.js'

/** An area of administration, as letters to a government are sorted (城乡建设, 交通运输 …). */
export interface Area {
  readonly name: string
  /** What falls under it, each as a few words; a classifier with a label of this name learns from them. */
  readonly covers: readonly string[]
}

/** The catalogue of areas (`{areas:[{name,covers}]}`) from the text of its file. Throws KnowledgeError that names the entry. */
export function checkAreas(text: string, path: string): Area[] {
  const data = JSON.parse(text) as { readonly areas?: unknown }
  if (!Array.isArray(data.areas)) throw new KnowledgeError('areas', `${path}: needs a list "areas"`)
  return data.areas.map((entry: { readonly name?: unknown; readonly covers?: unknown }, at) => {
    const { name, covers } = entry
    if (typeof name !== 'string' || name === '') throw new KnowledgeError('areas', `${path}: area ${at + 1} needs a name`)
    if (!Array.isArray(covers) || !covers.every((one): one is string => typeof one === 'string' && one.trim() !== '')) throw new KnowledgeError('areas', `${path}: ${name} needs a list "covers" of words`)
    return { name, covers }
  })
}
