import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const panel = (page: Page) => page.getByTestId('privacy');

test('everything about a person becomes a file, once it is whole', async ({ page, context, baseURL }) => {
  await open(page, '/customers/cus_000051/privacy');
  const exported = page.getByTestId('person-export');
  const download = page.waitForEvent('download');
  await exported.getByRole('button', { name: '导出全部数据' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('cus_000051.jsonl');
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ record: 'end' });
  await expect(exported).toContainText(`cus_000051.jsonl 已保存：${lines.length - 1} 条，末行确认完整。`);
  expect(await axeViolations(page)).toEqual([]);

  // One that breaks off is not saved.
  await mockState(context, baseURL, 'mock', 'cut');
  let saved = 0;
  page.on('download', () => {
    saved += 1;
  });
  await exported.getByRole('button', { name: '导出全部数据' }).click();
  await expect(exported).toContainText('导出中断，没有保存文件');
  expect(saved).toBe(0);
  await mockState(context, baseURL, 'mock_fail', '/exports');
  await exported.getByRole('button', { name: '导出全部数据' }).click();
  await expect(exported).toContainText('服务器出错了');
});

test('a person is erased: what goes is said, the id is typed, and the receipt comes at the end', async ({ page }) => {
  await open(page, '/customers/cus_000052/privacy');
  await panel(page).getByRole('button', { name: '删除这个人' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 份档案的 3 个标识，以及全部特征和同意记录');
  await expect(dialog).toContainText('不能恢复');
  await expect(dialog).toContainText('以下内容会留下');
  expect(await axeViolations(page)).toEqual([]);
  const erase = dialog.getByRole('button', { name: '永久删除' });
  const typed = dialog.getByRole('textbox', { name: '输入 cus_000052 确认' });
  await expect(erase).toBeDisabled();
  await typed.fill('cus_000053');
  await expect(erase).toBeDisabled();
  await typed.fill('cus_000052');
  await erase.click();
  await expect(dialog).toContainText('必填');
  await dialog.getByRole('textbox', { name: '原因' }).fill('refused');
  await erase.click();
  await expect(dialog).toContainText('格式不对（1 to 500 characters）');
  await dialog.getByRole('textbox', { name: '原因' }).fill('request 2026-114');
  await erase.click();
  await expect(page).toHaveURL(/\/settings\/privacy\?erasure=era_\d+$/);
  const erasure = page.getByTestId('erasure');
  await expect(erasure).toHaveAttribute('data-state', 'running');
  await expect(erasure).toContainText('cus_000052');
  await expect(erasure).toHaveAttribute('data-state', 'done', { timeout: 15_000 });
  await expect(erasure).toContainText('已全部清除');
  await expect(page.getByTestId('removed')).toContainText('历史记录');
  const download = page.waitForEvent('download');
  await erasure.getByRole('button', { name: /^下载回执/ }).click();
  const receipt = await download;
  expect(receipt.suggestedFilename()).toMatch(/^receipt-era_\d+\.json$/);
  expect(JSON.parse(readFileSync(await receipt.path(), 'utf8'))).toMatchObject({
    content: { customer: 'cus_000052', reason: 'request 2026-114' },
  });
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/settings\/privacy$/);
  await expect(page.getByTestId('erasures').getByRole('button', { name: /查看删除记录：cus_000052/ })).toBeVisible();
  // Whoever comes by the old address is told.
  await open(page, '/customers/cus_000052/privacy');
  await expect(page.getByTestId('state-erased')).toContainText('已全部清除');
  await page.getByRole('link', { name: '查看删除记录' }).click();
  await expect(erasure).toBeVisible();
});

test('the list says what runs, what is late, and what is done; each leads to its receipt', async ({ page }) => {
  await open(page, '/settings/privacy');
  const list = page.getByTestId('erasures');
  const row = (customer: string) => list.getByRole('row').filter({ hasText: customer });
  await expect(row('cus_009003')).toContainText('正在清除');
  await expect(row('cus_009004')).toContainText('超时');
  await expect(row('cus_009002')).toContainText('已完成');
  await expect(row('cus_009003').getByRole('button', { name: /下载回执/ })).toHaveCount(0);
  await row('cus_009003').getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('正在等这次导入结束');
  await expect(dialog.getByRole('link', { name: 'imp_0003' })).toBeVisible();
  await expect(dialog).toContainText('cus_009003 cus_009013');
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/settings\/privacy$/);
  await row('cus_009002').getByRole('button', { name: /^查看/ }).click();
  await expect(dialog).toContainText('完成时已超过期限');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/settings\/privacy$/);
  await row('cus_009001').getByRole('button', { name: /^查看/ }).click();
  await expect(dialog).toContainText('重新同意');
});

