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
