import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const panel = (page: Page) => page.getByTestId('consent');
const stateOf = (page: Page, purpose: string, channel = '') =>
  panel(page).locator(`[data-purpose="${purpose}"] [data-channel="${channel}"]`);
const register = (page: Page) => page.getByTestId('register');

/** Purposes that no other test looks at, and that are not the first of the list, which a dialog begins with. */
const ownCode = (name: string) => `z.${name}.${Math.random().toString(36).slice(2, 8)}`;

test('what a customer consents to, by purpose and channel, with the proof of each decision', async ({ page }) => {
  await open(page, '/customers/cus_000015/privacy');
  await expect(stateOf(page, 'marketing')).toHaveAttribute('data-decision', 'granted');
  await expect(stateOf(page, 'marketing')).toContainText('其余渠道');
  await expect(stateOf(page, 'marketing')).toContainText('文本 2');
  await expect(stateOf(page, 'marketing', 'sms')).toContainText('已撤回');
  await expect(stateOf(page, 'marketing', 'sms')).toContainText('林晓岚 登记');
  await expect(panel(page).locator('[data-purpose="membership"]')).toContainText('没有记录');
  await expect(panel(page).locator('[data-purpose="C0002"]')).toContainText('用途没有登记');
  await expect(stateOf(page, 'C0002')).toContainText('设备上报');
  await panel(page).getByText('全部 4 次决定').click();
  await expect(panel(page).locator('details li')).toHaveCount(4);
  await stateOf(page, 'marketing', 'sms').getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('本人当时决定');
  // What names a person is covered in the proof too.
  await expect(dialog).toContainText('来电 138****5678，工单 2026-114');
  await expect(dialog.getByTestId('evidence')).not.toContainText('13812345678');
  expect(await axeViolations(page)).toEqual([]);
});

test('a consent is written down by hand, for some channels, with what proves it', async ({ page }) => {
  await open(page, '/customers/cus_000021/privacy');
  await expect(panel(page).locator('[data-purpose="marketing"]')).toContainText('没有记录');
  await panel(page).getByRole('button', { name: '登记同意或撤回' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: '所有渠道' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'push' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'email' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'sms' }).uncheck();
  await dialog.getByRole('button', { name: '登记决定' }).click();
  await expect(dialog).toContainText('至少选一个渠道');
  await dialog.getByRole('checkbox', { name: 'sms' }).check();
  await dialog.getByRole('combobox', { name: '本人看到的文本' }).selectOption('2');
  await dialog.getByLabel('决定时间').fill('2099-01-01T00:00');
  await dialog.getByRole('textbox', { name: '凭证说明' }).fill('refused');
  await dialog.getByRole('button', { name: '登记决定' }).click();
  await expect(dialog).toContainText('这个时间还没到');
  await dialog.getByLabel('决定时间').fill('2026-11-20T10:30');
  await dialog.getByRole('button', { name: '登记决定' }).click();
  // What the server refuses stands at its field.
  await expect(dialog).toContainText('格式不对（at most 1000 characters）');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('textbox', { name: '凭证说明' }).fill('签字表 7');
  const asked = page.waitForRequest((request) => request.url().endsWith('/api/v1/consents'));
  await dialog.getByRole('button', { name: '登记决定' }).click();
  expect((await asked).postDataJSON()).toEqual({
    customer: 'cus_000021',
    purpose: 'marketing',
    decision: 'granted',
    channels: ['sms'],
    text_version: '2',
    at: '2026-11-20T02:30:00Z',
    note: '签字表 7',
  });
  await expect(page.getByText('决定已登记。')).toBeVisible();
  await expect(stateOf(page, 'marketing', 'sms')).toHaveAttribute('data-decision', 'granted');
});

