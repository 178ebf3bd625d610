import { expect, type Page, test } from '@playwright/test';
import { axeViolations, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

async function toMatching(page: Page) {
  await open(page, '/imports/new');
  await page
    .getByTestId('file-input')
    .setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('invoice_no,quantity\n1,2\n') });
  await page.getByTestId('wizard-next').click();
  await expect(page.getByTestId('column-invoice_date')).toBeVisible();
}

test('a guessed currency has to be confirmed before it decides anything', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'no_currency');
  await toMatching(page);
  await expect(page.getByTestId('currency-question')).toContainText('CNY');
  await expect(page.getByTestId('wizard-next')).toBeDisabled();
  await expect(page.getByText('请先确认金额的货币。')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByTestId('confirm-currency').click();
  await expect(page.getByTestId('currency-question')).toHaveCount(0);
  await page.getByTestId('wizard-next').click();
  await expect(page.getByText(/货币定为 CNY，不能再改/)).toBeVisible();
});

test('a choice that the server refuses is undone, and the table stays', async ({ page }) => {
  await toMatching(page);
  await page.getByText('更多：编码、分隔符、来源').click();
  await page.getByRole('combobox', { name: '文字编码' }).click();
  await page.getByRole('option', { name: 'UTF-16 LE' }).click();
  await expect(page.getByTestId('undone')).toContainText('第一行像是数据');
  await expect(page.getByTestId('column-invoice_date')).toHaveAttribute('data-field', 'ordered_at');
  await expect(page.getByRole('combobox', { name: '文字编码' })).toHaveValue('自动判断');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('combobox', { name: '文字编码' }).click();
  await page.getByRole('option', { name: /GB18030/ }).click();
  await expect(page.getByTestId('undone')).toHaveCount(0);
  await expect(page.getByText(/GB18030 · 逗号/)).toBeVisible();
  await expect(page.getByTestId('wizard-next')).toBeEnabled();
});

test('UTC can be chosen, and the samples are shown in the zone of the file', async ({ page }) => {
  await toMatching(page);
  const zone = page.getByRole('combobox', { name: '文件里的时间所在时区' });
  await zone.fill('UTC');
  await page.getByRole('option', { name: 'UTC', exact: true }).click();
  await expect(zone).toHaveValue('UTC');
  await page.getByTestId('wizard-next').click();
  const table = page.getByTestId('sample-rows');
  await expect(table.getByRole('columnheader', { name: '时间（UTC）' })).toBeVisible();
  await expect(table.getByRole('row').nth(1)).toContainText('2010-12-01 08:26:00');
  await expect(table.getByRole('row').nth(1)).toContainText('85123A');
});

test('files can be tried out, and then imported as they were tried', async ({ page }) => {
  await toMatching(page);
  await page.getByTestId('wizard-next').click();
  await page.getByTestId('wizard-try').click();
  await expect(page.getByTestId('import')).toHaveAttribute('data-state', 'done', { timeout: 15_000 });
  await expect(page.getByText('将接收')).toBeVisible();
  await expect(page.getByText(/没有写入任何数据/)).toBeVisible();
  await expect(page.getByRole('link', { name: '查看客户' })).toHaveCount(0);
  expect(await axeViolations(page)).toEqual([]);
  const tried = page.url();
  await page.reload();
  await page.getByTestId('start-again').click();
  await expect(page).not.toHaveURL(tried);
  await expect(page.getByTestId('import')).toHaveAttribute('data-state', 'done', { timeout: 15_000 });
  // The import is through; value follows, and says so until it is done.
  await expect(page.getByTestId('computing-value')).toBeVisible();
  await expect(page.getByTestId('computing-value')).toHaveCount(0, { timeout: 15_000 });
  await expect(page.getByRole('link', { name: '查看客户' })).toBeVisible();
});

test('a failed import says why in the language of the screen, and leads to another try', async ({ page }) => {
  await open(page, '/imports/imp_0002');
  await expect(page.getByText('压缩文件不完整，请重新复制或上传。')).toBeVisible();
  await expect(page.getByText(/ends too early/)).toBeVisible();
  await page.getByRole('link', { name: '重新选择文件' }).click();
  await expect(page).toHaveURL(/\/imports\/new$/);
});
