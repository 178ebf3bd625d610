import type { Page } from '@playwright/test';

/**
 * Text on the screen that comes from no dictionary, where every text of a dictionary stands in brackets. What the
 * server, the browser or a file says is left out: `lang`, `translate`, code, keys, and what `data` matches.
 */
export function foreignWords(page: Page, data: RegExp): Promise<string[]> {
  return page.evaluate(
    ([source, flags]) => {
      const known = new RegExp(source as string, flags);
      const skipped =
        'script, style, kbd, code, pre, .mono, [translate="no"], body [lang]:not([lang="zh-CN"]), svg title';
      const found = new Set<string>();
      const look = (text: string) => {
        let own = text;
        // Texts within texts: from the innermost brackets outwards.
        for (let before = ''; before !== own; ) {
          before = own;
          own = own.replace(/⟦[^⟦⟧]*⟧/g, '');
        }
        if (/\p{L}/u.test(own.replaceAll(known, ''))) found.add(own.trim());
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (!node.parentElement?.closest(skipped)) look(node.textContent ?? '');
      for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
        if (element.closest(skipped)) continue;
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) look(element.getAttribute(name) ?? '');
      }
      return [...found];
    },
    [data.source, data.flags],
  );
}

/** Controls and headings whose text is cut off, or runs out of them. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    /** What lies in something that scrolls sideways can be brought into view. */
    const canScroll = (element: Element | null): boolean =>
      element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || canScroll(element.parentElement));
    const parts = 'button, a, label, th, h1, h2, h3, dt, dd, p, li, summary, [role="tab"], .mantine-Button-label, span';
    for (const element of document.querySelectorAll<HTMLElement>(parts)) {
      const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!ownText || element.closest('.visually-hidden') || element.offsetParent === null) continue;
      const style = getComputedStyle(element);
      if (style.clipPath !== 'none' || style.display === 'inline') continue;
      // A text that is shortened on purpose says so, and its whole is somewhere else.
      if (style.textOverflow === 'ellipsis') continue;
      const box = element.getBoundingClientRect();
      const wide = element.scrollWidth > element.clientWidth + 1;
      const high = style.overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 2;
      const scrolls = canScroll(element.parentElement);
      const outside = !scrolls && box.right > window.innerWidth + 1;
      const panel = element.closest('section');
      const pokes = !scrolls && panel !== null && box.right > panel.getBoundingClientRect().right + 1;
      if (wide || high || outside || pokes) cut.push(`${element.tagName} ${element.textContent?.slice(0, 80)}`);
    }
    return cut;
  });
}

const CHINESE = /[\u4e00-\u9fff]/;
/** Made-up names and brands stay in their language whatever the console speaks. */
const MADE_UP =
  /春季礼盒|送礼的客户会因为礼盒再买一次。|从三月起所有门店上架。|换掉华东的承运商|准时送达|林晓岚|照旧|礼盒|价格|口味|我同意晨雾茶铺通过短信、邮件和推送向我发送新品与优惠信息，可随时撤回。|收货信息|会员资料|请填写收货信息，我们尽快寄出春茶。|晨雾茶铺|[王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗]\*[满轩桐远宁诺然涵怡哲岚航琪博溪]|[王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗](小满|子轩|雨桐|思远|佳宁|一诺|浩然|梓涵|静怡|明哲|晓岚|书航|安琪|文博|若溪)|杭州|上海|成都|广州|北京|苏州|宁波|[男女]|中文|线上商城|官网商城|南京路店|生日礼券|生日礼|生日当月|我同意在生日当月收到礼券。|部分退款|营销消息|微信资料|会员服务|新品与优惠，每月不超过四次。|春茶|西溪店|湖滨店|滨江店|海报|桌牌|茶博会|秋茶|旧平台|\d+ 号展位|展位|明前龙井|桂花乌龙|冷泡茶包 12 枚|积分|徐家汇店|国贸店|华东|华北|送礼|^林$/g;

/** Lines of an English page with Chinese in them that nobody has made up. */
export async function chineseLines(page: Page): Promise<string[]> {
  const text = (await page.locator('body').innerText()).replaceAll(MADE_UP, '');
  return text.split('\n').filter((line) => CHINESE.test(line) && line.trim() !== '林');
}
