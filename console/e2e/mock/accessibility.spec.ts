import { expect, test } from '@playwright/test';
import { axeViolations, collectComplaints, expectNoOverflow, open, prepare, ROUTES } from '../support/page';

const CHINESE = /[\u4e00-\u9fff]/;
/** Made-up names and brands stay in their language whatever the console speaks. */
const MADE_UP =
  /晨雾茶铺|[王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗](小满|子轩|雨桐|思远|佳宁|一诺|浩然|梓涵|静怡|明哲|晓岚|书航|安琪|文博|若溪)|杭州|上海|成都|广州|北京|苏州|宁波|[男女]|中文|线上商城|部分退款|^林$/g;

for (const locale of ['zh-CN', 'en'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`all routes are free of axe violations, browser complaints and page overflow: ${locale} ${scheme}`, async ({
      page,
      context,
    }) => {
      test.setTimeout(80_000);
      await prepare(context, locale, scheme);
      const complaints = collectComplaints(page);
      for (const route of ROUTES) {
        await open(page, route);
        expect(await axeViolations(page), `${route} ${locale} ${scheme}`).toEqual([]);
        await expectNoOverflow(page);
        expect(await page.title(), route).toContain('Perennial');
        if (locale === 'en') {
          const text = (await page.locator('body').innerText())
            .replaceAll(MADE_UP, '')
            .split('\n')
            .filter((line) => CHINESE.test(line) && line.trim() !== '林');
          expect(text, `untranslated on ${route}`).toEqual([]);
        }
      }
      expect(complaints).toEqual([]);
    });
  }
}

test('no route is wider than a 390 px screen, and none than 2560 px', async ({ page, context }) => {
  test.setTimeout(60_000);
  await prepare(context, 'en', 'light');
  for (const width of [390, 2560]) {
    await page.setViewportSize({ width, height: 844 });
    for (const route of ROUTES) {
      await open(page, route);
      await expectNoOverflow(page);
    }
  }
});

test('overlays are free of axe violations', async ({ page, context }) => {
  await prepare(context, 'zh-CN', 'light');
  const check = async (name: string) => {
    await page.waitForTimeout(200);
    expect(await axeViolations(page), name).toEqual([]);
    await page.keyboard.press('Escape');
    await page.waitForTimeout(150);
  };
  await open(page, '/customers');
  await page.getByTestId('account-menu').click();
  await check('account menu');
  await page.getByTestId('language-menu').click();
  await check('language menu');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-search').fill('王');
  await check('palette');
  await page.getByTestId('add-filter').click();
  await check('filter');
  await page.getByTestId('choose-columns').click();
  await check('columns');
  await page.getByTestId('export').click();
  await check('export');
  await page.keyboard.press('?');
  await check('shortcuts');
  await open(page, '/');
  await page
    .getByRole('button', { name: /的口径/ })
    .first()
    .click();
  await check('definition');
  await open(page, '/settings/tokens');
  await page.getByRole('button', { name: '新建令牌' }).click();
  await check('token dialog');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByTestId('open-menu').click();
  await check('drawer');
});
