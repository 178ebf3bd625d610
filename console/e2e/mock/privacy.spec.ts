import { expect, test } from '@playwright/test';
import { axeViolations, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const EMAIL = 'c5@example.com';
const PHONE = '13810039595';

test('people are masked in lists, on their page, in the search and in the title of the tab', async ({ page }) => {
  const body = page.locator('body');
  await open(page, '/customers/cus_000005');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('张*轩');
  await expect(page).toHaveTitle(/^张\*轩 /);
  await expect(body).toContainText('c***@example.com');
  await expect(body).toContainText('138****9595');
  await expect(body).toContainText('****-**-**');
  for (const personal of [EMAIL, PHONE, '张子轩', '13812345678', '-05-12'])
    await expect(body).not.toContainText(personal);

  // Whoever knows the number finds the person; the number is not told to who looks over the shoulder.
  await open(page, `/customers?search=${PHONE}`);
  await expect(page.getByTestId('customer-total')).toHaveAttribute('data-total', '1');
  await expect(page.getByRole('row').nth(1)).toContainText('张*轩');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-search').fill(EMAIL);
  await expect(page.getByRole('option', { name: /c\*\*\*@example.com · 138\*{4}9595/ })).toBeVisible();
});

test('one field can be shown by itself, and the screen says who looks at it', async ({ page }) => {
  await open(page, '/customers/cus_000005');
  await expect(page.getByTestId('watermark')).toHaveCount(0);
  await page.clock.install();
  await page.getByRole('button', { name: '显示邮箱（30 秒）' }).click();
  await expect(page.getByText(EMAIL)).toBeVisible();
  await expect(page.locator('body')).not.toContainText(PHONE);
  await expect(page.getByTestId('watermark')).toHaveCount(1);
  // The click may have scrolled: half of a button below the header is no small button.
  await page.evaluate(() => scrollTo(0, 0));
  expect(await axeViolations(page)).toEqual([]);
  await page.clock.fastForward(30_000);
  await expect(page.getByText('c***@example.com')).toBeVisible();
  await expect(page.getByTestId('watermark')).toHaveCount(0);
});

test('the choice to see people holds for the session, and ends with it', async ({ page }) => {
  await open(page, '/customers');
  const first = page.getByRole('row').nth(1).getByRole('link');
  await expect(first).toContainText('*');
  await page.getByTestId('privacy-toggle').click();
  await expect(first).not.toContainText('*');
  await expect(page.getByTestId('watermark')).toHaveCount(1);
  await page.reload();
  await expect(first).not.toContainText('*');
  // Nothing on a page without people says who looks.
  await page.getByRole('link', { name: '设置' }).click();
  await expect(page.getByLabel('品牌名称')).toBeVisible();
  await expect(page.getByTestId('watermark')).toHaveCount(0);
  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: '退出登录' }).click();
  await page.getByLabel('邮箱').fill('lin@example.com');
  await page.getByRole('textbox', { name: '密码' }).fill('correct horse battery');
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('link', { name: '客户' }).first().click();
  await expect(first).toContainText('*');
});
