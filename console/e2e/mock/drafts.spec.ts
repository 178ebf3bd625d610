import { type Dialog, expect, type Page, test } from '@playwright/test';
import { axeViolations, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const FILE = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('invoice_no,quantity\n1,2\n') };

/** Reloads, and says whether the browser asked first. */
async function reload(page: Page): Promise<boolean> {
  let asked = false;
  const accept = async (dialog: Dialog) => {
    asked = dialog.type() === 'beforeunload';
    await dialog.accept();
  };
  page.on('dialog', accept);
  await page.reload();
  page.off('dialog', accept);
  await expect(page.locator('h1').first()).toBeAttached();
  return asked;
}

test('choices of an import survive a reload, until they are discarded', async ({ page }) => {
  await open(page, '/imports/new');
  expect(await reload(page), 'nothing to lose').toBe(false);
  await page.getByTestId('file-input').setInputFiles(FILE);
  await page.getByTestId('wizard-next').click();
  await page.getByRole('combobox', { name: /^remark/ }).click();
  await page.getByRole('option', { name: '门店' }).click();
  await expect(page.getByTestId('column-remark')).toHaveAttribute('data-field', 'store');
  expect(await reload(page), 'the browser asks').toBe(true);
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await expect(page.getByTestId('column-remark')).toHaveAttribute('data-field', 'store');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '返回' }).click();
  await expect(page.getByTestId('upload-list')).toContainText('orders.csv');
  await page.getByRole('button', { name: '放弃草稿' }).click();
  await expect(page.getByTestId('draft-restored')).toHaveCount(0);
  await expect(page.getByTestId('upload-list')).toHaveCount(0);
  expect(await reload(page), 'nothing left to lose').toBe(false);
  await expect(page.getByTestId('draft-restored')).toHaveCount(0);
});

test('leaving an import asks; starting it does not, and leaves no draft', async ({ page }) => {
  await open(page, '/imports');
  await page.getByRole('link', { name: '导入数据' }).click();
  await page.getByTestId('file-input').setInputFiles(FILE);
  const home = page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '首页' });
  const question = page.getByRole('dialog', { name: '有未保存的内容' });
  await home.click();
  await expect(question).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '留在本页' }).click();
  await expect(question).toHaveCount(0);
  // Back in the history is leaving too.
  await page.goBack();
  await page.getByRole('button', { name: '保留草稿并离开' }).click();
  await expect(page).toHaveURL(/\/imports$/);
  await page.getByRole('link', { name: '导入数据' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await page.getByTestId('wizard-next').click();
  await page.getByTestId('wizard-next').click();
  await page.getByTestId('wizard-start').click();
  await expect(page.getByTestId('import')).toBeVisible();
  await open(page, '/imports/new');
  await expect(page.getByTestId('draft-restored')).toHaveCount(0);
});

test('settings that were not saved come back; saving, undoing and discarding end the draft', async ({ page }) => {
  await open(page, '/settings');
  const name = page.getByLabel('品牌名称');
  const save = page.getByRole('button', { name: '保存设置' });
  await name.fill('新名字');
  expect(await reload(page)).toBe(true);
  await expect(name).toHaveValue('新名字');
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '放弃草稿' }).click();
  await expect(name).toHaveValue('晨雾茶铺');
  await expect(save).toBeDisabled();
  await name.fill('新名字');
  await page.getByRole('link', { name: '系统' }).click();
  await page.getByRole('button', { name: '放弃内容并离开' }).click();
  await expect(page.getByText('历史事实')).toBeVisible();
  await page.getByRole('link', { name: '品牌与价值口径' }).click();
  await expect(name).toHaveValue('晨雾茶铺');
  await name.fill('新名字');
  await save.click();
  await expect(page.getByText('设置已保存。', { exact: true })).toBeVisible();
  expect(await reload(page), 'saved').toBe(false);
});

test('a draft of settings still notices what somebody else changed meanwhile', async ({ page, context, baseURL }) => {
  await open(page, '/settings');
  await page.getByLabel('品牌名称').fill('另一个名字');
  await reload(page);
  await mockState(context, baseURL, 'mock', 'conflict');
  await page.getByRole('button', { name: '保存设置' }).click();
  await expect(page.getByTestId('conflict-diff')).toContainText('730');
});

test('a token that was begun is there when the dialog opens again', async ({ page }) => {
  await open(page, '/settings/tokens');
  const create = page.getByRole('button', { name: '新建令牌' });
  await create.first().click();
  await page.getByRole('textbox', { name: '用途' }).fill('warehouse');
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click();
  await create.first().click();
  await expect(page.getByRole('textbox', { name: '用途' })).toHaveValue('warehouse');
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: '新建令牌' }).click();
  await page.getByRole('button', { name: '我已保存' }).click();
  await create.first().click();
  await expect(page.getByRole('textbox', { name: '用途' })).toHaveValue('');
});

test('passwords and people are never kept, only asked about', async ({ page }) => {
  await open(page, '/settings/account');
  await page.getByLabel('新密码').fill('three unrelated words');
  await page.getByRole('link', { name: '系统' }).click();
  await expect(page.getByText('离开后，这里填写的内容会丢失。')).toBeVisible();
  await page.getByRole('button', { name: '留在本页' }).click();
  const kept = () => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(await kept()).not.toContain('three unrelated words');
  await page.getByLabel('新密码').fill('');
  await open(page, '/settings/team');
  await page.getByRole('button', { name: '添加成员' }).click();
  await page.getByRole('textbox', { name: '邮箱' }).fill('new@example.com');
  expect(await kept()).not.toContain('new@example.com');
});
