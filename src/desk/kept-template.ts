import type { ReplyTemplate } from './api-types.js'

/** Words that a community keeps for its answers. */
export interface KeptTemplate extends Omit<ReplyTemplate, 'isFirst'> {
  readonly rev: number
  readonly by: { readonly id: string; readonly name: string }
  readonly at: number
}

/** What every community begins with: short, nothing promised that is not known. `{…}` is filled in by the page. */
export const firstTemplates: readonly ReplyTemplate[] = [
  { id: 'first-received', serviceCode: null, title: '收到了', text: '您好，{编号}（{事项}）收到了，由我{姓名}跟进，有进展马上告诉您。', isFirst: true },
  { id: 'first-on-site', serviceCode: null, title: '已到现场看过', text: '您好，{编号}我们已到{地址}现场看过，情况属实，正在安排处理。{时限}', isFirst: true },
  { id: 'first-parts', serviceCode: null, title: '要等配件', text: '您好，{编号}要等配件，到了就装。等的这几天请注意安全，有急事请直接打电话给我们。', isFirst: true },
  { id: 'first-ask-photo', serviceCode: null, title: '请补一张照片', text: '请补一张照片，再说一下具体在哪一层、哪个位置，我们好带对工具。', isFirst: true },
  { id: 'first-done', serviceCode: null, title: '办好了', text: '您好，{编号}已经办好，请您看看。还有问题直接回复，我们接着办。', isFirst: true },
  { id: 'first-told-off', serviceCode: null, title: '已上门劝导', text: '您好，{编号}我们已上门劝导，对方答应注意。再有类似情况请随时告诉我们。', isFirst: true },
]
