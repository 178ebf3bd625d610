import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

/** One that no other test looks at. */
async function ownWebhook(request: APIRequestContext, host = 'pop-up'): Promise<string> {
  const data = {
    url: `https://${host}.example.com/hooks`,
    description: `${host} ${Math.random().toString(36).slice(2, 8)}`,
    event_types: ['order.created'],
    with_imports: false,
  };
  const made = await request.post('/api/v1/webhooks', { data });
  return ((await made.json()) as { webhook: { id: string } }).webhook.id;
}

const rows = (page: Page) => page.getByTestId('deliveries').locator('tbody tr');

test('a list says how it is with each webhook, and leads to what was given up', async ({ page }) => {
  await open(page, '/settings/webhooks');
  const list = page.getByTestId('webhooks');
  for (const [name, state] of [
    ['crm', '正常'],
    ['warehouse.example.com', '正在失败'],
    ['sms gateway', '失败过多，已暂停'],
    ['old shop', '对方已停用'],
  ] as const)
    await expect(list.getByRole('row').filter({ hasText: name }), name).toContainText(state);
  await list.getByRole('link', { name: '查看 warehouse.example.com 已放弃的 6 条消息' }).click();
  await expect(page).toHaveURL(/whk_0002\?state=failed$/);
  await expect(rows(page)).toHaveCount(6);
  await expect(rows(page).first()).toContainText('已放弃');
});

test('a webhook is made: its secret is shown once, and what the server refuses stands at its field', async ({
  page,
}) => {
  await open(page, '/settings/webhooks');
  await page.getByRole('button', { name: '新建 Webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '新建 Webhook' }).click();
  await expect(dialog).toContainText('至少选一种事件');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('textbox', { name: '地址' }).fill('http://till.example.com/hooks');
  await dialog.getByRole('textbox', { name: '用途' }).fill('till');
  await dialog.getByRole('checkbox', { name: /订单新增/ }).check();
  await dialog.getByRole('button', { name: '新建 Webhook' }).click();
  await expect(dialog).toContainText('这个地址不能用');
  // What was typed is kept when the form is closed by mistake.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '新建 Webhook' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await dialog.getByRole('textbox', { name: '地址' }).fill('https://till.example.com/hooks');
  await dialog.getByRole('button', { name: '新建 Webhook' }).click();
  await expect(page.getByTestId('secret')).toHaveValue(/^whsec_/);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('secret')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '我已保存' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('till');
  await expect(page.getByTestId('state-nothing-sent')).toBeVisible();
  await expect(page.getByTestId('subscription')).toContainText('订单新增');
});

test('a test message says what became of it, where it arrives and where it does not', async ({ page }) => {
  await open(page, `/settings/webhooks/${await ownWebhook(page.request)}`);
  await page.getByRole('button', { name: '发送测试' }).click();
  const outcome = page.getByTestId('test-outcome');
  await expect(outcome).toHaveAttribute('data-outcome', 'under_way');
  await expect(outcome).toHaveAttribute('data-outcome', 'arrived', { timeout: 10_000 });
  await expect(outcome).toContainText('已应答 200');
  await expect(rows(page).first()).toContainText('测试消息');
  await expect(page.getByTestId('attempts')).toContainText('已应答 200');
  await outcome.getByRole('button', { name: '关闭' }).click();
  await expect(outcome).toHaveCount(0);

  await open(page, `/settings/webhooks/${await ownWebhook(page.request, 'down')}`);
  await page.getByRole('button', { name: '发送测试' }).click();
  await expect(outcome).toHaveAttribute('data-outcome', 'failed', { timeout: 10_000 });
  await expect(outcome).toContainText('对方没有接受（503）');
  await expect(page.getByTestId('webhook')).toHaveAttribute('data-health', 'failing', { timeout: 10_000 });
  await expect(page.getByText(/起没有一条送达/)).toBeVisible();
});

test('one message is read as it is sent, and sent again', async ({ page }) => {
  await open(page, '/settings/webhooks/whk_0001');
  await expect(rows(page)).toHaveCount(50);
  await page.getByTestId('deliveries').getByRole('button', { name: '加载更多' }).click();
  await expect(rows(page)).toHaveCount(64);
  await rows(page).last().getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('delivery-body')).toContainText('"order_no": "A-');
  await expect(dialog).toContainText('webhook-id');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '重发这条消息' }).click();
  await expect(page.getByText('这条消息将再次发送。')).toBeVisible();
});

