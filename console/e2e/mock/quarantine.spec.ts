import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

/** A source of this test's own that holds so many messages, which the made-up server reads from its name. */
async function holding(request: APIRequestContext, count: number): Promise<string> {
  const answer = await request.post('/api/v1/sources', { data: { name: `held ${count}`, kind: 'till' } });
  const { id } = (await answer.json()).source;
  await request.get(`/api/v1/sources/${id}/plan`);
  return id;
}

const rows = (page: Page) => page.locator('[data-fact]');
const dialog = (page: Page) => page.getByTestId('decision');
const held = async (request: APIRequestContext, id: string): Promise<{ event: string; facts: number }[]> =>
  (await (await request.get(`/api/v1/sources/${id}/quarantine`)).json()).events;

test('the list says what is held and why, never what was in it', async ({ page }) => {
  await open(page, '/sources/src_0002');
  await expect(page.getByTestId('source-erased')).toContainText('3');
  await page.getByTestId('source-held').getByRole('link').click();
  await expect(page).toHaveURL(/src_0002\/quarantine$/);
  await expect(page.getByRole('link', { name: /隔离区/ })).toContainText('212');
  await expect(page.getByTestId('held-events')).toContainText('隔离 106 条');
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText('Order Completed');
  await expect(rows(page).first()).toContainText('类型不对');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const opened = rows(page).nth(1);
  await expect(opened).toContainText('缺少必填属性');
  await expect(opened).toContainText('order_id');
  await expect(opened).toContainText('没有');
  await expect(opened).toContainText('文本 xx-99');
  await expect(opened.getByTestId('held-shape')).toContainText('products: list of 1');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByTestId('held').getByRole('button', { name: '加载更多' }).click();
  await expect(rows(page)).toHaveCount(100);
});

test('the filters by source, event and reason live in the address', async ({ page }) => {
  await open(page, '/sources/src_0002/quarantine');
  await page.getByRole('combobox', { name: '按事件筛选' }).selectOption('track Drawer Opened');
  await expect(page).toHaveURL(/event_type=track&event=Drawer\+Opened/);
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).filter({ hasText: 'Order Completed' })).toHaveCount(0);
  await page.getByRole('combobox', { name: '按原因筛选' }).selectOption('类型不对');
  await expect(page.getByTestId('state-no-match')).toContainText('后面还有');
  await page.getByRole('button', { name: '清除筛选' }).click();
  await expect(page).toHaveURL(/quarantine$/);
  await page.getByRole('combobox', { name: '按原因筛选' }).selectOption('缺少必填属性');
  await expect(rows(page).first()).toContainText('缺少必填属性');
  await expect(page.getByTestId('held')).toContainText('读到的 50 条中有 13 条符合');
  await page.getByRole('combobox', { name: '数据源' }).selectOption('官网商城（0）');
  await expect(page).toHaveURL(/src_0001\/quarantine$/);
  const nothing = page.getByTestId('state-nothing-held');
  await expect(nothing).toContainText('现在的处理方式是“标记”');
  await nothing.getByRole('link', { name: '查看埋点方案' }).click();
  await expect(page).toHaveURL(/src_0001\/plan$/);
});

test('some are released after a question; what happens to them is said', async ({ page }) => {
  const id = await holding(page.request, 8);
  await open(page, `/sources/${id}/quarantine`);
  await rows(page).nth(0).getByRole('checkbox').check();
  await rows(page).nth(3).getByRole('checkbox').check();
  await expect(page.getByTestId('held-actions')).toContainText('已选 2 条');
  await page.getByRole('button', { name: '放行所选' }).click();
  await expect(dialog(page)).toContainText('所选的消息：2 条。');
  await expect(dialog(page)).toContainText('订单和退款计入价值，各算一次');
  expect(await axeViolations(page)).toEqual([]);
  await dialog(page).getByRole('button', { name: '取消' }).click();
  await expect(rows(page)).toHaveCount(8);
  await page.getByRole('button', { name: '放行所选' }).click();
  await dialog(page).getByRole('button', { name: '放行', exact: true }).click();
  await expect(page.getByTestId('decision-result')).toContainText('已放行 2 条。');
  await expect(page.getByTestId('decision-result')).toContainText('几秒内可在客户的动态里看到');
  expect(await axeViolations(page)).toEqual([]);
  await dialog(page).getByRole('button', { name: '关闭' }).click();
  await expect(rows(page)).toHaveCount(6);
  await expect(page.getByRole('link', { name: /隔离区/ })).toContainText('6');
});

