import { expect, test } from '@playwright/test';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('receipts are listed with their state and whose they are; a state narrows them, and pages go on', async ({
  page,
}) => {
  await open(page, '/codes');
  await page.getByRole('navigation', { name: '码与表单' }).getByRole('link', { name: '小票码' }).click();
  const rows = page.getByRole('region', { name: '小票列表' }).getByRole('row');
  await expect(rows).toHaveCount(51);
  await expect(rows.nth(1)).toContainText('268.00');
  await expect(rows.nth(1)).toContainText('还没有人');
  await page.getByRole('button', { name: '加载更多' }).click();
  await expect(rows).toHaveCount(65);
  expect(await axeViolations(page)).toEqual([]);
  await page.getByText('已过期', { exact: true }).first().click();
  await expect(page).toHaveURL(/state=expired/);
  await expect(rows).toHaveCount(17);
  await page.reload();
  await expect(rows).toHaveCount(17);
});

test('how long a code is valid and what is asked for is set, and a wrong number is told at its field', async ({
  page,
}) => {
  await open(page, '/codes/receipts');
  await page.getByRole('button', { name: '小票设置' }).click();
  const dialog = page.getByRole('dialog');
  const hours = dialog.getByRole('textbox', { name: '有效小时数' });
  await hours.fill('721');
  await dialog.getByRole('button', { name: '保存设置' }).click();
  await expect(dialog).toContainText('填写 1 至 720 的整数');
  await hours.fill('48');
  await dialog.getByRole('checkbox').first().check();
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '保存设置' }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: '小票设置' }).click();
  await expect(hours).toHaveValue('48');
  await expect(dialog.getByRole('checkbox').first()).toBeChecked();
});

test('an empty shop is told how a till asks, whoever may only read changes nothing, and a fault is told', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/codes/receipts');
  await expect(page.getByTestId('state-first-use')).toContainText('还没有小票码');
  await expect(page.getByTestId('receipts')).toContainText('/v1/receipts');
  await expect(page.getByRole('button', { name: '小票设置' })).toHaveCount(0);
  expect(await axeViolations(page)).toEqual([]);
  await open(page, '/codes/receipts?state=claimed');
  await expect(page.getByTestId('state-no-match')).toBeVisible();
  await mockState(context, baseURL, 'mock_fail', '/receipts');
  await open(page, '/codes/receipts');
  await expect(page.getByTestId('error-panel')).toBeVisible();
});

test('on a phone and in English nothing is wider than the page', async ({ page, context }) => {
  await prepare(context, 'en', 'light');
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/codes/receipts');
  await expect(page.getByRole('heading', { name: 'Receipt codes' })).toBeVisible();
  await expectNoOverflow(page);
});
