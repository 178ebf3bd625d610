import { expect, test } from '@playwright/test';
import { axeViolations, collectComplaints, open, prepare } from '../support/page';

test('overlays are free of axe violations', async ({ page, context }) => {
  test.setTimeout(300_000);
  await prepare(context, 'zh-CN', 'light');
  const overlay = page.locator('[role="menu"], [role="dialog"]').filter({ visible: true });
  const check = async (name: string) => {
    await expect(overlay, name).toHaveCount(1);
    // Until it stands: half-way through a transition colours are mixed with what is behind.
    await expect(overlay.locator('[data-loading-block]'), name).toHaveCount(0);
    await overlay.evaluate((element) =>
      Promise.allSettled(element.getAnimations({ subtree: true }).map((one) => one.finished)),
    );
    expect(await axeViolations(page), name).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(overlay, `${name} closed`).toHaveCount(0);
  };
  const complaints = collectComplaints(page);
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
  expect(complaints).toEqual([]);
});
