import { expect, type Page, test } from '@playwright/test';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;
const dialogOf = (page: Page) => page.getByRole('dialog');
const field = (page: Page, name: string) => page.getByTestId('fields').getByRole('row').filter({ hasText: name });
const group = (page: Page, code: string) => page.locator(`[data-group="${code}"]`);

test('fields are found by name, class and state; what was refused is told by source', async ({ page }) => {
  await open(page, '/settings/fields');
  await expect(field(page, 'deal_factor')).toContainText('预置');
  await expect(field(page, 'tea_type')).toContainText('3 个可选值');
  await page.getByRole('textbox', { name: '搜索字段' }).fill('年龄');
  await expect(page.getByTestId('fields').locator('tbody tr')).toHaveCount(1);
  await expect(page).toHaveURL(/search=/);
  await field(page, 'age')
    .getByRole('button', { name: /14 个值未收/ })
    .click();
  await expect(dialogOf(page).getByRole('row')).toHaveCount(3);
  await expect(dialogOf(page)).toContainText('导入的文件与接口');
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: '类别' }).selectOption('决策信息');
  await page.getByTestId('state-no-match').getByRole('button').click();
  await expect(field(page, 'deal_factor')).toBeVisible();
  await page.getByTestId('fields').getByText('已归档', { exact: true }).click();
  await expect(field(page, 'old_field')).toBeVisible();
});