test('messages are sent again: those that were given up, or all from a time within seven days on', async ({ page }) => {
  const id = await ownWebhook(page.request);
  await page.request.post(`/api/v1/webhooks/${id}/test`);
  await open(page, `/settings/webhooks/${id}`);
  await expect(page.getByTestId('webhook-delivered')).toHaveText('1', { timeout: 10_000 });
  await page.getByRole('button', { name: '重发消息' }).click();
  const dialog = page.getByRole('dialog');
  // Nothing was given up here, so that is not offered.
  await expect(dialog.getByRole('radio', { name: '已放弃的（0 条）' })).toBeDisabled();
  const since = dialog.getByLabel('从这时起');
  await expect(since).toHaveValue(/T\d\d:\d\d$/);
  expect(await axeViolations(page)).toEqual([]);
  const day = Number((await since.inputValue()).slice(0, 4));
  await since.fill(`${day - 1}-01-01T00:00`);
  await dialog.getByRole('button', { name: '重发消息' }).click();
  await expect(dialog).toContainText('请填七天以内、已经过去的时间');
  const asked = page.waitForRequest((request) => request.url().endsWith(`/${id}/replay`));
  await since.fill(await since.getAttribute('min').then(String));
  await dialog.getByRole('button', { name: '重发消息' }).click();
  const { since: sent } = (await asked).postDataJSON() as { since: string };
  expect(Date.now() - Date.parse(sent)).toBeGreaterThan(7 * 86_400_000 - 120_000);
  await expect(page.getByText('1 条消息将再次发送。')).toBeVisible();

  await open(page, '/settings/webhooks/whk_0002');
  await page.getByRole('button', { name: '重发消息' }).click();
  await expect(dialog.getByRole('radio', { name: /已放弃的（\d+ 条）/ })).toBeChecked();
});

test('a webhook is paused and resumed; what waits is told', async ({ page }) => {
  await open(page, `/settings/webhooks/${await ownWebhook(page.request)}`);
  const webhook = page.getByTestId('webhook');
  await page.getByRole('button', { name: '暂停 Webhook' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('最多七天');
  await dialog.getByRole('button', { name: '暂停 Webhook' }).click();
  await expect(webhook).toHaveAttribute('data-health', 'paused');
  await expect(page.getByText(/手动暂停$/)).toBeVisible();
  await expect(page.getByRole('button', { name: '发送测试' })).toBeDisabled();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('banner').or(page.locator('main header')).getByRole('button', { name: '恢复 Webhook' }).click();
  await expect(webhook).toHaveAttribute('data-health', 'active');
});

test('the secret is replaced, and the earlier one goes on signing for a while', async ({ page }) => {
  await open(page, `/settings/webhooks/${await ownWebhook(page.request)}`);
  await page.getByRole('button', { name: '更多操作' }).click();
  await page.getByRole('menuitem', { name: '更换密钥' }).click();
  const dialog = page.getByRole('dialog');
  const grace = dialog.getByRole('combobox', { name: '旧密钥继续签名' });
  await expect(grace).toHaveValue('86400');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '更换密钥' }).click();
  await expect(page.getByTestId('secret')).toHaveValue(/^whsec_/);
  await page.getByRole('button', { name: '我已保存' }).click();
  await expect(page.getByText(/为止，消息同时带新旧两个密钥的签名/)).toBeVisible();
});

test('settings change; what somebody else changed meanwhile is neither lost nor hidden', async ({ page }) => {
  const id = await ownWebhook(page.request);
  await open(page, `/settings/webhooks/${id}`);
  await page.getByRole('button', { name: '更多操作' }).click();
  await page.getByRole('menuitem', { name: '修改 Webhook' }).click();
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: '保存修改' });
  await expect(save).toBeDisabled();
  await dialog.getByRole('checkbox', { name: /订单退款/ }).check();
  const theirs = { url: 'https://new.example.com/', description: 'theirs', event_types: ['order.created'] };
  await page.request.put(`/api/v1/webhooks/${id}`, {
    data: { ...theirs, with_imports: false },
    headers: { 'If-Match': '"1"' },
  });
  await save.click();
  await expect(page.getByTestId('their-changes')).toContainText('→ https://new.example.com/');
  await expect(dialog.getByRole('textbox', { name: '用途' })).toHaveValue('theirs');
  await expect(dialog.getByRole('checkbox', { name: /订单退款/ })).toBeChecked();
  expect(await axeViolations(page)).toEqual([]);
  await save.click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('theirs');
  await expect(page.getByTestId('subscription')).toContainText('订单退款');
});

