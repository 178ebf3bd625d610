import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, collectComplaints, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

/** A source of this test's own, of which a first message is there. */
async function ownSource(request: APIRequestContext): Promise<string> {
  const answer = await request.post('/api/v1/sources', { data: { name: 'pop-up stall', kind: 'till' } });
  const { id } = (await answer.json()).source;
  await request.get(`/api/v1/sources/${id}/debugger`);
  await expect
    .poll(async () => (await (await request.get(`/api/v1/sources/${id}`)).json()).totals.last_at, { timeout: 10_000 })
    .not.toBeNull();
  return id;
}

const event = (page: Page, name: string) => page.locator(`[data-event="${name}"]`);
const property = (page: Page, path: string) => page.locator(`[data-path="${path}"]`);
const plan = async (request: APIRequestContext, id: string) => (await request.get(`/api/v1/sources/${id}/plan`)).json();

test('a draft is made from what arrived, changed, frozen; the next version says what it changed', async ({ page }) => {
  test.setTimeout(180_000);
  const complaints = collectComplaints(page);
  const id = await ownSource(page.request);
  await open(page, `/sources/${id}`);
  await page.getByRole('link', { name: '埋点方案' }).click();
  const first = page.getByTestId('state-first-use');
  await expect(first).toContainText('还没有埋点方案');
  expect(await axeViolations(page)).toEqual([]);
  // What cannot be made is said, with what to do.
  await first.getByRole('combobox').selectOption('1');
  await first.getByRole('button', { name: '生成草稿' }).click();
  await expect(page.getByText('这段时间没有可以用来生成方案的消息')).toBeVisible();
  await first.getByRole('combobox').selectOption('30');
  await first.getByRole('button', { name: '生成草稿' }).click();
  await expect(page.getByText('已按 128,062 条消息生成草稿。')).toBeVisible();

  // Events, properties with type, required or not, and how often each was there.
  await event(page, 'Order Completed').getByRole('button').first().click();
  await expect(property(page, 'products[].price')).toContainText('数字');
  await expect(property(page, 'products[].price')).toContainText('出现率 100%');
  await expect(property(page, 'coupon')).toContainText('出现率 22.0%');
  await expect(property(page, 'currency')).toContainText('允许的值：CNY');
  await expect(page.getByRole('checkbox', { name: 'coupon 必填' })).not.toBeChecked();
  await page.getByRole('button', { name: '修改属性 total' }).click();
  await property(page, 'total').getByRole('checkbox', { name: '文本' }).uncheck();
  await page.getByRole('button', { name: '移除属性 coupon' }).click();
  await expect(page.getByTestId('save-bar')).toContainText('有没有保存的修改');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByTestId('save-bar')).toHaveCount(0);

  // Freezing saves what is not saved yet.
  await page.getByTestId('add-event').getByRole('textbox').fill('Drawer Opened');
  await page.getByRole('button', { name: '添加事件' }).click();
  await page.getByRole('button', { name: '冻结草稿' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('冻结为第 1 版');
  await expect(dialog).toContainText('方案里有 8 个事件');
  await dialog.getByRole('button', { name: '冻结草稿' }).click();
  await expect(page.getByText('已冻结为第 1 版。')).toBeVisible();
  await expect(page.getByRole('heading', { name: '方案（第 1 版）' })).toBeVisible();
  const { frozen } = await plan(page.request, id);
  const order = frozen.plan.events.find((one: { name: string }) => one.name === 'Order Completed');
  const paths = order.properties.map((one: { path: string }) => one.path);
  expect(paths).not.toContain('coupon');
  expect(order.properties.find((one: { path: string }) => one.path === 'total').types).toEqual(['number']);

  await page.getByRole('button', { name: '修改方案' }).click();
  await event(page, 'Order Refunded').getByRole('button').first().click();
  await page.getByRole('checkbox', { name: 'reason 必填' }).check();
  await page.getByRole('button', { name: '冻结草稿' }).click();
  await expect(dialog).toContainText('与上一版相比有 1 处不同');
  await expect(dialog).toContainText('是否必填：选填 → 必填');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '冻结草稿' }).click();
  const versions = page.getByTestId('plan-versions');
  await expect(versions.getByRole('listitem').first()).toContainText('第 2 版');
  await versions.getByRole('button').first().click();
  await expect(versions).toContainText('是否必填：选填 → 必填');
  await expect(versions).toContainText('林晓岚');
  expect(complaints.filter((one) => !one.includes('409'))).toEqual([]);
});

