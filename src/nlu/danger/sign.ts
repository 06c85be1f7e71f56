/**
 * A sign of danger: one pattern, or several that must all be found in the message (in any order; the first names the words)
 * while `unless` is found nowhere in it. Several short patterns stay linear where one long one would backtrack.
 */
export type Sign = RegExp | { readonly all: readonly [RegExp, ...RegExp[]]; readonly unless?: RegExp }

/** People, as danger speaks of them: a fragment for building patterns. */
export const who =
  '(?:人|孩子|小孩|孩|娃|宝宝|宝|妞|崽|伢|仔|囡|学生|老人|老头|老太|老汉|大爷|大妈|大叔|大娘|大姐|大哥|阿姨|叔|伯|奶奶|爷爷|奶|爷|姥姥|姥爷|外婆|外公|阿婆|阿公|公公|婆婆|岳父|岳母|丈母|爸|妈|爹|娘|儿子|女儿|闺女|姑娘|孙|弟|妹|哥|姐|邻居|师傅|工人|工友|老公|老婆|媳妇|老伴|男的|女的|小伙|同学|室友|保安|房东|保姆|孕妇|我|俺|咱|他|她)'

/** The same without 我, 他 and the bare 人: those whom others look after. */
export const ward =
  '(?:孩子|小孩|孩|娃|宝宝|小宝|妞|崽|伢|囡|学生|老人|老头|老太|老汉|大爷|大妈|大娘|奶奶|爷爷|姥姥|姥爷|外婆|外公|阿婆|阿公|公公|婆婆|岳父|岳母|丈母娘|爸|妈|爹|娘|儿子|女儿|闺女|孙子|孙女|弟弟|妹妹|老伴|老爷子)'