test('a webhook is removed only after a question', async ({ page }) => {
  const id = await ownWebhook(page.request, 'gone-soon');
  await open(page, `/settings/webhooks/${id}`);
  const name = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  await page.getByRole('button', { name: '更多操作' }).click();
  await page.getByRole('menuitem', { name: '删除 Webhook' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('不能恢复');
  await dialog.getByRole('button', { name: '删除 Webhook' }).click();
  await expect(page).toHaveURL(/\/settings\/webhooks$/);
  await expect(page.getByText('Webhook 已删除。')).toBeVisible();
  await expect(page.getByRole('link', { name })).toHaveCount(0);
  await open(page, `/settings/webhooks/${id}`);
  await expect(page.getByTestId('state-not-found')).toBeVisible();
});

test('states: gone, paused after failures, nothing yet, a part that failed', async ({ page, context, baseURL }) => {
  await open(page, '/settings/webhooks/whk_0004');
  await expect(page.getByText(/对方答复 410/)).toBeVisible();
  await expect(page.getByTestId('state-nothing-sent')).toBeVisible();
  await open(page, '/settings/webhooks/whk_0003');
  await expect(page.getByText(/连续三天没有一条送达/)).toBeVisible();
  await expect(page.getByText('现在有 3 条消息在等待。')).toBeVisible();
  await page.getByRole('radiogroup', { name: '按状态筛选' }).getByText('已送达', { exact: true }).click();
  await expect(page.getByTestId('state-no-match')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '显示全部消息' }).click();
  await expect(rows(page)).toHaveCount(3);
  await mockState(context, baseURL, 'mock_fail', '/webhooks/whk_0001/attempts');
  await open(page, '/settings/webhooks/whk_0001');
  await expect(page.getByTestId('attempts').getByTestId('error-panel')).toContainText('req_mock_0001', {
    timeout: 15_000,
  });
  await expect(rows(page).first()).toBeVisible();
  await mockState(context, baseURL, 'mock_fail', '/webhooks');
  await open(page, '/settings/webhooks');
  await expect(page.getByTestId('error-panel')).toBeVisible({ timeout: 15_000 });
  await mockState(context, baseURL, 'mock_fail', '/nowhere');
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/webhooks');
  await expect(page.getByTestId('state-first-use')).toContainText('还没有 Webhook');
  expect(await axeViolations(page)).toEqual([]);
});

test('who may only read is offered nothing to change', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/settings/webhooks');
  await expect(page.getByRole('button', { name: '新建 Webhook' })).toHaveCount(0);
  await page.getByRole('link', { name: 'sms gateway' }).click();
  await expect(rows(page).first()).toBeVisible();
  for (const name of ['发送测试', '重发消息', '恢复 Webhook', '更多操作'])
    await expect(page.getByRole('button', { name }), name).toHaveCount(0);
  await rows(page).first().getByRole('button').click();
  await expect(page.getByTestId('delivery-body')).toBeVisible();
  await expect(page.getByRole('button', { name: '重发这条消息' })).toHaveCount(0);
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/webhooks');
  await expect(page.getByTestId('state-first-use')).toContainText('管理 Webhook');
});

test('by keyboard alone: made, tested, a message read', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page, '/settings/webhooks');
  await tabTo(page, page.getByRole('button', { name: '新建 Webhook' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: '地址' })).toBeFocused();
  await page.keyboard.type('https://keys.example.com/hooks');
  await tabTo(page, dialog.getByRole('checkbox', { name: /订单新增/ }));
  await page.keyboard.press('Space');
  await tabTo(page, dialog.getByRole('button', { name: '新建 Webhook' }));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('secret')).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: '我已保存' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('keys.example.com');
  await tabTo(page, page.getByRole('button', { name: '发送测试' }));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('test-outcome')).toHaveAttribute('data-outcome', 'arrived', { timeout: 10_000 });
  await tabTo(page, rows(page).first().getByRole('button'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('delivery-body')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rows(page).first().getByRole('button')).toBeFocused();
});

const WORDS = {
  'zh-CN': { create: '新建 Webhook', replay: '重发消息', more: '更多操作', edit: '修改 Webhook', rotate: '更换密钥' },
  en: {
    create: 'New webhook',
    replay: 'Send again',
    more: 'More actions',
    edit: 'Change webhook',
    rotate: 'Replace secret',
  },
} as const;

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone webhooks fit and are free of violations, light and dark: ${locale}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    const words = WORDS[locale];
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    const check = (name: string) => expectFitAndClean(page, name);
    const dialog = page.getByRole('dialog');
    const inDialog = async (name: string, show: () => Promise<void>) => {
      await show();
      await expect(dialog).toBeVisible();
      await check(name);
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    };
    await open(page, '/settings/webhooks');
    await check('list');
    await inDialog('create', () => page.getByRole('button', { name: words.create }).click());
    await open(page, '/settings/webhooks/whk_0002');
    await check('one that fails');
    await inDialog('a message', () => rows(page).first().getByRole('button').click());
    await inDialog('replay', () => page.getByRole('button', { name: words.replay }).click());
    for (const name of [words.edit, words.rotate])
      await inDialog(name, async () => {
        await page.getByRole('button', { name: words.more }).click();
        await page.getByRole('menuitem', { name }).click();
      });
    await open(page, '/settings/webhooks/whk_0004');
    await check('one that is gone');
  });