test('coverage and violations: how much, of what, with an example that holds no value, and what to do', async ({
  page,
}) => {
  await open(page, '/sources/src_0001/plan');
  await expect(page.getByTestId('plan-covered')).toHaveText('5 / 7');
  await expect(page.getByTestId('plan-right')).toHaveText('99.52%');
  const events = page.getByTestId('plan-events');
  await expect(events.getByRole('row').nth(1)).toContainText('没有一条合方案');
  await expect(events.getByRole('row').nth(2)).toContainText('没有来过');
  await expect(events.getByRole('row')).toHaveCount(3);
  await events.getByRole('button', { name: '显示全部事件' }).click();
  await expect(events.getByRole('row')).toHaveCount(8);

  const violations = page.getByTestId('plan-violations');
  await expect(violations.getByRole('listitem').first()).toContainText('388 条');
  const wrong = violations.locator('[data-kind="wrong_type"]');
  await wrong.getByRole('button').click();
  await expect(wrong).toContainText('数字');
  await expect(wrong).toContainText('文本 -99.99');
  await expect(wrong).toContainText('ajs-next-');
  await expect(wrong).toContainText('让发送端改类型');
  expect(await axeViolations(page)).toEqual([]);
  await violations.getByRole('combobox').selectOption('缺少必填属性');
  await expect(violations.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('radiogroup', { name: '时间范围' }).getByText('7 天').click();
  await expect(page).toHaveURL(/days=7$/);
});

test('the mode is changed after a question, and what it means is said', async ({ page }) => {
  const id = await ownSource(page.request);
  await page.request.post(`/api/v1/sources/${id}/plan/draft`, { data: { days: 30 } });
  await open(page, `/sources/${id}/plan`);
  const mode = page.getByTestId('plan-mode');
  await expect(mode.getByRole('radio', { name: '标记' })).toBeChecked();
  await expect(mode).toContainText('方案冻结后才开始检查。');
  // What is being edited stays, and is not saved by the way.
  await event(page, 'Order Refunded').getByRole('button').first().click();
  await page.getByRole('checkbox', { name: 'reason 必填' }).check();
  await mode.getByRole('radio', { name: '隔离' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('直到有人放行或丢弃');
  await dialog.getByRole('button', { name: '取消' }).click();
  await expect(mode.getByRole('radio', { name: '标记' })).toBeChecked();
  await mode.getByRole('radio', { name: '隔离' }).click();
  await dialog.getByRole('button', { name: '改为“隔离”' }).click();
  await expect(mode.getByRole('radio', { name: '隔离' })).toBeChecked();
  await expect(page.getByTestId('save-bar')).toBeVisible();
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByTestId('save-bar')).toHaveCount(0);
  const saved = await plan(page.request, id);
  expect(saved.mode).toBe('quarantine');
  const refunded = saved.draft.events.find((one: { name: string }) => one.name === 'Order Refunded');
  expect(refunded.properties.find((one: { path: string }) => one.path === 'reason').required).toBe(true);
});

test('what somebody else changed meanwhile is neither lost nor hidden', async ({ page }) => {
  const id = await ownSource(page.request);
  await page.request.post(`/api/v1/sources/${id}/plan/draft`, { data: { days: 30 } });
  await open(page, `/sources/${id}/plan`);
  await event(page, 'Signed Up').getByRole('button').first().click();
  await page.getByRole('checkbox', { name: 'method 必填' }).uncheck();
  const { draft, version } = await plan(page.request, id);
  const theirs = { events: draft.events.filter((one: { name: string }) => one.name !== 'Product Added') };
  const ifMatch = { 'If-Match': `"${version}"` };
  await page.request.put(`/api/v1/sources/${id}/plan`, { data: { mode: 'flag', draft: theirs }, headers: ifMatch });
  await page.getByRole('button', { name: '保存草稿' }).click();
  const notice = page.getByTestId('their-changes');
  await expect(notice).toContainText('别人刚刚改过这份方案');
  await expect(notice).toContainText('移除了 track · Product Added');
  expect(await axeViolations(page)).toEqual([]);
  await expect(page.getByRole('checkbox', { name: 'method 必填' })).not.toBeChecked();
  await notice.getByRole('button', { name: '用我的覆盖' }).click();
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByTestId('save-bar')).toHaveCount(0);
  await expect(event(page, 'Product Added')).toHaveCount(1);
});

test('what the server refuses stands at the event; what was begun is kept', async ({ page }) => {
  const id = await ownSource(page.request);
  await open(page, `/sources/${id}/plan`);
  await page.getByRole('button', { name: '手写方案' }).click();
  const add = page.getByTestId('add-event');
  await add.getByRole('button', { name: '添加事件' }).click();
  await expect(add).toContainText('请填事件名。');
  await add.getByRole('textbox').fill('Tea Poured');
  await page.keyboard.press('Enter');
  const poured = event(page, 'Tea Poured');
  await poured.getByRole('textbox', { name: '属性路径' }).fill('cup size');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByTestId('save-bar')).toContainText('有几处不能接受');
  await expect(poured).toContainText('1 处不能接受');
  await expect(poured).toContainText('names like total, address.city or products[].price');
  expect(await axeViolations(page)).toEqual([]);
  // Another page and back.
  await page.getByRole('link', { name: '隔离区' }).click();
  await page.getByRole('button', { name: '保留草稿并离开' }).click();
  await page.getByRole('link', { name: '埋点方案', exact: true }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await event(page, 'Tea Poured').getByRole('button').first().click();
  await page.getByRole('button', { name: '移除属性 cup size' }).click();
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByTestId('save-bar')).toHaveCount(0);
  expect((await plan(page.request, id)).draft.events).toHaveLength(1);
});

