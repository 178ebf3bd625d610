import { expect, type Locator, type Page, test } from '@playwright/test';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const dialogOf = (page: Page) => page.getByRole('dialog');
const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;

async function turnTo(page: Page, name: string) {
  await page.getByRole('navigation', { name: '这位客户的视图' }).getByRole('link', { name }).click();
}

test('the journey has five stages with their counts; stage, channel and touch-point narrow it, and pages go on', async ({
  page,
}) => {
  await open(page, '/customers/cus_000005');
  await turnTo(page, '旅程');
  const journey = page.getByTestId('journey');
  await expect(journey.locator('[data-stage]')).toHaveCount(5);
  const entries = journey.locator('[data-entry]');
  await expect(entries).toHaveCount(20);
  await journey.getByRole('button', { name: '加载更多' }).click();
  await expect(entries).toHaveCount(40);
  // Wherever the page stands by now, its head may lie over half a button.
  await page.evaluate(() => scrollTo(0, 0));
  expect(await axeViolations(page)).toEqual([]);
  const query = journey.locator('[data-stage="query"]');
  const counted = Number(await query.getAttribute('data-facts'));
  await query.click();
  await expect(page).toHaveURL(/stage=query/);
  await expect(query).toHaveAttribute('aria-pressed', 'true');
  await expect(entries).toHaveCount(counted);
  await query.click();
  await journey.getByRole('combobox', { name: '触点' }).selectOption({ label: '电话（8）' });
  await expect(entries).toHaveCount(8);
  await expect(query).toHaveAttribute('data-facts', '8');
  await page.reload();
  await expect(entries).toHaveCount(8);
  await journey.getByRole('combobox', { name: '渠道' }).selectOption({ index: 2 });
  await expect(entries.first()).toBeVisible();
});

test('how somebody came stands above the journey; old customers who were recognised are a filter of the list', async ({
  page,
}) => {
  await open(page, '/customers/cus_000005');
  await turnTo(page, '旅程');
  const arrival = page.getByTestId('arrival');
  await expect(arrival).toContainText('最早来自：');
  await expect(arrival).toContainText('老用户');
  await expect(arrival.locator('[data-step]')).toHaveText([/疑似用户/, /潜在用户/, /注册用户/]);
  await open(page, '/customers/cus_000006');
  await turnTo(page, '旅程');
  await expect(arrival).toContainText('没有触点记录');
  await open(page, '/customers');
  await page.getByTestId('add-filter').click();
  await page.getByRole('combobox', { name: '筛选条件' }).selectOption({ label: '老用户' });
  await page.getByTestId('apply-filter').click();
  await expect(page).toHaveURL(/recognised=true/);
  await expect(page.getByTestId('filter-chip')).toContainText('老用户');
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await open(page, '/customers/cus_000005');
    await turnTo(page, '旅程');
    await expectNoOverflow(page);
  }
});

test('spending says when it was highest and since when it has halved', async ({ page }) => {
  await open(page, '/customers/cus_000005');
  await expect(page.getByTestId('spending-fade')).toContainText('消费最多');
  await expect(page.getByRole('slider', { name: /每月净销售额/ })).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
});

test('behaviour has the active cycle, the hours and where somebody was met', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=behaviour');
  await expect(page.getByTestId('active-cycle')).toHaveText('周二晚上');
  await expect(page.getByTestId('active-interval')).toHaveText('3 天');
  await expect(page.getByRole('table', { name: '各时段有活动的周数' }).getByRole('row')).toHaveCount(8);
  await expect(page.getByTestId('behaviour')).toContainText('小程序');
  await open(page, '/customers/cus_000006?tab=behaviour');
  await expect(page.getByTestId('active-cycle')).toHaveText('看不出');
});

test('consumption has eight items and which topics somebody opens', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=consumption');
  await expect(page.getByTestId('consumption-amount')).toHaveText('¥3,120.00');
  await expect(page.getByTestId('consumption-orders')).toHaveText('14');
  await expect(page.getByTestId('consumption-time')).toHaveText('周日晚上');
  await expect(page.getByTestId('consumption-preference')).toHaveText('礼盒');
  await expect(page.getByTestId('consumption-wish')).toHaveText('送礼');
  await expect(page.getByTestId('consumption-refunds')).toHaveText('1');
  await expect(page.getByTestId('consumption-tickets')).toHaveText('3');
  await expect(page.getByTestId('consumption-complaints')).toHaveText('2');
  await expect(page.getByTestId('products').getByRole('row')).toHaveCount(4);
  const opened = page.getByTestId('interests').getByRole('row').filter({ hasText: '8 / 8' });
  await expect(opened.getByRole('cell')).toHaveText(['高', '8 / 8', '67.6% 至 100.0%']);
  await expect(page.getByTestId('sensitivity')).toContainText('价格敏感，把握 86%');
  expect(await axeViolations(page)).toEqual([]);
  await open(page, '/customers/cus_000006?tab=consumption');
  await expect(page.getByTestId('consumption-orders')).toHaveText('0');
  await expect(page.getByTestId('interests')).toContainText('没有写明主题的消息');
});

