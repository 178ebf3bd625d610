import { expect, type Page, test } from '@playwright/test';
import { badScrollers, headingFaults, smallTargets } from '../support/layout';
import {
  collectComplaints,
  expectClean,
  expectNoOverflow,
  type LocaleTag,
  open,
  prepare,
  resize,
} from '../support/page';
import { MAIN_PAGES, PARTS, routesOf } from '../support/routes';
import { chineseLines, cutTexts } from '../support/words';

const DESK = [1440, 900] as const;
const WIDE = [2560, 900] as const;
const PHONE = [390, 844] as const;
/** A window of 1280 px at 400 % is so wide. */
const NARROWEST = [320, 640] as const;

const check = expect.soft;

async function onADesk(page: Page, route: string, locale: LocaleTag) {
  // The document's own title is the brand alone: a screen without a name would keep it.
  check(await page.title(), `title of ${route}`).toMatch(/^\S.* · Perennial$/);
  await expectClean(page, route, check);
  // Headings and what is pressed are the same in both languages, and texts longer in this one.
  if (locale === 'zh-CN') return;
  check(await chineseLines(page), `untranslated on ${route}`).toEqual([]);
  check(await headingFaults(page), `headings of ${route}`).toEqual([]);
  check(await smallTargets(page), `to be pressed on ${route}`).toEqual([]);
}

async function onAPhone(page: Page, route: string, locale: LocaleTag) {
  await resize(page, ...PHONE);
  await expectNoOverflow(page);
  if (locale === 'en') check(await smallTargets(page), `to be pressed on a phone on ${route}`).toEqual([]);
  else if (MAIN_PAGES.has(route)) await expectClean(page, `${route} on a phone`, check);
}

/** Only tables and charts scroll sideways, by keyboard too. */
async function atItsNarrowest(page: Page, route: string) {
  await resize(page, ...NARROWEST);
  await expectNoOverflow(page);
  check(await badScrollers(page), `scrolls sideways on ${route}`).toEqual([]);
  check(await cutTexts(page), `cut off on ${route}`).toEqual([]);
}

// Each page is opened once for all questions: opened again for each of them, pages took most of the time.
for (const locale of ['zh-CN', 'en'] as const) {
  for (const part of PARTS) {
    test(`every page is accessible, light and dark, fits from 320 to 2560 px, and the browser has no complaints: ${locale} ${part}/${PARTS.length}`, async ({
      page,
      context,
    }) => {
      await prepare(context, locale, 'light');
      const complaints = collectComplaints(page);
      for (const route of routesOf(part)) {
        await open(page, route);
        await onADesk(page, route, locale);
        await onAPhone(page, route, locale);
        await atItsNarrowest(page, route);
        for (const [width, height] of [WIDE, DESK]) {
          await resize(page, width, height);
          await expectNoOverflow(page);
        }
        check(complaints.splice(0), `complaints on ${route}`).toEqual([]);
      }
    });
  }
}
