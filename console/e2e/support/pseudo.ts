import { type BrowserContext, expect, type Page } from '@playwright/test';
import { expectNoOverflow, prepare } from './page';
import { cutTexts, foreignWords } from './words';

/** What the made-up server and the browser say, in the order of the alternatives: people, files, ids, zones, figures. */
const DATA = new RegExp(
  [
    '南京路店|徐家汇店|湖滨店|国贸店|华东|华北|\\bUnfollowed\\b|周雨桐|吴思远|徐一诺|马静怡|新品与优惠，每月不超过四次。|营销消息|会员服务|微信资料|生日礼券|生日礼|生日当月|我同意在生日当月收到礼券。|\\bA-\\d+\\b|官网商城|POS|\\bApp\\b|ERP|pop-up stall|\\bheld \\d+\\b|晨雾茶铺|林晓岚|陈书航|Ann Lee|nightly export|^林$',
    '[\\u4e00-\\u9fff]\\*+[\\u4e00-\\u9fff]?|(?:\\p{Lu}\\*\\* ?)+|广州|杭州|上海|成都|北京|苏州|宁波|[男女]',
    // Of clusters and insights.
    '\\$(?:recency_days|frequency|monetary)|autosize measurement|\\bRegulars\\b|(?:Purchases|Spending) (?:far |slightly )?(?:above|below) average(?:, spending (?:far |slightly )?(?:above|below) average)?|^purchases$|^spending$|Deal factor|Reason of churn|Favourite tea|count of pages in last 90 days|Tried once',
    '春季礼盒|^送礼$|明前龙井|桂花乌龙|春茶|茶博会|^early$|^A greeting by voice$|^Recipes$|^(?:plain|story|none|tenth_off|spring_letter|recipes|promotions|new_products)$|送礼的客户会因为礼盒再买一次。|从三月起所有门店上架。|换掉华东的承运商|准时送达(?: and 价格)?|照旧|礼盒|价格|口味|Ordering by phone|Wrapping and Choice|\\bWrapping\\b|\\bChoice\\b',
    '[\\w.*-]+@example\\.com|[\\w-]+\\.(?:csv(?:\\.gz)?|tsv)|city, gender',
    'value_run|compact|import|invoice_\\w+|stock_code|description|quantity|unit_price|customer_id|country|remark|85123A|C\\d+|^date "31.*|SQLite|English|中文',
    '(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\\w/+-]+|UTC|\\b[A-Z]{3}\\b',
    '\\bpuzzle\\b|\\bCall Ended\\b|\\bCode Scanned\\b|\\bProduct (?:Viewed|Added|Shared)\\b|\\bwechat\\b|\\bweb\\b',
    'nickname|avatar|\\band *$|^marketing$|in \\d+ (?:second|minute|hour)s?',
    '\\d+ (?:second|minute|hour)s? ago|^now$|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \\d+ [A-Z][a-z]{2,3}',
    'Scan this: three taps, and fifty yuan off the first order\\.|Path A: store purchase → receipt scan → sign-up|Path B: search → learns → buys → asks the service|Live stream to order|^Search$',
    '\\d(?:[KM]| (?:[KMG]iB|B|s|min|h))\\b|\\b[RFM] ?\\d?\\b',
  ].join('|'),
  'gu',
);

/** Texts that are longer than those of either language, and stand in brackets. */
export async function preparePseudo(context: BrowserContext, page: Page) {
  await prepare(context, 'en', 'light');
  await context.addInitScript(() => localStorage.setItem('perennial.pseudo', 'on'));
  await page.setViewportSize({ width: 390, height: 844 });
}

export async function expectFitting(page: Page, where: string, check: typeof expect.soft = expect) {
  check(await foreignWords(page, DATA), `text of no dictionary: ${where}`).toEqual([]);
  check(await cutTexts(page), `cut off: ${where}`).toEqual([]);
  await expectNoOverflow(page);
}