test('spread and activity power have a score each, with what makes it', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=behaviour');
  const powers = page.getByTestId('powers');
  await expect(page.getByTestId('spread-power')).toHaveText('97');
  await expect(page.getByTestId('activity-power')).toHaveText('75');
  await expect(powers).toContainText('212 分，与 214 位有得分的客户相比');
  const readers = powers.getByRole('row').filter({ hasText: '带来的读者' });
  await expect(readers.getByRole('cell')).toHaveText(['传播力', '85', '2', '170']);
  await expect(powers.getByRole('row').filter({ hasText: '参加活动' }).getByRole('cell').first()).toHaveText('活动力');
  expect(await axeViolations(page)).toEqual([]);
  await open(page, '/customers/cus_000006?tab=behaviour');
  await expect(page.getByTestId('spread-power')).toHaveText('0');
  await expect(powers).toContainText('没有得分');
});

test('data has three blocks with counts and last times, and each row says who told it', async ({ page }) => {
  await open(page, '/customers/cus_000005');
  await turnTo(page, '数据');
  const shared = page.getByTestId('data-rows-social').getByRole('row').filter({ hasText: '分享商品' });
  await expect(page.getByTestId('data-social')).toHaveText('8');
  await expect(shared).toContainText('8');
  await expect(shared.getByRole('link')).toHaveAttribute('href', /sources\/src_0001/);
  await expect(page.getByTestId('data-trade')).toHaveText(
    String(await sumOf(page.getByTestId('data-rows-trade').locator('tbody tr'))),
  );
  await expect(page.getByTestId('data-rows-trade').getByRole('row').filter({ hasText: '订单' })).toContainText(
    '导入的文件与接口',
  );
  expect(await axeViolations(page)).toEqual([]);
  await open(page, '/customers/cus_000006?tab=data');
  await expect(page.getByTestId('data-social')).toHaveText('0');
  await expect(page.getByTestId('data-rows-social')).toContainText('还没有这类数据');
});

/** The figures of the third column. */
async function sumOf(rows: Locator) {
  await expect(rows.first()).toBeVisible();
  const figures = await rows.evaluateAll((all) => all.map((row) => Number(row.children[2]?.textContent)));
  return figures.reduce((sum, one) => sum + one, 0);
}

test('progress shows what holds of each product, and whether it is paid for', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=progress');
  const progress = page.getByTestId('progress');
  await expect(progress).toContainText('puzzle');
  await expect(progress).toContainText('付费中');
  await expect(progress.getByRole('row').filter({ hasText: 'level' })).toContainText('7');
  await open(page, '/customers/cus_000006?tab=progress');
  await expect(progress).toContainText('还没有产品进度');
});

test('relations show who brought whom, of others the nickname alone, and what does not hold', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=relations');
  const relations = page.getByTestId('relations');
  await expect(relations).toContainText('共带来 5 位');
  await expect(relations).toContainText('A**');
  await expect(relations).not.toContainText('Acheng');
  await expect(relations).toContainText('未同意显示');
  await expect(relations).toContainText('会成为一个圈');
  await relations.getByText('M**').click();
  await expect(relations.locator('[data-depth="3"]')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await relations.getByRole('combobox', { name: '看几层' }).selectOption('1 层');
  await expect(relations.locator('[data-depth]')).toHaveCount(2);
  await expect(relations).toContainText('还有更多');
});

test('preferences are written down by hand, in the place of those before', async ({ page, context, baseURL }) => {
  await open(page, '/customers/cus_000041?tab=preferences');
  const preferences = page.getByTestId('preferences');
  await expect(preferences).toContainText('从没选过');
  await preferences.getByRole('button', { name: '修改偏好' }).click();
  await dialogOf(page).getByRole('checkbox', { name: 'Recipes' }).check();
  await expect(dialogOf(page).getByRole('checkbox', { name: 'Old news' })).toHaveCount(0);
  expect(await axeViolations(page)).toEqual([]);
  await dialogOf(page).getByRole('button', { name: '保存偏好' }).click();
  await expect(preferences.locator('[data-topic="recipes"]')).toBeVisible();
  await preferences.getByRole('button', { name: '修改偏好' }).click();
  await dialogOf(page).getByRole('checkbox', { name: 'Recipes' }).uncheck();
  await dialogOf(page).getByRole('button', { name: '保存偏好' }).click();
  await expect(preferences).toContainText('什么都不想收到');
  await preferences.getByText('此前的 1 次选择').click();
  await expect(preferences.locator('details')).toContainText('Recipes');
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/customers/cus_000041?tab=preferences');
  await expect(preferences).toContainText('什么都不想收到');
  await expect(preferences.getByRole('button', { name: '修改偏好' })).toHaveCount(0);
});

