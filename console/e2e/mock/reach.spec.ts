import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const pool = (page: Page) => page.getByTestId('pool');
const channel = (page: Page, name: string) => pool(page).getByRole('row').filter({ hasText: name });
const connection = (page: Page) => page.getByTestId('connection');
const funnel = (page: Page) => page.getByTestId('funnel');
const source = (page: Page, name: string) => funnel(page).getByRole('row').filter({ hasText: name });

async function saved(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `${name}: 下载 CSV` }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

test('the pool says how many can be reached, over which channel and at what cost', async ({ page }) => {
  await open(page, '/reach');
  await expect(page.getByTestId('pool-contacts')).toHaveText('1,702');
  await expect(page.getByTestId('pool-reachable')).toHaveText('1,388');
  const sms = channel(page, '短信');
  await expect(sms).toContainText('须已同意');
  await expect(sms).toContainText('30 天内最多 2 条');
  await expect(sms.locator('[data-figure="reachable"]')).toHaveText('802');
  // Thousandths of a fen: 4.5 fen a message, 802 of them.
  await expect(sms).toContainText('¥0.045');
  await expect(sms).toContainText('¥36.09');
  const file = await saved(page, '私域池');
  expect(file).toContain('sms,短信,1610,640,210,802,0.045,36.09,CNY');
});

test('the connection rate is of the chosen days, by store, clerk or SKU; stores and clerks lead to their pages', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/reach/connection-rate')) asked.push(request.url());
  });
  await open(page, '/reach?from=2026-05-01&until=2026-05-31');
  expect(asked.at(-1)).toContain('from=2026-05-01&to=2026-05-31&by=store');
  await expect(page.getByTestId('connection-buyers')).toHaveText('612');
  await expect(page.getByTestId('connection-rate')).toHaveText('37.4%');
  await expect(connection(page).getByRole('link', { name: '南京路店' })).toHaveAttribute('href', '/stores/plc_1');
  await expect(connection(page)).toContainText('不属于门店');
  await connection(page).getByRole('combobox', { name: '分组' }).selectOption('导购');
  await expect(connection(page).getByRole('link', { name: '林晓岚' })).toHaveAttribute('href', '/clerks/clk_1');
  await connection(page).getByLabel('绑定截止日').fill('2026-05-30');
  await expect(connection(page)).toContainText('标识在 2026-05-30 前已有');
  await expect(page).toHaveURL(/by=clerk/);
  await expect(page).toHaveURL(/bound_by=2026-05-30/);
  const file = await saved(page, '连接率');
  expect(file).toContain('2026-05-01,2026-05-31,2026-05-30,,全部,612,229,37.42');
  expect(file).toContain('clk_1,林晓岚,120,88,73.33');
});

test('the funnel has each step with its share and its cost; a touch-point leads to its codes in the same days', async ({
  page,
}) => {
  await open(page, '/reach?days=7');
  const douyin = source(page, '抖音');
  await expect(douyin.locator('[data-step="clicked"]')).toHaveText('50,000');
  await expect(douyin).toContainText('¥10,000.00');
  await expect(douyin).toContainText('12.2%');
  await expect(douyin).toContainText('每个 ¥0.2');
  await expect(douyin).toContainText('248 位满 30 天的首购客户中');
  await expect(douyin.getByRole('link', { name: '抖音' })).toHaveAttribute('href', '/codes?touch_point=douyin&days=7');
  const file = await saved(page, '公域到私域漏斗');
  expect(file).toContain('douyin,抖音,10000,50000,100,0.2,6100,12.2,');
  await funnel(page).getByRole('combobox', { name: '来源按' }).selectOption('码的参数');
  await expect(page).toHaveURL(/parameter=channel/);
  await expect(funnel(page)).toContainText('没有来源');
  await expect(funnel(page).getByRole('link')).toHaveCount(0);
});

test('days that cannot be counted are told, and none is asked for', async ({ page }) => {
  let asked = 0;
  page.on('request', (request) => {
    if (/reach\/(connection-rate|funnel)/.test(request.url())) asked += 1;
  });
  await open(page, '/reach?from=2026-05-02&until=2026-05-01');
  await expect(page.getByTestId('wrong-days')).toContainText('最多 366 天');
  expect(asked).toBe(0);
  await page.getByLabel('统计哪几天').selectOption('近 7 天');
  await expect(connection(page)).toBeVisible();
});

test('a channel is changed on top of what somebody else made of it, and added', async ({ page }) => {
  await open(page, '/reach');
  await channel(page, '邮件').getByRole('button', { name: '修改：邮件' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '频次上限' }).fill('0');
  await dialog.getByRole('button', { name: '保存渠道' }).click();
  await expect(dialog).toContainText('1 至 1,000 的整数');
  await dialog.getByRole('textbox', { name: '频次上限' }).fill('3');
  const answer = await page.request.get('/api/v1/reach/channels');
  const { channels } = await answer.json();
  await page.request.put('/api/v1/reach/channels', {
    data: {
      channels: channels.map((one: { code: string }) =>
        one.code === 'email' ? { ...one, cost_milli_minor: 1500 } : one,
      ),
    },
    headers: { 'If-Match': answer.headers().etag ?? '' },
  });
  await dialog.getByRole('button', { name: '保存渠道' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('0.01500');
  await dialog.getByRole('button', { name: '保存渠道' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(channel(page, '邮件')).toContainText('30 天内最多 3 条');
  await expect(channel(page, '邮件')).toContainText('¥0.015');
  await page.getByRole('button', { name: '新增渠道' }).click();
  await dialog.getByRole('textbox', { name: '中文名称' }).fill('企业微信');
  await dialog.getByRole('textbox', { name: '英文名称' }).fill('WeCom');
  await expect(dialog.getByRole('textbox', { name: '代码' })).toHaveValue('wecom');
  await dialog.getByRole('checkbox', { name: 'UnionID' }).check();
  await dialog.getByRole('button', { name: '新增渠道' }).click();
  await expect(channel(page, '企业微信')).toContainText('UnionID');
});

test('who may only look changes nothing; nothing to count is told, and a failure stays in its panel', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/reach');
  await expect(page.getByRole('button', { name: /修改：|新增渠道/ })).toHaveCount(0);
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/reach');
  await expect(pool(page).getByTestId('state-first-use')).toBeVisible();
  await expect(connection(page).getByTestId('state-no-match')).toBeVisible();
  await expect(funnel(page).getByTestId('state-no-clicks')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'no_value');
  await open(page, '/reach');
  await expect(funnel(page)).toContainText('还没有计算过客户价值');
  await mockState(context, baseURL, 'mock_fail', '/reach/funnel');
  await open(page, '/reach');
  await expect(funnel(page).getByTestId('error-panel')).toBeVisible();
  await expect(page.getByTestId('error-panel')).toHaveCount(1);
  await expect(page.getByTestId('pool-contacts')).toHaveText('1,702');
});

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone reach fits and is free of violations, light and dark: ${locale}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, '/reach?from=2026-05-01&until=2026-05-31&parameter=channel');
    await expect(funnel(page)).toBeVisible();
    await expectFitAndClean(page, 'reach');
    await pool(page).getByRole('row').nth(3).getByRole('button').last().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectFitAndClean(page, 'channel');
  });