test('by keyboard alone: an event is opened, a property made optional, the draft saved', async ({ page }) => {
  const id = await ownSource(page.request);
  await page.request.post(`/api/v1/sources/${id}/plan/draft`, { data: { days: 30 } });
  await open(page, `/sources/${id}/plan`);
  await tabTo(page, event(page, 'Signed Up').getByRole('button').first());
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('checkbox', { name: 'method 必填' }));
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('button', { name: '保存草稿' }));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('save-bar')).toHaveCount(0);
  const { draft } = await plan(page.request, id);
  const signedUp = draft.events.find((one: { name: string }) => one.name === 'Signed Up');
  expect(signedUp.properties[0].required).toBe(false);
});

test('who may only read sees the plan and is offered nothing to change', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/sources/src_0001/plan');
  await expect(page.getByTestId('plan-mode')).toContainText('管理数据源');
  await expect(page.getByRole('radio', { name: '隔离' })).toBeDisabled();
  await event(page, 'Order Completed').getByRole('button').click();
  await expect(property(page, 'total')).toContainText('必填');
  for (const name of ['冻结草稿', '重新生成', '放弃草稿', '添加事件', '移除事件'])
    await expect(page.getByRole('button', { name }), name).toHaveCount(0);
  await open(page, '/sources/src_0003/plan');
  await expect(page.getByTestId('state-first-use')).toContainText('管理数据源');
  await expect(page.getByTestId('state-first-use').getByRole('button')).toHaveCount(0);
});

test('states: nothing has arrived, a part failed', async ({ page, context, baseURL }) => {
  await open(page, '/sources/src_0004/plan');
  const first = page.getByTestId('state-first-use');
  await expect(first).toContainText('还没有消息，生成不了草稿');
  await first.getByRole('link', { name: '查看接入方法' }).click();
  await expect(page).toHaveURL(/src_0004$/);
  await mockState(context, baseURL, 'mock_fail', '/sources/src_0001/plan/coverage');
  await open(page, '/sources/src_0001/plan');
  await expect(page.getByTestId('plan-coverage').getByTestId('error-panel')).toContainText('req_mock_0001');
  await expect(event(page, 'Order Completed')).toBeVisible();
});

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone the plan fits and is free of violations, light and dark: ${locale}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, '/sources/src_0001/plan');
    await event(page, 'Order Completed').getByRole('button').first().click();
    await property(page, 'shipping.method').getByRole('button').first().click();
    await page.getByTestId('plan-violations').locator('[data-kind="wrong_value"]').getByRole('button').click();
    await page.getByTestId('plan-versions').getByRole('button').first().click();
    await expectFitAndClean(page, 'plan');
  });
