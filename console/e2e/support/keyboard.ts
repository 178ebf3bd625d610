import { expect, type Locator, type Page } from '@playwright/test';

/** Presses Tab until `target` has the focus. Whatever has it on the way is in view, not covered, and looks like it. */
export async function tabTo(page: Page, target: Locator, most = 60) {
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press('Tab');
    // The scroll that brings it into view may still be on its way.
    await expect.poll(() => focusFaults(page), { intervals: [0, 50, 100, 200, 500] }).toEqual([]);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`not reached with ${most} presses of Tab: ${target}`);
}

async function focusFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return [];
    const name = element.outerHTML.slice(0, 140);
    // An input without a look of its own, such as that of a choice among several, is shown by its label.
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
    const seen = [element, label].find((one) => one && one.getBoundingClientRect().width > 2) ?? element;
    const box = seen.getBoundingClientRect();
    const faults: string[] = [];
    const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (!inView) return [`out of view: ${name}`];
    const points = [0.5, 0.1, 0.9].map((part) => ({
      x: Math.min(innerWidth - 1, Math.max(0, box.left + box.width * part)),
      y: Math.min(innerHeight - 1, Math.max(0, box.top + box.height / 2)),
    }));
    const covered = points.every(({ x, y }) => {
      const top = document.elementFromPoint(x, y);
      return !top || !(seen.contains(top) || top.contains(seen) || label?.contains(top));
    });
    if (covered) faults.push(`covered: ${name}`);
    const outlined = [element, label, element.nextElementSibling, element.parentElement].some((one) => {
      if (!one) return false;
      const style = getComputedStyle(one);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    });
    const bordered = element.matches('input, textarea');
    if (!outlined && !bordered) faults.push(`does not look focused: ${name}`);
    return faults;
  });
}
