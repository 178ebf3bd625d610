import type { Page } from '@playwright/test';

/** WCAG 2.2, 2.5.8: at least so large, or so far from the next one, or within a sentence. */
const TARGET_PX = 24;

/** Things to press that are too small and too close to others. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const selector =
      'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"], [role="tab"], [role="slider"], [role="menuitem"], [role="option"]';
    const shown = (element: Element) => {
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && style.opacity !== '0';
    };
    // A control is pressed wherever its label is.
    const boxesOf = (element: Element): DOMRect[] => {
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      return [element, ...labels].filter(shown).map((one) => one.getBoundingClientRect());
    };
    const isInSentence = (element: Element) => {
      if (getComputedStyle(element).display !== 'inline') return false;
      const around = element.parentElement?.textContent?.trim() ?? '';
      return around.length > (element.textContent?.trim().length ?? 0) + 1;
    };
    const targets = [...document.querySelectorAll(selector)]
      .filter((element) => !element.closest('[aria-hidden="true"], [inert], [disabled]'))
      .map((element) => ({ element, boxes: boxesOf(element) }))
      .filter(({ boxes }) => boxes.length > 0);
    const isLarge = (box: DOMRect) => box.width >= least - 0.5 && box.height >= least - 0.5;
    const small = targets.filter(({ element, boxes }) => !boxes.some(isLarge) && !isInSentence(element));
    const centre = (box: DOMRect) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
    const distance = (point: { x: number; y: number }, box: DOMRect) =>
      Math.hypot(
        Math.max(box.left - point.x, 0, point.x - box.right),
        Math.max(box.top - point.y, 0, point.y - box.bottom),
      );
    return small.flatMap(({ element, boxes: [box] }) => {
      if (!box) return [];
      const middle = centre(box);
      const close = targets.find(({ element: other, boxes }) => {
        if (other === element || other.contains(element) || element.contains(other)) return false;
        const isSmall = small.some((one) => one.element === other);
        return boxes.some((next) => {
          if (!isSmall) return distance(middle, next) < least / 2;
          const there = centre(next);
          return Math.hypot(there.x - middle.x, there.y - middle.y) < least;
        });
      });
      if (!close) return [];
      const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
      return [`${size} ${element.outerHTML.slice(0, 140)} beside ${close.element.outerHTML.slice(0, 80)}`];
    });
  }, TARGET_PX);
}

/** Faults of the headings: not exactly one of the first level, not first, a level left out, one without text. */
export function headingFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((heading) => ({
      level: Number(heading.tagName[1]),
      text: heading.textContent?.trim() ?? '',
    }));
    const faults: string[] = [];
    const first = headings.filter(({ level }) => level === 1);
    if (first.length !== 1) faults.push(`${first.length} headings of the first level`);
    if (headings[0]?.level !== 1) faults.push(`begins with "${headings[0]?.text}" of level ${headings[0]?.level}`);
    for (const [index, { level, text }] of headings.entries()) {
      if (text === '') faults.push(`heading ${index} of level ${level} has no text`);
      const before = headings[index - 1]?.level ?? 0;
      if (level > before + 1) faults.push(`"${text}" of level ${level} follows level ${before}`);
    }
    return faults;
  });
}

/** What scrolls sideways though it is neither a table, a chart nor a row of choices, or cannot be scrolled by keyboard. */
export function badScrollers(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    // A labelled list of links is a chart as well: its bars.
    const choices = '[role="tablist"], [role="radiogroup"]';
    const focusable = 'a[href], button, input, [tabindex="0"]';
    return [...document.querySelectorAll<HTMLElement>('main *')].flatMap((element) => {
      const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX);
      if (!scrolls || element.scrollWidth <= element.clientWidth + 1) return [];
      const mayScroll =
        element.matches(choices) ||
        element.querySelector(`table, svg, ul[aria-label], ${choices}`) !== null ||
        element.closest('nav');
      const byKeyboard = element.tabIndex === 0 || element.querySelector(focusable) !== null;
      return mayScroll && byKeyboard ? [] : [`${element.outerHTML.slice(0, 160)}`];
    });
  });
}