test('a withdrawal says what it erases before it is written down, and then how far that is', async ({ page }) => {
  await open(page, '/customers/cus_000025/privacy');
  await panel(page).getByRole('button', { name: '登记同意或撤回' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: '用途' }).selectOption('wechat.profile');
  await dialog.getByRole('radio', { name: '已撤回' }).check();
  await dialog.getByRole('button', { name: '下一步：确认影响' }).click();
  const confirm = page.getByTestId('consent-confirm');
  await expect(confirm).toContainText('24 小时内删除');
  await expect(confirm).toContainText('特征：nickname和avatar');
  await expect(confirm).toContainText('标识：OpenID和UnionID');
  await expect(confirm).toContainText('不能恢复');
  expect(await axeViolations(page)).toEqual([]);
  await confirm.getByRole('button', { name: '返回' }).click();
  await expect(dialog.getByRole('radio', { name: '已撤回' })).toBeChecked();
  await dialog.getByRole('button', { name: '下一步：确认影响' }).click();
  await confirm.getByRole('button', { name: '登记并删除' }).click();
  await expect(stateOf(page, 'wechat.profile')).toHaveAttribute('data-decision', 'revoked');
  await expect(panel(page).locator('[data-withdrawal="running"]')).toContainText('正在删除“微信资料”下收集的内容');
  await expect(panel(page).locator('[data-withdrawal="done"]')).toContainText('标识 2 项和特征 2 项', {
    timeout: 15_000,
  });
});

test('a withdrawal that erases nothing says that', async ({ page }) => {
  await open(page, '/customers/cus_000035/privacy');
  await panel(page).getByRole('button', { name: '登记同意或撤回' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: '已撤回' }).check();
  await dialog.getByRole('button', { name: '下一步：确认影响' }).click();
  await expect(page.getByTestId('consent-confirm')).toContainText('不会删除任何内容');
  await dialog.getByRole('button', { name: '登记决定' }).click();
  await expect(stateOf(page, 'marketing')).toHaveAttribute('data-decision', 'revoked');
});

test('a purpose is registered, changed, and its words are published', async ({ page }) => {
  const code = ownCode('birthday');
  await open(page, '/settings/privacy');
  await register(page).getByRole('button', { name: '登记用途' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '代码' }).fill('生日');
  await dialog.getByRole('button', { name: '登记用途' }).click();
  await expect(dialog).toContainText('必填');
  await dialog.getByRole('textbox', { name: '代码' }).fill('marketing');
  await dialog.getByRole('textbox', { name: '名称' }).fill('生日礼');
  await dialog.getByRole('button', { name: '登记用途' }).click();
  await expect(dialog).toContainText('这个代码已经登记过');
  await dialog.getByRole('textbox', { name: '代码' }).fill(code);
  await dialog.getByRole('textbox', { name: '渠道' }).fill('sms，email');
  await dialog.getByRole('checkbox', { name: '手机' }).check();
  await dialog.getByRole('checkbox', { name: '官网商城' }).check();
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '登记用途' }).click();
  const item = register(page).locator(`[data-purpose="${code}"]`);
  await expect(item).toContainText('手机');
  await expect(item).toContainText('还没有发布文本');

  await item.getByRole('button', { name: /^修改用途/ }).click();
  await dialog.getByRole('textbox', { name: '说明' }).fill('生日当月');
  const theirs = { name: '生日礼券', description: '', channels: ['sms', 'email'], collects: {} };
  await page.request.put(`/api/v1/consent-purposes/${code}`, { data: theirs, headers: { 'If-Match': '"1"' } });
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('名称：生日礼 → 生日礼券');
  await expect(dialog.getByRole('textbox', { name: '说明' })).toHaveValue('生日当月');
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(item).toContainText('生日礼券');
  await expect(item).toContainText('生日当月');

  await item.getByRole('button', { name: /^发布文本/ }).click();
  await expect(dialog.getByRole('textbox', { name: '版本' })).toHaveValue('1');
  await dialog.getByRole('textbox', { name: '文本' }).fill('我同意在生日当月收到礼券。');
  expect(await axeViolations(page)).toEqual([]);
  await page.request.post(`/api/v1/consent-purposes/${code}/texts`, {
    data: { version: '1', locale: 'en', text: 'x' },
  });
  await dialog.getByRole('button', { name: '发布文本' }).click();
  await expect(dialog).toContainText('这个版本已经发布过');
  await dialog.getByRole('textbox', { name: '版本' }).fill('2');
  await dialog.getByRole('button', { name: '发布文本' }).click();
  await expect(item).toContainText('文本 2');
  await item.getByText('2 个文本版本').click();
  await expect(item).toContainText('我同意在生日当月收到礼券。');
});

