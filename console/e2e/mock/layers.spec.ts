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
  const days = page.getByRole('textbox', { name: '多少天没有动静算沉睡' });
  await days.fill('many');
  await page.getByRole('button', { name: '按这些参数重填' }).click();
  await expect(page.getByTestId('parameters')).toContainText('one whole number');
  // Enter fills it in; the layer itself is not sent by it.
  await days.fill('45');
  await page.keyboard.press('Enter');
  const stages = page.getByTestId('stage');
  await expect(stages).toHaveCount(3);
  await expect(stages.first()).toContainText('never anything in last 45 days');
  await page.getByRole('button', { name: '撤销重填' }).click();
  await expect(stages.first()).toContainText('never anything in last 60 days');
  await page.getByRole('textbox', { name: '代码', exact: true }).fill(code);
  for (const [place, name] of ['dormant', 'super', 'new'].entries())
    await stages.nth(place).getByRole('textbox', { name: '阶段代码' }).fill(`${code}_${name}`);
  // One more, built in the form and moved up; its code is suggested.
  await page.getByRole('button', { name: '加一个阶段' }).click();
  const fourth = stages.nth(3);
  await fourth.getByRole('textbox', { name: '阶段名称' }).fill('Regular');
  await expect(fourth.getByRole('textbox', { name: '阶段代码' })).toHaveValue(`${code}_regular`);
  await fourth.getByTestId('add-condition').fill('下单次数');
  await page.keyboard.press('Enter');
  await fourth.getByRole('textbox', { name: '几次' }).fill('5');
  await page.getByRole('button', { name: '第 4 个阶段上移' }).click();
  // Whoever moves it by keyboard moves it again; it stays open, and who would be in it is counted.
  const up = page.getByRole('button', { name: '第 3 个阶段上移' });
  await expect(up).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '第 2 个阶段上移' })).toBeFocused();
  await expect(stages.nth(1).getByRole('textbox', { name: '几次' })).toHaveValue('5');
  await expect(stages.nth(1).getByTestId('stage-count')).toBeVisible();
  const counted = await stages.nth(1).getByTestId('stage-count').getAttribute('data-count');
  await expectFitAndClean(page, 'layer editor');
  await page.getByRole('button', { name: '新建分层' }).click();
  await expect(page).toHaveURL(new RegExp(`/layers/${code}$`));
  const rows = page.getByTestId('layer-counts').getByRole('row');
  await expect(rows).toHaveCount(5);
  await expect(rows.nth(2)).toContainText('Regular');
  expect(await number(page, `stage-${code}_regular`)).toBe(Number(counted));
  await expect(page.getByTestId('layer-rules')).toContainText('count of orders in last 6 months >= 5');
  // It has no past yet.
  await expect(page.getByTestId('movement').getByTestId('not-known')).toContainText('刚建好');
  await expect(page.getByTestId('layer-trend')).toContainText('还没有记录');
  // Its code is taken now.
  await open(page, '/layers/new?template=lifecycle');
  await page.getByRole('textbox', { name: '代码', exact: true }).fill(code);
  await page.getByRole('button', { name: '新建分层' }).click();
  await expect(page.getByText('已有分层用这个代码')).toBeVisible();
});

