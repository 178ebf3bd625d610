import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { expectFitAndClean, expectNoOverflow, mockState, open, prepare } from '../support/page';

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;
const number = async (page: Page, testId: string) =>
  Number((await page.getByTestId(testId).getByRole('link').textContent())?.replaceAll(',', ''));

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('a template is filled in, its stages are changed and put in order, and it becomes a layer', async ({ page }) => {
  const code = own('life');
  await open(page, '/layers');
  await page.getByRole('link', { name: '用这个模板：生命周期' }).click();
  await page.getByRole('textbox', { name: '多少天没有动静算沉睡' }).fill('45');
  await page.getByRole('button', { name: '按这些参数重填' }).click();
  const stages = page.getByTestId('stage');
  await expect(stages).toHaveCount(2);
  await expect(stages.first()).toContainText('never anything in last 45 days');
  await page.getByRole('textbox', { name: '代码', exact: true }).fill(code);
  await stages.first().getByRole('textbox', { name: '阶段代码' }).fill(`${code}_dormant`);
  await stages.nth(1).getByRole('textbox', { name: '阶段代码' }).fill(`${code}_rest`);
  // One more, built in the form and moved up.
  await page.getByRole('button', { name: '加一个阶段' }).click();
  const third = stages.nth(2);
  await third.getByRole('textbox', { name: '阶段名称' }).fill('常客');
  await third.getByRole('textbox', { name: '阶段代码' }).fill(`${code}_regular`);
  await third.getByTestId('add-condition').fill('下单次数');
  await page.keyboard.press('Enter');
  await third.getByRole('textbox', { name: '几次' }).fill('5');
  await page.getByRole('button', { name: '第 3 个阶段上移' }).click();
  await expectFitAndClean(page, 'layer editor');
  await page.getByRole('button', { name: '新建分层' }).click();
  await expect(page).toHaveURL(new RegExp(`/layers/${code}$`));
  const rows = page.getByTestId('layer-counts').getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(2)).toContainText('常客');
  await expect(page.getByTestId('layer-rules')).toContainText('count of orders in last 6 months >= 5');
});

test('what is wrong stands at its stage', async ({ page }) => {
  await open(page, '/layers/new');
  await page.getByRole('button', { name: '新建分层' }).click();
  await expect(page.getByText('有 5 处要改')).toBeVisible();
  await page.getByRole('textbox', { name: '名称', exact: true }).fill('x');
  await page.getByRole('textbox', { name: '代码', exact: true }).fill(own('x'));
  const stage = page.getByTestId('stage');
  await stage.getByRole('textbox', { name: '阶段名称' }).fill('y');
  await stage.getByRole('textbox', { name: '阶段代码' }).fill(own('y'));
  await stage.getByText('文字', { exact: true }).click();
  await stage.getByTestId('rule').fill('has tag nothing_like_it');
  await page.getByRole('button', { name: '新建分层' }).click();
  await expect(stage.getByText(/there is no tag/).first()).toBeVisible();
});

test('figures of the stages, of their lists and of the movement are the same people', async ({ page }) => {
  await open(page, '/layers/habits');
  const regular = await number(page, 'stage-habit_regular');
  const matrix = page.getByTestId('matrix');
  // A column adds up to its stage.
  const column = await matrix.getByRole('row').locator('td:nth-child(2)').allTextContents();
  expect(column.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0)).toBe(regular);
  const cell = matrix.getByRole('button', { name: /从 Returning 到 Regular/ });
  const count = (await cell.textContent())?.replaceAll(',', '') ?? '';
  await tabTo(page, cell, 90);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('people')).toHaveAttribute('data-count', count);
  await page.keyboard.press('Escape');
  await expect(cell).toBeFocused();
  await page.getByLabel('到这一天开始时').fill('2026-11-01');
  await expect(page).toHaveURL(/to=2026-11-01/);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
  await page.getByTestId('stage-habit_regular').getByRole('link').click();
  await expect(page.getByTestId('count')).toHaveAttribute('data-count', String(regular));
});

test('states: nothing yet, being prepared, no right to change, gone', async ({ page, context, baseURL }) => {
  await open(page, '/layers/nothing_like_it');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/layers');
  await expect(page.getByTestId('state-first-use')).toBeVisible();
  await expectFitAndClean(page, 'no layers');
  await mockState(context, baseURL, 'mock', 'not_built');
  await page.goto('/layers/habits');
  await expect(page.getByTestId('layer-counts').getByTestId('state-not-built')).toBeVisible();
  await mockState(context, baseURL, 'mock', '');
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/layers/habits');
  await expect(page.getByRole('button', { name: '归档分层' })).toHaveCount(0);
  await open(page, '/layers/new');
  await expect(page.getByTestId('layer-editor')).toHaveCount(0);
});
