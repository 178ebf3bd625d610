import { expect, test } from '@playwright/test';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;

test('paths have their steps and how many have gone them; a number leads to the people behind it, page by page', async ({
  page,
}) => {
  await open(page, '/scenes');
  await page.getByRole('navigation', { name: '旅程的两个视图' }).getByRole('link', { name: '路径' }).click();
  const paths = page.getByTestId('paths');
  await expect(paths).toContainText('路径 A：门店购买 → 扫小票 → 注册');
  await expect(paths).toContainText('第 3 步 86 人');
  await expect(paths).toContainText('触点：搜索');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByTestId('completed-store_receipt').click();
  await expect(page).toHaveURL(/path=store_receipt/);
  const people = page.getByTestId('path-people');
  await expect(people.getByRole('region', { name: '按月' }).getByRole('row')).toHaveCount(3);
  const links = people.getByRole('link', { name: /^cus_/ });
  await expect(links).toHaveCount(50);
  await people.getByRole('button', { name: '加载更多' }).click();
  await expect(links).toHaveCount(60);
  expect(await axeViolations(page)).toEqual([]);
  await page.reload();
  await expect(links).toHaveCount(50);
  await people.getByRole('button', { name: '收起' }).click();
  await expect(people).toHaveCount(0);
});

test('an own path is made, changed and removed; what is wrong is told at its place', async ({ page }) => {
  const name = own('Path');
  await open(page, '/scenes?tab=paths');
  await page.getByRole('button', { name: '新建路径' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '中文名称' }).fill(name);
  await dialog.getByRole('textbox', { name: '英文名称' }).fill(name);
  await expect(dialog.getByRole('textbox', { name: '编码' })).toHaveValue(name.toLowerCase());
  await dialog.getByRole('combobox', { name: '第 1 步是什么' }).selectOption({ label: '事件' });
  await dialog.getByRole('button', { name: '新建路径' }).click();
  await expect(dialog.getByRole('alert')).toContainText('第 1 步要写至少一个事件名称');
  await dialog.getByRole('textbox', { name: '第 1 步的名称' }).fill('Checked In');
  await dialog.getByRole('textbox', { name: '第 2 步距上一步最多几小时' }).fill('48');
  await dialog.getByRole('button', { name: '添加一步' }).click();
  await dialog.getByRole('combobox', { name: '第 3 步是什么' }).selectOption({ label: '咨询或工单' });
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '新建路径' }).click();
  await expect(dialog).toHaveCount(0);
  const row = page.getByTestId('paths').getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('48 小时内');
  await row.getByRole('button', { name: `修改路径 ${name}` }).click();
  await dialog.getByRole('textbox', { name: '第 2 步距上一步最多几小时' }).fill('24');
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(row).toContainText('24 小时内');
  await row.getByRole('button', { name: `删除路径 ${name}` }).click();
  await dialog.getByRole('button', { name: '删除', exact: true }).click();
  await expect(row).toHaveCount(0);
});

test('a customer has the steps of each path in the order of time', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=journey');
  const path = page.getByTestId('customer-paths').locator('[data-path="search_service"]');
  await expect(path).toContainText('已走完');
  await expect(path.getByRole('listitem')).toHaveCount(4);
  await expect(page.locator('[data-path="store_receipt"]')).toContainText('1 / 3 步');
  expect(await axeViolations(page)).toEqual([]);
});

test('whoever may only read changes nothing, nothing is said of an empty shop, and a fault is told', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/scenes?tab=paths');
  await expect(page.getByRole('button', { name: '新建路径' })).toHaveCount(0);
  await expect(page.getByTestId('paths')).toContainText('新建和修改需要');
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/scenes?tab=paths&path=store_receipt');
  await expect(page.getByTestId('path-people')).toContainText('这段时间没有人走完');
  await mockState(context, baseURL, 'mock_fail', '/paths');
  await open(page, '/scenes?tab=paths');
  await expect(page.getByTestId('error-panel')).toBeVisible();
});

test('on a phone and in English nothing is wider than the page', async ({ page, context }) => {
  await prepare(context, 'en', 'light');
  await page.setViewportSize({ width: 390, height: 844 });
  for (const route of ['/scenes?tab=paths&path=store_receipt', '/customers/cus_000005?tab=journey']) {
    await open(page, route);
    await expectNoOverflow(page);
  }
  await expect(page.getByTestId('customer-paths')).toContainText('Path B');
});
