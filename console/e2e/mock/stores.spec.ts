import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, colorViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const tree = (page: Page) => page.getByTestId('store-tree');
const row = (page: Page, name: string) => tree(page).getByRole('row').filter({ hasText: name });

/** One that no other test looks at. */
async function ownPlace(request: APIRequestContext, kind: 'region' | 'store', parent: string | null = null) {
  const word = Math.random().toString(36).slice(2, 8);
  const data = { kind, name: `${kind} ${word}`, code: kind === 'store' ? word : null, parent };
  const made = await request.post('/api/v1/places', { data });
  return (await made.json()) as { id: string; name: string; code: string | null; version: number };
}

test('the tree opens and closes, finds by code, and leads to a store with its clerks now and before', async ({
  page,
}) => {
  await open(page, '/stores');
  await expect(row(page, '华东')).toContainText('870');
  await expect(row(page, '南京路店')).toContainText('412');
  await tree(page).getByRole('button', { name: '上海 的下级' }).click();
  await expect(row(page, '南京路店')).toHaveCount(0);
  await expect(row(page, '上海')).toContainText('680');
  // It stays so when somebody comes back; a search opens what it finds.
  await page.reload();
  await expect(row(page, '湖滨店')).toBeVisible();
  await expect(row(page, '南京路店')).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.type('s01');
  await expect(tree(page).locator('tbody tr')).toHaveCount(3);
  await expect(page).toHaveURL(/search=s01/);
  await row(page, '南京路店').getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('南京路店');
  await expect(page.getByTestId('place-customers')).toHaveText('412');
  const clerks = page.getByTestId('place-clerks-list');
  await expect(clerks.getByRole('row').filter({ hasText: '林晓岚' })).toContainText('1,286.00');
  await expect(page.getByTestId('former-clerks').getByRole('row').filter({ hasText: '周雨桐' })).toContainText(
    '2026-05-01',
  );
  await page.getByRole('link', { name: '华东' }).click();
  await expect(page.getByTestId('places-below').getByRole('row').filter({ hasText: '上海' })).toContainText('680');
  await expect(page.getByTestId('place-users-list')).toContainText('Ann Lee');
});

