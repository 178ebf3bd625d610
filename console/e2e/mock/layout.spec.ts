import { expect, test } from '@playwright/test';
import { badScrollers, headingFaults, smallTargets } from '../support/layout';
import { expectNoOverflow, open, prepare, ROUTES } from '../support/page';
import { cutTexts } from '../support/words';

/** A window of 1280 px at 400 % is so wide. */
const NARROWEST = 320;

for (const locale of ['zh-CN', 'en'] as const) {
  test(`every page fits into ${NARROWEST} px; only tables and charts scroll sideways, by keyboard too: ${locale}`, async ({
    page,
    context,
  }) => {
    test.setTimeout(300_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: NARROWEST, height: 640 });
    for (const route of ROUTES) {
      await open(page, route);
      await expectNoOverflow(page);
      expect(await badScrollers(page), route).toEqual([]);
      expect(await cutTexts(page), `cut off on ${route}`).toEqual([]);
    }
  });
}

for (const width of [1440, 390]) {
  test(`whatever can be pressed is 24 px large or stands apart: ${width} px`, async ({ page, context }) => {
    test.setTimeout(300_000);
    await prepare(context, 'en', 'light');
    await page.setViewportSize({ width, height: 900 });
    for (const route of ROUTES) {
      await open(page, route);
      expect(await smallTargets(page), route).toEqual([]);
    }
  });
}

test('headings of every page are an outline: one title, no level left out', async ({ page, context }) => {
  test.setTimeout(300_000);
  await prepare(context, 'en', 'light');
  for (const route of ROUTES) {
    await open(page, route);
    expect(await headingFaults(page), route).toEqual([]);
  }
});