test('states: no purposes, a register that does not load, a role that may only look', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/privacy');
  await expect(register(page).getByTestId('state-first-use')).toContainText('还没有登记用途');
  await open(page, '/customers/cus_000016/privacy');
  await expect(panel(page)).toContainText('还没有登记用途');
  await expect(panel(page).getByRole('link', { name: '登记用途' })).toBeVisible();
  await mockState(context, baseURL, 'mock', 'full');
  await mockState(context, baseURL, 'mock_fail', '/consent-purposes');
  await open(page, '/customers/cus_000016/privacy');
  await expect(panel(page).getByTestId('error-panel')).toContainText('req_mock_0001', { timeout: 15_000 });
  await mockState(context, baseURL, 'mock_fail', '/nowhere');
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/customers/cus_000015/privacy');
  await expect(stateOf(page, 'marketing')).toBeVisible();
  await expect(panel(page).getByRole('button', { name: '登记同意或撤回' })).toHaveCount(0);
  await open(page, '/settings/privacy');
  await expect(register(page).locator('[data-purpose="marketing"]')).toBeVisible();
  await expect(register(page).getByRole('button', { name: /登记用途|修改|发布/ })).toHaveCount(0);
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/customers/cus_000016/privacy');
  await expect(panel(page).getByRole('button', { name: '登记同意或撤回' })).toBeVisible();
});

test('by keyboard alone: a withdrawal is written down', async ({ page }) => {
  await open(page, '/customers/cus_000045/privacy');
  await tabTo(page, panel(page).getByRole('button', { name: '登记同意或撤回' }), 120);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('combobox', { name: '用途' })).toBeFocused();
  await tabTo(page, dialog.getByRole('radio', { name: '已同意' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('radio', { name: '已撤回' })).toBeChecked();
  await tabTo(page, dialog.getByRole('button', { name: '下一步：确认影响' }));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('consent-confirm')).toBeVisible();
  await tabTo(page, dialog.getByRole('button', { name: '登记决定' }));
  await page.keyboard.press('Enter');
  await expect(stateOf(page, 'marketing')).toHaveAttribute('data-decision', 'revoked');
});

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone consent fits and is free of violations, light and dark: ${locale}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    const check = (name: string) => expectFitAndClean(page, name);
    const dialog = page.getByRole('dialog');
    await open(page, '/customers/cus_000015/privacy');
    await panel(page).locator('summary').click();
    await stateOf(page, 'marketing').getByRole('button').click();
    await expect(page.getByTestId('evidence')).toBeVisible();
    await check('evidence');
    await page.keyboard.press('Escape');
    await panel(page).getByRole('button').last().click();
    await dialog.getByRole('combobox').first().selectOption('wechat.profile');
    await dialog.getByRole('radio').nth(2).check();
    await check('record');
    await dialog.locator('button[type="submit"]').click();
    await expect(page.getByTestId('consent-confirm')).toBeVisible();
    await check('confirm');
    await open(page, '/settings/privacy');
    const item = register(page).locator('[data-purpose="marketing"]');
    await item.locator('summary').click();
    await item.getByRole('button').first().click();
    await expect(dialog.getByRole('checkbox').first()).toBeVisible();
    await check('purpose');
    await page.keyboard.press('Escape');
    await item.getByRole('button').nth(1).click();
    await expect(dialog.getByRole('textbox').first()).toBeVisible();
    await check('text');
  });
