import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const inventory = (page: Page) => page.getByTestId('inventory');
const table = (page: Page, name: string) =>
  page.getByTestId(name === '资产明细' ? 'inventory-parts' : 'inventory').getByRole('region', { name, exact: true });
const row = (page: Page, name: string, of = '各类资产') =>
  table(page, of)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: true }) });

test('six kinds of assets with totals, growth of seven days and completeness; each leads to its list', async ({
  page,
}) => {
  await open(page, '/settings/inventory');
  await expect(page.getByTestId('inventory-customers')).toHaveText('1,860');
  await expect(table(page, '各类资产').getByRole('row')).toHaveCount(7);
  // 37 of 1,823 who were there before; the classes are known to 42.1 % in the mean.
  for (const text of ['1,860', '37', '2.0%', '42.1%']) await expect(row(page, '客户档案')).toContainText(text);
  for (const text of ['3,487', '147', '1,860', '100.0%']) await expect(row(page, '身份标识')).toContainText(text);
  for (const text of ['613', '25', '402', '21.6%']) await expect(row(page, '标签')).toContainText(text);
  const places = {
    客户档案: '/customers',
    标签: '/settings/tags',
    行为与交易: '/sources',
    同意记录: '/settings/privacy',
  };
  for (const [name, href] of Object.entries(places))
    await expect(table(page, '各类资产').getByRole('link', { name })).toHaveAttribute('href', href);

  const phone = row(page, '手机', '资产明细');
  for (const text of ['身份标识', '1,642', '52', '1,610', '86.6%']) await expect(phone).toContainText(text);
  // Of classes nobody knows when they came, and all forms are new.
  await expect(row(page, '决策信息', '资产明细')).toContainText('不统计');
  await expect(row(page, '表单', '资产明细')).toContainText('之前没有，算不出增长率');
  await expect(row(page, '营销消息', '资产明细')).toContainText('1,188');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '数字资产盘点: 下载 CSV' }).click(),
  ]);
  const file = await readFile(await download.path(), 'utf8');
  expect(file).toContain('标签,,613,25,4.25,402,21.61');
  expect(file).toContain('身份标识,手机,1642,52,3.27,1610,86.56');

  await expect(table(page, '资产明细').getByRole('link', { name: '表单', exact: true })).toHaveAttribute(
    'href',
    '/codes/forms',
  );
  await table(page, '资产明细').getByRole('link', { name: '使用卡' }).click();
  await expect(page).toHaveURL(/\/settings\/usage-cards$/);
});

test('a workspace without customers says what will be listed', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/inventory');
  await expect(inventory(page).getByTestId('state-first-use')).toContainText('还没有数字资产');
});