test('a receipt is verified: a good one, one that was changed, one of another key, and what is none', async ({
  page,
}) => {
  await open(page, '/settings/privacy');
  const verify = page.getByTestId('verify');
  const verdict = page.getByTestId('verdict');
  const { receipt } = (await (await page.request.get('/api/v1/erasures/era_0001')).json()) as {
    receipt: { content: object; public_key: string };
  };
  await expect(page.getByTestId('public-key')).toHaveText(receipt.public_key);
  const give = (name: string, content: unknown) =>
    verify.locator('input[type="file"]').setInputFiles({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    });
  await give('receipt.json', receipt);
  await expect(verdict).toHaveAttribute('data-valid', 'true');
  await expect(verdict).toContainText('era_0001');
  expect(await axeViolations(page)).toEqual([]);
  await give('changed.json', { ...receipt, content: { ...receipt.content, reason: 'another' } });
  await expect(verdict).toContainText('changed.json');
  await expect(verdict).toHaveAttribute('data-valid', 'false');
  await expect(verdict).toContainText('改动过');
  await verify.getByRole('textbox', { name: '签名人的公钥' }).fill('another key');
  await give('again.json', receipt);
  await expect(verdict).toContainText('again.json');
  await expect(verdict).toContainText('由别的密钥签名');
  await give('photo.json', 'not json');
  await expect(verify).toContainText('这个文件不是回执');
});

test('states: nobody yet, a list that does not load, rights that are missing', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/privacy');
  await expect(page.getByTestId('state-no-erasures')).toBeVisible();
  await expect(page.getByTestId('public-key')).toHaveCount(0);
  expect(await axeViolations(page)).toEqual([]);
  await mockState(context, baseURL, 'mock', 'full');
  await mockState(context, baseURL, 'mock_fail', '/erasures');
  await open(page, '/settings/privacy');
  await expect(page.getByTestId('erasures').getByTestId('error-panel')).toContainText('req_mock_0001', {
    timeout: 15_000,
  });
  await mockState(context, baseURL, 'mock_fail', '/nowhere');
  await open(page, '/settings/privacy?erasure=era_none');
  await expect(page.getByRole('dialog')).toContainText('没有找到');
  await open(page, '/customers/cus_none/privacy');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
  await mockState(context, baseURL, 'mock_role', 'operator');
  await open(page, '/customers/cus_000054/privacy');
  await expect(panel(page)).toContainText('privacy.manage');
  await expect(panel(page).getByRole('button')).toHaveCount(0);
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/customers/cus_000054/privacy');
  await expect(page.getByTestId('consent')).toBeVisible();
  await expect(panel(page)).toHaveCount(0);
  await open(page, '/customers/cus_009001/privacy');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
  await open(page, '/settings/privacy');
  await expect(page.getByTestId('state-forbidden')).toContainText('privacy.read');
});

test('by keyboard alone: a person is erased', async ({ page }) => {
  await open(page, '/customers/cus_000056/privacy');
  await tabTo(page, panel(page).getByRole('button', { name: '删除这个人' }), 120);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: '原因' })).toBeFocused();
  await page.keyboard.type('request 2026-115');
  await tabTo(page, dialog.getByRole('textbox', { name: /确认$/ }));
  await page.keyboard.type('cus_000056');
  await tabTo(page, dialog.getByRole('button', { name: '永久删除' }));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('erasure')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('erasures')).toBeVisible();
});

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone erasing fits and is free of violations, light and dark: ${locale}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    const check = (name: string) => expectFitAndClean(page, name);
    await open(page, '/customers/cus_000057/privacy');
    await panel(page).getByRole('button').last().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('erase');
    for (const id of ['era_0001', 'era_0003', 'era_0004']) {
      await open(page, `/settings/privacy?erasure=${id}`);
      await expect(page.getByTestId('erasure')).toBeVisible();
      await check(id);
    }
    await open(page, '/customers/cus_009003/privacy');
    await expect(page.getByTestId('state-erased')).toBeVisible();
    await check('erased');
  });