test('a field is made while everything runs: what is wrong is told at its place', async ({ page }) => {
  const name = own('skin');
  await open(page, '/settings/fields');
  await page.getByRole('button', { name: '新增字段' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('textbox', { name: '中文名称' }).fill('肤质');
  await dialog.getByRole('textbox', { name: '英文名称' }).fill('Skin type');
  await expect(dialog.getByRole('textbox', { name: '特征名' })).toHaveValue('skin_type');
  await dialog.getByRole('textbox', { name: '特征名' }).fill('city');
  await dialog.getByRole('combobox', { name: '类型' }).selectOption('单选');
  await dialog.getByRole('button', { name: '新增字段' }).click();
  await expect(dialog).toContainText('单选至少要有一个可选值');
  await dialog.getByRole('textbox', { name: '可选值' }).fill('dry\noily');
  await dialog.getByRole('button', { name: '新增字段' }).click();
  await expect(dialog).toContainText('已有这个特征名的字段');
  expect(await axeViolations(page)).toEqual([]);
  // What was typed is kept when the form is closed by mistake.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '新增字段' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await dialog.getByRole('textbox', { name: '特征名' }).fill(name);
  await dialog.getByRole('button', { name: '新增字段' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(field(page, name)).toContainText('2 个可选值');
});

test('a field is changed on top of what somebody else made of it, archived after a question, and restored', async ({
  page,
}) => {
  const name = own('tea');
  const made = {
    name,
    name_zh: '甲',
    name_en: 'A',
    class: 'other',
    type: 'text',
    allowed: [],
    personal: false,
    weight: 5,
  };
  await page.request.post('/api/v1/fields', { data: made });
  await open(page, '/settings/fields');
  await field(page, name).getByRole('button', { name: /修改/ }).click();
  const dialog = dialogOf(page);
  const { name: _, ...settings } = made;
  await page.request.put(`/api/v1/fields/${name}`, {
    data: { ...settings, weight: 60, archived: false },
    headers: { 'If-Match': '"1"' },
  });
  await dialog.getByRole('textbox', { name: '中文名称' }).fill('乙');
  await dialog.getByRole('button', { name: '保存字段' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('5 → 60');
  await dialog.getByRole('button', { name: '保存字段' }).click();
  await expect(field(page, name)).toContainText('乙');
  await expect(field(page, name)).toContainText('60');
  await field(page, name).getByRole('button', { name: /归档/ }).click();
  await dialog.getByRole('button', { name: '归档字段' }).click();
  await expect(field(page, name)).toHaveCount(0);
  await page.getByTestId('fields').getByText('已归档', { exact: true }).click();
  await field(page, name).getByRole('button', { name: /恢复/ }).click();
  await expect(field(page, name)).toHaveCount(0);
});

test('whose word holds is set by moving an origin, with the keyboard too', async ({ page }) => {
  await open(page, '/settings/fields');
  const order = page.getByTestId('believed').locator('ol li');
  await expect(order).toHaveCount(6);
  await page.getByRole('button', { name: '修改优先级' }).click();
  const dialog = dialogOf(page);
  const last = await order.last().innerText();
  await dialog.getByRole('button', { name: `${last}：上移` }).press('Enter');
  await dialog.getByRole('combobox', { name: '官网商城' }).selectOption('授权');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '保存优先级' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(order.nth(4)).toHaveText(last);
  await expect(page.getByTestId('believed').getByRole('row').filter({ hasText: '官网商城' })).toContainText('授权');
});

test('the key indicators say of how many customers they are known, also among those with a tag', async ({ page }) => {
  await open(page, '/settings/fields');
  const coverage = page.getByTestId('coverage');
  await expect(coverage.locator('tbody tr')).toHaveCount(5);
  await expect(coverage).toContainText('下一个该问：');
  await coverage.getByRole('combobox').selectOption('标签：意向客户');
  await expect(coverage).toContainText('位客户。');
});

test('a group and its tags are made, changed and archived; the count of a tag leads to who has it', async ({
  page,
}) => {
  const [code, tag] = [own('stage'), own('early')];
  await open(page, '/settings/tags');
  await page.getByRole('button', { name: '新增标签组' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('textbox', { name: '中文名称' }).fill('阶段');
  await dialog.getByRole('textbox', { name: '英文名称' }).fill('Stage');
  await dialog.getByRole('textbox', { name: '代码' }).fill('pregnancy');
  await dialog.getByRole('textbox', { name: '有效天数' }).fill('0');
  await dialog.getByRole('button', { name: '新增标签组' }).click();
  await expect(dialog).toContainText('1 至 3,650 的整数');
  await dialog.getByRole('textbox', { name: '有效天数' }).fill('30');
  await dialog.getByRole('checkbox', { name: '互斥' }).check();
  await dialog.getByRole('button', { name: '新增标签组' }).click();
  await expect(dialog).toContainText('已有这个代码的标签组');
  await dialog.getByRole('textbox', { name: '代码' }).fill(code);
  await dialog.getByRole('button', { name: '新增标签组' }).click();
  await expect(group(page, code)).toContainText('30 天有效');
  await expect(group(page, code)).toContainText('这里还没有标签');

  await group(page, code)
    .getByRole('button', { name: /里新增标签/ })
    .click();
  await dialog.getByRole('textbox', { name: '中文名称' }).fill('早期');
  await dialog.getByRole('textbox', { name: '英文名称' }).fill('Early');
  await dialog.getByRole('textbox', { name: '代码' }).fill(tag);
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '新增标签' }).click();
  await expect(dialog).toHaveCount(0);
  await page.request.post('/api/v1/customers/cus_000033/tags', {
    data: { set: [tag], remove: [], surface: 'console', note: null },
  });
  await open(page, '/settings/tags');
  const row = group(page, code).getByRole('row').filter({ hasText: tag });
  await row.getByRole('link', { name: /1 位客户/ }).click();
  await expect(page).toHaveURL(new RegExp(`tag=${tag}`));
  await expect(page.getByTestId('customer-total')).toHaveAttribute('data-total', '1');

  await open(page, `/settings/tags?search=${code}`);
  await row.getByRole('button', { name: /归档/ }).click();
  await dialog.getByRole('button', { name: '归档标签' }).click();
  await expect(row).toHaveCount(0);
  await page.getByTestId('tag-groups').getByText('已归档', { exact: true }).click();
  await row.getByRole('button', { name: /恢复/ }).click();
  await page.getByTestId('tag-groups').getByText('使用中', { exact: true }).click();
  await expect(row).toBeVisible();
});

test('who may only look is offered no change; without groups there is a way to begin', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/settings/fields');
  await expect(page.getByTestId('fields')).toContainText('新增和修改需要“管理字段与来源优先级”权限');
  await expect(page.getByRole('button', { name: /新增字段|修改|归档：/ })).toHaveCount(0);
  await open(page, '/settings/tags');
  await expect(page.getByRole('button', { name: /新增|修改|归档：/ })).toHaveCount(0);
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/tags');
  await expect(page.getByTestId('state-first-use')).toContainText('管理标签组');
});

test('on a phone nothing runs out of the page', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [path, button] of [
    ['/settings/fields', '新增字段'],
    ['/settings/fields', '修改优先级'],
    ['/settings/tags', '新增标签组'],
  ] as const) {
    await open(page, path);
    await expectNoOverflow(page);
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(dialogOf(page)).toBeVisible();
    await expectNoOverflow(page);
    expect(await axeViolations(page)).toEqual([]);
  }
});