test('what somebody else saved meanwhile is not overwritten, and is told', async ({ page }) => {
  const code = own('other');
  const send = (method: string, path: string, body: object, headers = {}) =>
    page.evaluate(
      async ([how, where, what, more]) => {
        const answer = await fetch(`/api/v1${where}`, {
          method: how as string,
          headers: { ...(more as object), 'Content-Type': 'application/json' },
          body: what as string,
        });
        return answer.status;
      },
      [method, path, JSON.stringify(body), headers] as const,
    );
  const layer = {
    name: 'Others',
    description: '',
    base: null,
    stages: [{ code: `${code}_all`, name: 'All', text: 'everybody' }],
  };
  await open(page, '/layers');
  expect(await send('POST', '/layers', { code, ...layer })).toBe(201);
  await open(page, `/layers/${code}/edit`);
  expect(await send('PUT', `/layers/${code}`, { ...layer, description: 'theirs' }, { 'If-Match': '"1"' })).toBe(200);
  const name = page.getByRole('textbox', { name: '阶段名称' });
  await expect(page.getByRole('textbox', { name: '阶段代码' })).toHaveAttribute('readonly');
  await name.fill('Everybody');
  await page.getByRole('button', { name: '保存分层' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('theirs');
  await expect(name).toHaveValue('Everybody');
  await page.getByRole('button', { name: '保存分层' }).click();
  await expect(page).toHaveURL(new RegExp(`/layers/${code}$`));
  await expect(page.getByTestId('layer')).toContainText('theirs');
  await expect(page.getByTestId('layer')).toContainText('Everybody');
});

test('a layer that others stand on is not archived, and says by whom', async ({ page }) => {
  await open(page, '/layers/life');
  await page.getByRole('button', { name: '归档分层' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '归档分层' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('sleeping_stars');
});

test('the trend is read and opened by keyboard, and its table has the same figures', async ({ page }) => {
  await open(page, '/layers/life');
  const trend = page.getByTestId('layer-trend');
  const chart = trend.getByRole('slider');
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  const reading = (await chart.getAttribute('aria-valuetext')) ?? '';
  const [, day, count] = /^(\S+): Super user (\S+) /.exec(reading) ?? [];
  await trend.getByRole('button', { name: /表格/ }).click();
  const row = trend.getByRole('row').filter({ hasText: day ?? 'nothing' });
  await expect(row.getByRole('link').first()).toHaveText(count ?? 'nothing');
  await trend.getByRole('button', { name: /图表/ }).click();
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/segments/life_super\\?at=${day}`));
  await expect(page.getByTestId('stage-of')).toContainText('Life cycle');
  await expect(page.getByRole('link', { name: '修改分层' })).toBeVisible();
  await expect(page.getByRole('button', { name: '归档分群' })).toHaveCount(0);
});

test('a customer stands in one stage of each layer, and what decides their orders has its evidence', async ({
  page,
}) => {
  await open(page, '/customers/cus_000005?tab=layers');
  const stages = page.getByTestId('customer-stages');
  await expect(stages.getByTestId('in-layer-habits').locator('[data-stage]')).toHaveCount(1);
  await expect(stages.getByTestId('in-layer-life').locator('[data-stage]')).toHaveCount(1);
  const decision = page.getByTestId('decision');
  await expect(decision.getByTestId('factor-content')).toContainText('50.0%');
  const first = page.getByTestId('evidence').getByRole('listitem').first();
  await first.getByText('2 条事实').click();
  await expect(first).toContainText('浏览商品');
  await expect(first).toContainText('订单自己写明');
  await expect(page.getByTestId('activity-score')).toHaveText('43');
  await expect(page.getByTestId('main-touch-point')).toHaveText('小程序');
  // What the bar at the top half covers, wherever the page is scrolled to, is not too small.
  await page.evaluate(() => window.scrollTo(0, 0));
  await expectFitAndClean(page, 'layers of a customer');
  await stages
    .getByTestId('in-layer-habits')
    .getByRole('link', { name: /为什么在/ })
    .click();
  await expect(page).toHaveURL(/tab=why&customer=cus_000005/);
  await open(page, '/customers/cus_000006?tab=layers');
  await expect(decision).toContainText('没有订单受这四个因素影响');
});

test('what a customer came into and left is told with its cause, so much at once', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=layers');
  const moves = page.getByTestId('customer-moves');
  const rows = moves.getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText('新的事实');
  await expect(rows.nth(2)).toContainText('离开');
  await expect(rows.nth(2)).toContainText('Silent regulars');
  await expect(rows.nth(3)).toContainText('时间过去');
  await expectFitAndClean(page, 'moves of a customer');
  await rows.nth(3).getByRole('link', { name: 'Silent regulars', exact: true }).click();
  await expect(page).toHaveURL(/\/segments\/silent_buyers$/);
  await open(page, '/customers/cus_000009?tab=layers');
  await expect(rows).toHaveCount(201);
  await moves.getByRole('button', { name: /31/ }).click();
  await expect(rows).toHaveCount(232);
});

test('whoever moved nowhere is told so', async ({ page }) => {
  await page.route('**/api/v1/customers/*/segment-moves', (route) => route.fulfill({ json: { items: [] } }));
  await open(page, '/customers/cus_000005?tab=layers');
  await expect(page.getByTestId('state-no-customer-moves')).toBeVisible();
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
  const column = await matrix.locator('tbody td:nth-child(2) button').allTextContents();
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
