import { expect, type Page, test } from '@playwright/test';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

/** The day in the brand's zone, which is eight hours ahead. */
const dayAgo = (days: number) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);
const lastMonths = () => `period=own&from=${dayAgo(40)}&to=${dayAgo(0)}`;
const list = (page: Page) => page.getByTestId('clerks');

test('a list says where each clerk is now; it is narrowed by store, and by who is in none', async ({ page }) => {
  await open(page, '/clerks');
  await expect(list(page).getByRole('row').filter({ hasText: '林晓岚' })).toContainText('南京路店');
  await expect(list(page).getByRole('row').filter({ hasText: '吴思远' })).toContainText('不在任何门店');
  await list(page).getByText('不在门店', { exact: true }).click();
  await expect(page).toHaveURL(/where=in_none/);
  await expect(list(page).getByRole('row').filter({ hasText: '林晓岚' })).toHaveCount(0);
  await list(page).getByText('全部', { exact: true }).click();
  await page.getByPlaceholder('按姓名、编码或门店查找').fill('徐家汇');
  await expect(list(page).getByRole('row').filter({ hasText: '周雨桐' })).toBeVisible();
  await expect(list(page).getByRole('row').filter({ hasText: '林晓岚' })).toHaveCount(0);
  await page.getByPlaceholder('按姓名、编码或门店查找').fill('没有这个人');
  await page.getByTestId('state-no-match').getByRole('button').click();
  await expect(page).toHaveURL(/\/clerks$/);
});

test('a statement shows forty rewards and six reversals line by line, and comes to thirty-four times five yuan', async ({
  page,
}) => {
  await open(page, `/clerks/clk_1?${lastMonths()}`);
  const statement = page.getByTestId('statement');
  await expect(statement.getByTestId('statement-total')).toHaveText('¥170.00');
  await expect(statement).toContainText('40 笔奖励，6 笔冲正');
  await expect(statement.locator('tbody tr')).toHaveCount(46);
  const reversals = statement.getByRole('row').filter({ hasText: '冲正：入会奖励' });
  await expect(reversals).toHaveCount(6);
  await expect(reversals.first()).toContainText('奖励于');
  await expect(statement.getByRole('row').filter({ hasText: '已冲正' })).toHaveCount(6);
  await expect(page.getByTestId('clerk-earned')).toContainText('170');
  const download = page.waitForEvent('download');
  await statement.getByRole('button', { name: '激励明细: 下载 CSV' }).click();
  expect((await download).suggestedFilename()).toBe(`statement-7KQ2MX9D-${dayAgo(40)}-${dayAgo(0)}.csv`);
  await reversals.first().getByRole('link').click();
  await expect(page).toHaveURL(/\/customers\/cus_00000\d/);
});

test('days that are the wrong way round are said so, and nothing is asked for', async ({ page }) => {
  await open(page, `/clerks/clk_1?period=own&from=${dayAgo(1)}&to=${dayAgo(9)}`);
  await expect(page.getByLabel('到', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByTestId('statement')).toHaveCount(0);
  await page.getByText('本月', { exact: true }).click();
  await expect(page.getByTestId('statement')).toBeVisible();
  await expect(page).toHaveURL(/clk_1$/);
});

test('a clerk is invited, moves to another store, and leaves: history keeps what was', async ({ page }) => {
  const email = `${Math.random().toString(36).slice(2, 8)}@example.com`;
  await open(page, '/clerks');
  await page.getByRole('button', { name: '添加导购' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('新成员：同时生成登录链接').check();
  await dialog.getByRole('button', { name: '添加导购' }).click();
  await expect(dialog.getByLabel('姓名')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('姓名').fill('马静怡');
  await dialog.getByLabel('邮箱').fill(email);
  await dialog.getByRole('combobox', { name: '门店' }).click();
  await page.getByRole('option', { name: /湖滨店 \(S03\)/ }).click();
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '添加导购' }).click();
  // The link is shown once, before the page of the clerk.
  await expect(page.getByTestId('secret')).toHaveValue(/login\?link=good$/);
  await page.getByRole('button', { name: '我已保存' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('马静怡');
  const history = page.getByTestId('assignments');
  await expect(history.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: '调店' }).click();
  await dialog.getByRole('combobox', { name: '新门店' }).click();
  await page.getByRole('option', { name: /国贸店/ }).click();
  await dialog.getByLabel('从某一天开始').check();
  await dialog.getByRole('button', { name: '调店' }).click();
  // Today began before the clerk came.
  await expect(dialog).toContainText('要晚于上一次变动');
  await dialog.getByLabel('现在').check();
  await dialog.getByRole('button', { name: '调店' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(history.getByRole('row')).toHaveCount(3);
  await expect(history.getByRole('row').nth(1)).toContainText('国贸店');
  await expect(history.getByRole('row').nth(1)).toContainText('至今');
  await page.getByRole('button', { name: '离店' }).click();
  await expect(dialog).toContainText('看不到任何客户');
  await dialog.getByRole('button', { name: '离店' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator('header').filter({ hasText: '马静怡' })).toContainText('不在任何门店');
  await expect(page.getByRole('button', { name: '安排门店' })).toBeVisible();
});

test('a user with the role becomes a clerk; who may not choose users is told whom to ask', async ({
  page,
  context,
  baseURL,
}) => {
  await open(page, '/clerks');
  await page.getByRole('button', { name: '添加导购' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: '成员' }).click();
  await expect(page.getByRole('option', { name: /周雨桐/ })).toHaveCount(0);
  await page.getByRole('option', { name: /徐一诺/ }).click();
  await dialog.getByRole('button', { name: '添加导购' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('徐一诺');
  await expect(page.getByTestId('assignments')).toContainText('还没有在任何门店工作过');
  await mockState(context, baseURL, 'mock_role', 'operator');
  await open(page, '/clerks');
  await page.getByRole('button', { name: '添加导购' }).click();
  await expect(page.getByTestId('needs-users')).toContainText('管理成员与令牌');
});

test('who may only read has no way to change anything, and an empty page says what comes first', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/clerks/clk_1');
  await expect(page.getByRole('button', { name: '调店' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '离店' })).toHaveCount(0);
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/clerks');
  await expect(page.getByTestId('state-first-use')).toContainText('管理门店与导购');
  await open(page, '/incentives');
  await expect(page.getByTestId('ranking')).toContainText('还没有导购');
});

test('the page of a clerk fits on a phone, also with days of somebody’s own', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, `/clerks/clk_1?${lastMonths()}`);
  await expectNoOverflow(page);
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '离店' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoOverflow(page);
});