test('a region and a store below it are made; a code that is taken stands at its field, and a draft is kept', async ({
  page,
}) => {
  const region = await ownPlace(page.request, 'region');
  await open(page, `/stores/${region.id}`);
  await page.getByRole('button', { name: '在下面新增' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '新增' }).click();
  await expect(dialog.getByLabel('编码')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('名称')).toHaveAttribute('aria-invalid', 'true');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByLabel('编码').fill('S01');
  await dialog.getByLabel('名称').fill('New shop');
  await dialog.getByRole('button', { name: '新增' }).click();
  await expect(dialog).toContainText('另一家门店已经用了这个编码');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '在下面新增' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await expect(dialog.getByRole('combobox', { name: '上级区域' })).toHaveValue(region.name);
  await dialog.getByLabel('编码').fill(`N${region.id}`);
  await dialog.getByRole('button', { name: '新增' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByTestId('places-below').getByRole('row').filter({ hasText: 'New shop' })).toContainText(
    `N${region.id}`,
  );
});

test('a code that orders named is entered, and its customers are there already', async ({ page }) => {
  await open(page, '/stores');
  const unknown = page.getByTestId('unknown-stores');
  await expect(unknown.getByRole('row').filter({ hasText: 'S77' })).toContainText('23');
  await unknown.getByRole('button', { name: '登记门店 pop-up' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('编码')).toHaveValue('pop-up');
  await dialog.getByLabel('名称').fill('Pop-up shop');
  await dialog.getByRole('combobox', { name: '上级区域' }).click();
  await page.getByRole('option', { name: '华东 / 杭州' }).click();
  await dialog.getByRole('button', { name: '新增' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(unknown.getByRole('row').filter({ hasText: 'pop-up' })).toHaveCount(0);
  await expect(row(page, 'Pop-up shop')).toContainText('pop-up');
  await expect(row(page, 'Pop-up shop')).toContainText('4');
});

test('a store moves: what that means for who sees it is said before, and the move is noted', async ({ page }) => {
  const from = await ownPlace(page.request, 'region');
  const store = await ownPlace(page.request, 'store', from.id);
  await open(page, `/stores/${store.id}`);
  await page.getByRole('button', { name: '修改' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('不能停用或删除');
  await expect(dialog.getByRole('button', { name: '保存修改' })).toBeDisabled();
  await dialog.getByRole('combobox', { name: '上级区域' }).click();
  await page.getByRole('option', { name: '华北', exact: true }).click();
  await expect(dialog).toContainText(`从“${from.name} / ${store.name}”移走`);
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(dialog).toHaveCount(0);
  const moves = page.getByTestId('place-moves').getByRole('row').nth(1);
  await expect(moves).toContainText(from.name);
  await expect(moves).toContainText('华北');
  await expect(moves).toContainText('林晓岚');
});

test('what somebody else changed meanwhile is put under mine and said', async ({ page }) => {
  const store = await ownPlace(page.request, 'store');
  await open(page, `/stores/${store.id}`);
  await page.getByRole('button', { name: '修改' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('名称').fill('My name');
  await page.request.put(`/api/v1/places/${store.id}`, {
    data: { name: store.name, code: `X${store.code}`, parent: 'plc_14' },
    headers: { 'If-Match': '"1"' },
  });
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('上级区域：最上层 → 华北');
  await expect(dialog.getByLabel('名称')).toHaveValue('My name');
  await expect(dialog.getByLabel('编码')).toHaveValue(`X${store.code}`);
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My name');
});

test('a user is bound to a part of the tree, and which rights that closes is said before', async ({ page }) => {
  await open(page, '/settings/team');
  const user = (name: string) => page.getByRole('row').filter({ hasText: name });
  await expect(user('林晓岚')).toContainText('全部客户');
  await expect(user('周雨桐')).toContainText('所在门店：徐家汇店');
  const dialog = page.getByRole('dialog');
  // Of an analyst most is about the whole.
  await page.getByRole('button', { name: /^改 Ann Lee 的可见客户/ }).click();
  await expect(page.getByTestId('closed-rights')).toContainText('查看价值');
  await expect(page.getByTestId('closed-rights')).not.toContainText('导出客户');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '取消' }).click();
  await page.getByRole('button', { name: /^改 徐一诺 的可见客户/ }).click();
  await dialog.getByRole('combobox', { name: '可见客户' }).click();
  await page.getByRole('option', { name: '华东 / 上海', exact: true }).click();
  await expect(dialog).toContainText('没有权限会关闭');
  await dialog.getByRole('button', { name: '保存范围' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(user('徐一诺')).toContainText('华东 / 上海');
});

test('who may only read finds no way to change anything, and is told what it takes', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/stores');
  await expect(page.getByRole('button', { name: '新增区域或门店' })).toHaveCount(0);
  await expect(page.getByTestId('unknown-stores')).toContainText('管理门店与导购');
  await open(page, '/stores/plc_11');
  await expect(page.getByRole('button', { name: '修改' })).toHaveCount(0);
  await expect(page.getByTestId('place-users-list')).toContainText('1 位成员');
  await expect(page.getByTestId('place-users-list')).toContainText('管理成员与令牌');
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/stores');
  await expect(page.getByTestId('state-first-use')).toContainText('管理门店与导购');
});

test('the first region is made from an empty page, by keyboard on a phone', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/stores');
  await tabTo(page, page.getByTestId('state-first-use').getByRole('button', { name: '新增区域或门店' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('编码')).toBeFocused();
  await dialog.getByText('区域', { exact: true }).click();
  await expect(dialog.getByLabel('编码')).toHaveCount(0);
  await expectNoOverflow(page);
  await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark'));
  expect(await colorViolations(page)).toEqual([]);
});

test('the tree is worked by keyboard, and fits on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/stores');
  const toggle = tree(page).getByRole('button', { name: '华北 的下级' });
  await tabTo(page, toggle);
  await expect(toggle).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Enter');
  await expect(toggle).toHaveAttribute('aria-expanded', 'false');
  await expect(row(page, '国贸店')).toHaveCount(0);
  await expectNoOverflow(page);
});

test('what is nowhere is said so, and a failure stays in its panel', async ({ page, context, baseURL }) => {
  await open(page, '/stores/plc_nowhere');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
  await mockState(context, baseURL, 'mock_fail', '/clerks');
  await page.goto('/stores/plc_1');
  await expect(page.getByTestId('place-clerks-list').getByTestId('error-panel')).toBeVisible();
  await expect(page.getByTestId('place-customers')).toHaveText('412');
});
