import { expect, type Locator, type Page, test } from '@playwright/test';
import { colorOf, contrast } from '../support/colors';
import { axeViolations, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const TEXT = 4.5;
const MARK = 3;

async function highContrast(page: Page, scheme: 'light' | 'dark') {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: scheme });
}

async function expectSelected(selected: Locator, other: Locator, name: string) {
  const background = await colorOf(selected, 'backgroundColor');
  expect(background, name).not.toBe(await colorOf(other, 'backgroundColor'));
  expect(contrast(await colorOf(selected, 'color'), background), `text of ${name}`).toBeGreaterThanOrEqual(TEXT);
}

for (const scheme of ['light', 'dark'] as const) {
  test(`high contrast, ${scheme}: selections, focus, charts and grids can be told apart`, async ({ page }) => {
    await highContrast(page, scheme);
    await open(page, '/');
    const canvas = await colorOf(page.locator('body'), 'backgroundColor');
    const links = page.getByRole('navigation', { name: '主菜单' }).getByRole('link');
    await expectSelected(links.nth(0), links.nth(1), 'menu');
    const measures = page.getByTestId('trend').locator('.mantine-SegmentedControl-label');
    await expectSelected(measures.nth(0), measures.nth(1), 'measure');

    const bar = page.getByTestId('trend').locator('svg rect[rx]').first();
    expect(contrast(await colorOf(bar, 'fill'), canvas), 'bar').toBeGreaterThanOrEqual(MARK);
    const axis = page.getByTestId('trend').locator('svg text').first();
    expect(contrast(await colorOf(axis, 'fill'), canvas), 'axis').toBeGreaterThanOrEqual(TEXT);
    const parts = await page
      .getByTestId('north-star')
      .locator('[aria-hidden="true"] > span')
      .evaluateAll((spans) => spans.map((span) => getComputedStyle(span).backgroundColor));
    expect(parts).toHaveLength(3);
    expect(new Set(parts).size, 'parts of the total').toBe(3);
    for (const part of parts) expect(contrast(part, canvas)).toBeGreaterThanOrEqual(MARK);

    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    await expect(focused).toHaveCSS('outline-style', 'solid');
    await expect(focused).toHaveCSS('outline-width', '2px');
    expect(contrast(await colorOf(focused, 'outlineColor'), canvas), 'focus').toBeGreaterThanOrEqual(MARK);

    await open(page, '/value?tab=rfm');
    const tabs = page.getByRole('tab');
    await expectSelected(tabs.nth(0), tabs.nth(1), 'tab');
    const frame = (cell: string) =>
      page
        .getByTestId(`rfm-${cell}`)
        .evaluate((element) => Number.parseFloat(getComputedStyle(element).borderTopWidth));
    // 158 people are in the largest cell, 15 in the smallest: the frame tells what the colour cannot.
    expect(await frame('11')).toBeGreaterThan(await frame('55'));
    expect(await frame('55')).toBeGreaterThan(await frame('15'));
  });
}

test('high contrast leaves no violations on the main pages', async ({ page }) => {
  await highContrast(page, 'dark');
  for (const path of ['/', '/customers', '/value?tab=cohorts', '/imports/new', '/sources/src_0001', '/settings']) {
    await open(page, path);
    expect(await axeViolations(page), path).toEqual([]);
  }
});

/** Everything that moves or fades for longer than the eye would notice. */
function moving(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const longest = (text: string) => Math.max(...text.split(',').map((part) => Number.parseFloat(part) || 0));
    const styled = [...document.querySelectorAll('*')].filter((element) => {
      const style = getComputedStyle(element);
      const runs = style.animationName !== 'none' && longest(style.animationDuration) > 0.001;
      return runs || longest(style.transitionDuration) > 0;
    });
    const running = document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().duration) > 1);
    return [
      ...styled.map((element) => element.outerHTML.slice(0, 120)),
      ...running.map((one) => one.id || 'animation'),
    ];
  });
}

test('where motion is not wanted nothing moves, where it is allowed something does', async ({ page }) => {
  const walk = async (found: (path: string) => Promise<void>) => {
    await open(page, '/customers/cus_000003');
    await found('profile');
    await page.locator('[data-entry]').first().click();
    await page.getByTestId('account-menu').click();
    await expect(page.getByRole('menu')).toBeVisible();
    await found('menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await found('dialog');
  };
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await walk(async (where) => expect(await moving(page), where).toEqual([]));
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const all: string[] = [];
  await walk(async () => {
    all.push(...(await moving(page)));
  });
  expect(all.length).toBeGreaterThan(0);
});
