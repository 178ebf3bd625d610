import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { axeViolations, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const ADDRESS = '/reach?tab=coverage';
const panel = (page: Page) => page.getByTestId('coverage');
const tile = (page: Page, code: string) => panel(page).locator(`[data-province="${code}"]`);
const row = (page: Page, name: string) => panel(page).getByRole('row').filter({ hasText: name });

test('the map has each province, says the share where nobody sells, and opens as the people behind it', async ({
  page,
}) => {
  await open(page, ADDRESS);
  await expect(panel(page).locator('[data-province]')).toHaveCount(34);
  await expect(tile(page, '33')).toHaveAccessibleName('浙江 120 人，已覆盖');
  await expect(tile(page, '54')).toHaveAccessibleName('西藏 0 人，未覆盖');
  await expect(page.getByTestId('coverage-members')).toHaveText('872');
  await expect(page.getByTestId('coverage-uncovered')).toHaveText('253');
  await expect(page.getByTestId('coverage-uncovered-share')).toHaveText('30.6%');
  await expect(page.getByTestId('coverage-unknown')).toHaveText('40');
  await expect(panel(page)).toContainText('22 个省份');
  await expect(panel(page)).toContainText('另有 5 人在港澳台');
  expect(await axeViolations(page)).toEqual([]);
  // By the keyboard: one tile is in the order of the tabulator, arrows go to the others.
  await tile(page, '11').focus();
  await page.keyboard.press('ArrowDown');
  await expect(tile(page, '13')).toBeFocused();
  await tile(page, '33').focus();
  await expect(panel(page).locator('[data-province][tabindex="0"]')).toHaveCount(1);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/coverage/people')) asked.push(request.url());
  });
  await page.keyboard.press('Enter');
  const people = page.getByTestId('people');
  await expect(people.getByRole('link', { name: '客户 2', exact: true })).toHaveAttribute(
    'href',
    '/customers/cus_000002',
  );
  await expect(people).toContainText('地址');
  expect(asked[0]).toContain('province=33');
  await people.getByRole('button', { name: '加载更多' }).click();
  await expect(people.getByRole('link')).toHaveCount(60);
  await page.keyboard.press('Escape');
  await page.getByTestId('coverage-uncovered').getByRole('button').click();
  await expect(page.getByTestId('people')).toBeVisible();
  expect(asked.at(-1)).toContain('province=uncovered');
});

test('a campaign is watched by a parameter of its codes, and what is shown is a file', async ({ page }) => {
  await open(page, ADDRESS);
  await panel(page).getByRole('textbox', { name: '码的参数' }).fill('campaign');
  await panel(page).getByRole('textbox', { name: '参数值' }).fill('chefs');
  await expect(page).toHaveURL(/parameter=campaign.*value=chefs|value=chefs.*parameter=campaign/);
  await expect(tile(page, '33')).toHaveAccessibleName('浙江 12 人，已覆盖');
  await panel(page).getByRole('combobox', { name: '会员' }).selectOption('所有已知客户');
  await expect(page).toHaveURL(/members=known/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '省份覆盖: 下载 CSV' }).click(),
  ]);
  const file = await readFile(await download.path(), 'utf8');
  expect(file).toContain('campaign=chefs,33,浙江省,12,');
  expect(file).toContain('campaign=chefs,,省份未知,4,');
});

test('a province is marked by hand, and no more', async ({ page }) => {
  await open(page, ADDRESS);
  await expect(row(page, '天津市')).toContainText('已覆盖');
  await row(page, '湖南省').getByRole('button', { name: '湖南省：标记已覆盖' }).click();
  await expect(row(page, '湖南省').getByText('已覆盖', { exact: true })).toBeVisible();
  await expect(tile(page, '43')).toHaveAttribute('data-covered', 'true');
  await row(page, '湖南省').getByRole('button', { name: '湖南省：取消标记' }).click();
  await expect(row(page, '湖南省').getByText('未覆盖', { exact: true })).toBeVisible();
});

test('states: nobody, wrong days, a role that may only look, a phone, English', async ({ page, context, baseURL }) => {
  await open(page, `${ADDRESS}&from=2026-05-02&until=2026-05-01`);
  await expect(panel(page)).toContainText('开始不晚于结束');
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, ADDRESS);
  await expect(page.getByTestId('state-no-match')).toContainText('没有这样的会员');
  await mockState(context, baseURL, 'mock', '');
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, ADDRESS);
  await expect(row(page, '湖南省')).toBeVisible();
  await expect(panel(page).getByRole('button', { name: /标记/ })).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFitAndClean(page, 'coverage');
  await prepare(context, 'en', 'dark');
  await open(page, ADDRESS);
  await expect(tile(page, '33')).toHaveAccessibleName('ZJ 120 members, Zhejiang, covered');
  await expect(tile(page, '33')).toContainText('ZJ');
});
