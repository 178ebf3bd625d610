import { expect, type Page, test } from '@playwright/test';
import { expectFitAndClean, mockState, open, prepare } from '../support/page';

const dialogOf = (page: Page) => page.getByRole('dialog');

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('a file of hashes is matched, and hashes of a segment are exported', async ({ page }) => {
  await open(page, '/audiences');
  const table = page.getByTestId('audiences');
  await expect(table.getByRole('row').filter({ hasText: '茶博会' })).toContainText('61,240');
  await expect(table.getByRole('row').filter({ hasText: '旧平台' })).toContainText('没有打上');
  await page.getByRole('button', { name: '匹配人群文件' }).click();
  const dialog = dialogOf(page);
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  await dialog.getByLabel('文件').setInputFiles({ name: 'h.csv', mimeType: 'text/csv', buffer: Buffer.from(hash) });
  await dialog.getByRole('button', { name: '上传并匹配' }).click();
  await expect(dialog.getByText('请填写')).toHaveCount(4);
  await dialog.getByLabel('名称').fill('夏季');
  await dialog.getByLabel('提供方').fill('Lookalike');
  await dialog.getByLabel('用途').fill('夏季广告');
  await dialog.getByLabel('标签').selectOption({ index: 1 });
  await expect(dialog.getByText(/天后到期/)).toBeVisible();
  await dialog.getByRole('button', { name: '上传并匹配' }).click();
  await expect(dialog).toBeHidden();
  await expect(table.getByRole('row').filter({ hasText: '夏季广告' })).toBeVisible();
  await page.getByRole('button', { name: '导出哈希' }).click();
  await expect(dialog.getByRole('button', { name: '下载' })).toBeDisabled();
  await dialog.getByLabel('分群').selectOption('silent_buyers');
  await dialog.getByLabel('同意的用途').selectOption({ index: 1 });
  await dialog.getByLabel('哈希的写法').selectOption('national');
  const link = dialog.getByRole('link', { name: '下载' });
  await expect(link).toHaveAttribute('href', /\/segments\/silent_buyers\/phone-hashes\?purpose=\w+&form=national$/);
});

test('the dialog fits a wide window and a phone; where there is nothing it is said what to do first', async ({
  page,
  context,
  baseURL,
}) => {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await open(page, '/audiences');
    await page.getByRole('button', { name: '匹配人群文件' }).click();
    await expectFitAndClean(page, `the dialog at ${width}`);
    await page.keyboard.press('Escape');
  }
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/audiences');
  await expect(page.getByTestId('state-first-use')).toContainText('还没有第三方人群');
});
