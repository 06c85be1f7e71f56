import { escaped } from '../text.js'

/** Passwords of 8 characters and more that stand first on the lists of leaked ones, here and abroad, in lower case. */
const commonPasswords: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 12345678910 123123123 1234512345 12341234 123454321 1234554321 0123456789 9876543210
  987654321 87654321 11223344 1122334455 112233445566 147258369 159357159 147852369 123698745 741852963 789456123 123456123
  password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword p@ssword1 p@ssw0rd1 passw0rd1 passwd123
  qwertyuiop qwerty123 qwerty12 qwerty1234 qwer1234 qwe12345 qwe123456 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc qazwsxedc
  q1w2e3r4 qweasdzxc qweasd123 asdfghjk asdfghjkl asdf1234 asd123456 zxcvbnm1 zxcvbnm123 zxc123456 zaq12wsx zaq1zaq1 !qaz2wsx
  abc12345 abcd1234 abcd12345 abcd123456 abc123456 abc123456789 abc123abc abcdefgh abcdefg1 a1234567 a12345678 a123456789 aa123456
  aa12345678 aa123456789 aaa123456 aaaa1111 a1b2c3d4 a1s2d3f4 as123456 ab123456 q1234567 q123456789 q12345678 qq123456 qq123456789
  w123456789 wang123456 wang1234 zhang123 zhang123456 li123456 liu123456 chen123456 yang123456 huang123 x123456789 z123456789
  woaini520 woaini1314 woaini521 woaini123 woaini123456 woaiwojia 5201314520 52013145 1314520520 1314521521 520520520 52052052
  5201314a 5201314q iloveyou iloveyou1 iloveyou123 sunshine princess football baseball superman trustno1 whatever starwars
  welcome1 welcome123 letmein1 letmein123 admin123 admin1234 admin12345 admin123456 admin888 administrator admin@123 adminadmin
  root1234 root123456 test1234 test123456 user1234 guest1234 changeme changeme1 default1 temp1234 system123 master123 manager1
  computer internet samsung1 huawei123 huawei@123 xiaomi123 wechat123 weixin123 taobao123 alibaba123 baidu123 tencent123
  88888888 888888888 66666666 666666666 99999999 00000000 000000000 11111111 111111111 1111111111 22222222 33333333 55555555
  77777777 12121212 10101010 13131313 11112222 11110000 12312312 123456ab 123456abc 123456aa 123456qq 123456qwe 123456asd 123456789a
  123456789q 123456789qq 123456789abc 123qweasd 123qwe123 123abc123 1a2b3c4d 1234qwer 1234abcd 12345qwert 123321123 1233211234567
  19491001 20080808 20081212 20121221 20202020 20222022 20232023 20242024 20252025 20262026 zhongguo zhongguo1 china123 china123456
  beijing1 beijing2008 shanghai shanghai1 shequ123 shequ1234 shequ12345 shequ123456 shequ888 yichuang yichuang1 yichuang123
  michael1 jennifer jordan23 charlie1 jessica1 monkey123 dragon123 mustang1 shadow123 killer123 liverpool chelsea1 arsenal1`
    .split(/\s+/),
)

/** Words with which people begin a password when they are told to add figures and signs. */
const usualWords = 'password passwd passw0rd p@ssw0rd p@ssword admin root user test guest welcome letmein iloveyou woaini woaiwojia zhongguo china beijing shanghai shequ jiedao wangge juwei gongan zhengfu yichuang huawei xiaomi weixin wechat qwerty qwert qwer asdf asdfgh zxcvbn abc abcd aaa aa qq a q'
const wordAndMore = new RegExp(`^[\\d@#!.*_-]{0,4}(?:${usualWords.split(' ').map(escaped).join('|')})[\\d@#!.*_-]*$`)

/** Rows of keys and of the alphabet, along which a finger runs; digits run on from 9 to 0. */
const runs = ['01234567890123456789', '98765432109876543210', 'abcdefghijklmnopqrstuvwxyz', 'zyxwvutsrqponmlkjihgfedcba', 'qwertyuiopasdfghjklzxcvbnm', 'qazwsxedcrfvtgbyhnujmikolp', '1qaz2wsx3edc4rfv5tgb6yhn', '1q2w3e4r5t6y7u8i9o0p']

/** A birthday or another day, with at most a letter or two: 19900101, 1990-01-01, zw19900101. */
const day = /^[a-z]{0,2}(?:19|20)\d\d[-./]?(?:0?[1-9]|1[0-2])[-./]?(?:0?[1-9]|[12]\d|3[01])[a-z]{0,2}$/

/** A mobile number: the first thing that is tried of somebody who is known. */
const mobile = /^1[3-9]\d{9}$/

/** Whether it is among the first thousands that are tried: leaked often, a usual word with figures, a row of keys, a piece repeated, a day, a phone number. `plain`: in lower case. */
export function isCommonPassword(plain: string): boolean {
  return commonPasswords.has(plain) || new Set(plain).size < 3 || wordAndMore.test(plain) || runs.some((run) => run.includes(plain)) || /^(.{1,4})\1+$/.test(plain) || day.test(plain) || mobile.test(plain)
}