test('all of one event are released part by part, and the others stay', async ({ page }) => {
  const id = await holding(page.request, 480);
  await open(page, `/sources/${id}/quarantine?event_type=track&event=Order+Completed`);
  await page.getByRole('button', { name: '全部放行' }).click();
  await expect(dialog(page)).toContainText('“Order Completed”的全部消息：240 条。');
  await dialog(page).getByRole('button', { name: '放行', exact: true }).click();
  await expect(page.getByTestId('decision-result')).toContainText('已放行 240 条。');
  expect(await held(page.request, id)).toEqual([
    expect.objectContaining({ event: 'Order Refunded', facts: 120 }),
    expect.objectContaining({ event: 'Drawer Opened', facts: 120 }),
  ]);
});

test('all with one reason are discarded, though the server has no such filter; the count is typed first', async ({
  page,
}) => {
  const id = await holding(page.request, 300);
  await open(page, `/sources/${id}/quarantine?reason=unknown_event`);
  await page.getByRole('button', { name: '全部丢弃' }).click();
  await expect(dialog(page)).toContainText('原因含“方案以外的事件”的全部消息：75 条。');
  await expect(dialog(page)).toContainText('无法撤销');
  const discard = dialog(page).getByRole('button', { name: '丢弃', exact: true });
  await expect(discard).toBeDisabled();
  await dialog(page).getByRole('textbox').fill('74');
  await expect(discard).toBeDisabled();
  await dialog(page).getByRole('textbox').fill('75');
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('decision-result')).toContainText('已丢弃 75 条。');
  await dialog(page).getByRole('link', { name: '查看审计日志' }).click();
  await expect(page).toHaveURL(/settings\/audit$/);
  expect((await held(page.request, id)).map(({ event }) => event)).toEqual(['Order Completed', 'Order Refunded']);
});

test('what fails half-way says how far it came, and goes on from there', async ({ page, context, baseURL }) => {
  const id = await holding(page.request, 4);
  await mockState(context, baseURL, 'mock', 'stuck');
  await open(page, `/sources/${id}/quarantine`);
  await page.getByRole('button', { name: '全部放行' }).click();
  await dialog(page).getByRole('button', { name: '放行', exact: true }).click();
  await expect(dialog(page)).toContainText('服务器正忙');
  await expect(dialog(page)).toContainText('出错前已处理 0 条');
  expect(await axeViolations(page)).toEqual([]);
  await mockState(context, baseURL, 'mock', 'fine');
  await dialog(page).getByRole('button', { name: '再试一次' }).click();
  await expect(page.getByTestId('decision-result')).toContainText('已放行 4 条。');
  await dialog(page).getByRole('button', { name: '关闭' }).click();
  await expect(page.getByTestId('state-nothing-held')).toBeVisible();
});

test('by keyboard alone: one is marked, released, and the dialog closed', async ({ page }) => {
  const id = await holding(page.request, 4);
  await open(page, `/sources/${id}/quarantine`);
  await tabTo(page, rows(page).first().getByRole('checkbox'));
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeVisible();
  await tabTo(page, dialog(page).getByRole('button', { name: '放行', exact: true }), 6);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('decision-result')).toContainText('已放行 1 条。');
  await page.keyboard.press('Escape');
  await expect(rows(page)).toHaveCount(3);
});

test('who may only read can decide nothing, and is told which right it needs', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/sources/src_0002/quarantine');
  await expect(rows(page)).toHaveCount(50);
  await expect(page.locator('main')).toContainText('放行和丢弃需要权限“管理数据源”');
  await expect(page.getByTestId('held-actions')).toHaveCount(0);
  await expect(rows(page).first().getByRole('checkbox')).toHaveCount(0);
});

test('a message that is held is found from the live debugger', async ({ page }) => {
  await open(page, '/sources/src_0002?outcome=quarantined');
  const entry = page.getByTestId('debugger').locator('[data-entry]').first();
  await expect(entry).toContainText('已隔离');
  await expect(entry).toContainText('类型不对');
  await entry.click();
  await page.getByTestId('debugger').getByRole('link', { name: '查看隔离区' }).click();
  await expect(page).toHaveURL(/quarantine$/);
});

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone the quarantine fits and is free of violations, light and dark: ${locale}`, async ({
    page,
    context,
  }) => {
    test.setTimeout(180_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    const check = () => expectFitAndClean(page, page.url());
    await open(page, '/sources/src_0002/quarantine');
    await rows(page).nth(1).locator('[data-entry]').click();
    await rows(page).nth(2).getByRole('checkbox').check();
    await check();
    await page.getByTestId('held-actions').getByRole('button').first().click();
    await expect(dialog(page).getByRole('textbox')).toBeVisible();
    await check();
  });