test('rules of stages are made, changed on top of what others made, and taken out', async ({ page }) => {
  const name = own('Event');
  await open(page, '/settings/stages');
  const stages = page.getByTestId('stages');
  const row = stages.getByRole('row').filter({ hasText: name });
  await expect(stages.getByRole('row').filter({ hasText: 'Tea Tasted' })).toContainText('自定');
  await page.getByRole('button', { name: '新增规则' }).click();
  await dialogOf(page).getByRole('textbox', { name: '名称' }).fill('Tea Tasted');
  await dialogOf(page).getByRole('button', { name: '新增规则' }).click();
  await expect(dialogOf(page)).toContainText('已有这条自定规则');
  await dialogOf(page).getByRole('textbox', { name: '名称' }).fill(name);
  await dialogOf(page).getByRole('combobox', { name: '阶段' }).selectOption('了解');
  await dialogOf(page).getByRole('button', { name: '新增规则' }).click();
  await expect(row).toContainText('了解');
  await row.getByRole('button', { name: /修改/ }).click();
  await dialogOf(page).getByRole('combobox', { name: '阶段' }).selectOption('购买');
  await dialogOf(page).getByRole('button', { name: '保存规则' }).click();
  await expect(row).toContainText('购买');
  await stages.getByRole('textbox', { name: '搜索规则' }).fill(name);
  await expect(stages.locator('tbody tr')).toHaveCount(1);
  expect(await axeViolations(page)).toEqual([]);
  await row.getByRole('button', { name: /去掉/ }).click();
  await expect(stages.getByTestId('state-no-match')).toBeVisible();
});

test('topics are registered, changed, archived after a question, and restored', async ({ page, context, baseURL }) => {
  const code = own('topic');
  await open(page, '/settings/topics');
  const row = page.getByTestId('topics').getByRole('row').filter({ hasText: code });
  await page.getByRole('button', { name: '新增主题' }).click();
  await dialogOf(page).getByRole('textbox', { name: '名称' }).fill('Recipes');
  await expect(dialogOf(page).getByRole('textbox', { name: '代码' })).toHaveValue('recipes');
  await dialogOf(page).getByRole('button', { name: '新增主题' }).click();
  await expect(dialogOf(page)).toContainText('已有这个代码的主题');
  await dialogOf(page).getByRole('textbox', { name: '代码' }).fill(code);
  await dialogOf(page).getByRole('button', { name: '新增主题' }).click();
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: /修改/ }).click();
  await page.request.put(`/api/v1/topics/${code}`, {
    data: { name: 'Theirs', description: '' },
    headers: { 'If-Match': '"1"' },
  });
  await dialogOf(page).getByRole('textbox', { name: '说明' }).fill('Mine');
  await dialogOf(page).getByRole('button', { name: '保存主题' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('Recipes → Theirs');
  await dialogOf(page).getByRole('button', { name: '保存主题' }).click();
  await expect(row).toContainText('Theirs');
  await expect(row).toContainText('Mine');
  await row.getByRole('button', { name: /归档/ }).click();
  await dialogOf(page).getByRole('button', { name: '归档主题' }).click();
  await expect(row).toHaveCount(0);
  await page.getByTestId('topics').getByText('已归档', { exact: true }).click();
  await row.getByRole('button', { name: /恢复/ }).click();
  await expect(row).toHaveCount(0);
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/topics');
  await expect(page.getByTestId('state-first-use')).toBeVisible();
});

test('the journey map names the worst scene, for the days that were chosen', async ({ page, context, baseURL }) => {
  await open(page, '/scenes');
  await expect(page.getByTestId('worst-scene')).toContainText('最差的环节：returns');
  await expect(page.getByTestId('worst-scene')).toContainText('满意度 61.0%');
  const first = page.locator('tbody tr').first();
  await expect(first).toContainText('returns');
  await page.getByRole('button', { name: '流失率' }).click();
  await expect(first).toContainText('returns');
  await page.getByRole('button', { name: '流失率' }).click();
  await expect(first).toContainText('paying');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('combobox', { name: '统计哪几天' }).selectOption('自选日期');
  await page.getByLabel('从', { exact: true }).fill('2020-01-01');
  await expect(page.getByTestId('state-no-match')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/scenes?days=all');
  await expect(page.getByTestId('state-first-use')).toContainText('Scene Rated');
});

test('on a phone nothing runs out of dialogs', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [path, button] of [
    ['/settings/stages', '新增规则'],
    ['/settings/topics', '新增主题'],
    ['/customers/cus_000041?tab=preferences', '修改偏好'],
  ] as const) {
    await open(page, path);
    await page.getByRole('button', { name: button }).click();
    await expect(dialogOf(page)).toBeVisible();
    await expectNoOverflow(page);
    expect(await axeViolations(page), path).toEqual([]);
  }
});
