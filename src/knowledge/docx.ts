import { InputError } from '../errors.js'
import { readHtml, type ReadHtml } from './html.js'
import { measureZip } from './zip.js'

/** The words of a Word file (.docx): insertions counted in, deletions left out, a table cell a line. */
export async function readDocx(bytes: Uint8Array, fileName: string): Promise<ReadHtml> {
  const names = await measureZip(bytes, fileName)
  if (!names.includes('word/document.xml')) {
    const what = names.some((name) => name.startsWith('xl/')) ? '是 Excel 表格' : names.some((name) => name.startsWith('ppt/')) ? '是演示文稿' : '是压缩包'
    throw new InputError('not-docx', `「${fileName}」${what},不是 Word 文件;请把正文存为 .docx、.pdf 或 .txt 再导入`)
  }
  const { default: mammoth } = await import('mammoth')
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      // Nothing outside the file is opened; pictures hold no words.
      { externalFileAccess: false, convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
    )
    return readHtml(value)
  } catch (error) {
    throw new InputError('half-file', `「${fileName}」不完整或已损坏,读不出正文;请用 Word 打开后另存一份再导入`, { cause: error })
  }
}
