import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const rows = (page: Page) => page.getByTestId('unit-batches').locator('tbody tr');

async function fill(page: Page, sku: string, units: string) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '产品' }).fill('护理液 120 ml');
  await dialog.getByRole('textbox', { name: 'SKU' }).fill(sku);
  await dialog.getByRole('textbox', { name: '批号' }).fill('2401');
  await dialog.getByRole('combobox', { name: '触点' }).selectOption('门店');
  await dialog.getByRole('textbox', { name: '奖励名称' }).fill('积分');
  await dialog.getByRole('textbox', { name: '奖励数量' }).fill('50');
  await dialog.getByRole('textbox', { name: '码数' }).fill(units);
}

test('batches are found by product, SKU and number, with what was claimed of each', async ({ page }) => {
  await open(page, '/codes/units');
  await page.getByRole('textbox', { name: '搜索批次' }).fill('sku-b');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText('已暂停');
  await expect(rows(page)).toContainText('积分 × 50');
  await page.getByRole('textbox', { name: '搜索批次' }).fill('nothing like this');
  await expect(page.getByTestId('state-no-match')).toBeVisible();
});

test('codes are made and saved once: nothing but a decision takes them away', async ({ page }) => {
  const sku = `SKU-${Math.random().toString(36).slice(2, 7)}`;
  await open(page, '/codes/units');
  await page.getByRole('button', { name: '生成一批码' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '生成一批码' }).click();
  await expect(dialog).toContainText('1 到 20,000 的整数');
  await fill(page, sku, '20001');
  await dialog.getByRole('button', { name: '生成一批码' }).click();
  await expect(dialog).toContainText('更多请分批');
  expect(await axeViolations(page)).toEqual([]);
  await fill(page, sku, '1,200');
  await dialog.getByRole('button', { name: '生成 1,200 个码' }).click();
  await expect(dialog).toContainText('已生成 1,200 个码');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('codes-once')).toBeVisible();
  const go = dialog.getByRole('button', { name: '查看这一批' });
  await expect(go).toBeDisabled();
  await dialog.getByRole('textbox', { name: '客户访问的网址' }).fill('https://go.example.com');
  expect(await axeViolations(page)).toEqual([]);
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: '下载 1,200 个码（CSV）' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`${sku}-2401.csv`);
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines).toHaveLength(1201);
  expect(lines[1200]).toMatch(/^1200,[0-9A-Z-]{19},https:\/\/go\.example\.com\/u\/[0-9A-Z-]{19},护理液 120 ml,/);
  await go.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('护理液 120 ml');
  await expect(page.getByTestId('batch-left')).toHaveText('1,200');
});

test('an answer that was lost is not asked for codes that nobody has', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'no_secret');
  await open(page, '/codes/units');
  await page.getByRole('button', { name: '生成一批码' }).click();
  await fill(page, 'SKU-L', '3');
  await page.getByRole('dialog').getByRole('button', { name: '生成 3 个码' }).click();
  await expect(page.getByRole('dialog')).toContainText('无法再次显示');
});

test('a batch has its claims and repeated scans on record, is paused and resumed', async ({ page }) => {
  await open(page, '/codes/units/unb_0001');
  const scans = page.getByTestId('unit-scans').locator('tbody tr');
  await expect(scans).toHaveCount(50);
  await page.getByTestId('unit-scans').getByRole('button', { name: '加载更多' }).click();
  await expect(scans).toHaveCount(100);
  await page.getByTestId('unit-scans').getByRole('button', { name: '加载更多' }).click();
  await expect(scans).toHaveCount(120);
  const used = await scans.filter({ hasText: '已被使用' }).count();
  await expect(page.getByTestId('batch-used')).toHaveText(String(used));
  await expect(page.getByTestId('batch-claimed')).toHaveText(String(120 - used));
  await page.getByRole('button', { name: '暂停这一批' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '暂停这一批' }).click();
  await expect(page.getByTestId('unit-batch')).toHaveAttribute('data-state', 'paused');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '恢复这一批' }).click();
  await expect(page.getByTestId('unit-batch')).toHaveAttribute('data-state', 'active');
});

test('without batches there is a way to begin; on a phone nothing runs out of the page', async ({
  page,
  context,
  baseURL,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/codes/units');
  await expectNoOverflow(page);
  await page.getByRole('button', { name: '生成一批码' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoOverflow(page);
  await mockState(context, baseURL, 'mock', 'empty');
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/codes/units');
  await expect(page.getByTestId('state-first-use')).toContainText('管理触点与渠道码');
  await open(page, '/codes/units/unb_9999');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('没有这个页面');
});
