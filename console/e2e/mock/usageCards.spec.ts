import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;
const dialogOf = (page: Page) => page.getByRole('dialog');
const card = (page: Page, code: string) => page.getByTestId('usage-cards').getByRole('row').filter({ hasText: code });
const ticket = (page: Page, order: string) => page.getByTestId('tickets').getByRole('row').filter({ hasText: order });

const cardBody = (name: string, more: object = {}) => ({
  name,
  product: null,
  days_after: 7,
  open_days: 30,
  questions: [{ field: 'usage_rating', text_zh: '满意吗？', text_en: 'Satisfied?' }],
  rating_field: 'usage_rating',
  low_rating: 2,
  is_archived: false,
  ...more,
});

test('a card is made of questions that fill fields, and seen as a customer is asked', async ({ page }) => {
  const code = own('tasting');
  await open(page, '/settings/usage-cards');
  await expect(card(page, 'seven_days')).toContainText('送达 7 天后，问 30 天');
  await expect(card(page, 'seven_days')).toContainText('2 分及以下');
  await page.getByRole('button', { name: '新增使用卡' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('textbox', { name: '名称', exact: true }).fill('Seven days');
  await expect(dialog.getByRole('textbox', { name: '代码' })).toHaveValue('seven_days');
  await dialog.getByRole('button', { name: '新增使用卡' }).click();
  await expect(dialog).toContainText('每个问题都要有字段和中英文两种问法。');
  await dialog.getByRole('combobox', { name: '问题 1 填入的字段' }).selectOption('使用评分');
  await dialog.getByRole('textbox', { name: '问题 1，中文' }).fill('满意吗？');
  await dialog.getByRole('textbox', { name: '问题 1，英文' }).fill('Satisfied?');
  await dialog.getByRole('button', { name: '添加问题' }).click();
  await dialog.getByRole('combobox', { name: '问题 2 填入的字段' }).selectOption('爱喝的茶');
  await dialog.getByRole('textbox', { name: '问题 2，中文' }).fill('爱喝什么？');
  await dialog.getByRole('textbox', { name: '问题 2，英文' }).fill('Which tea?');
  await dialog.getByRole('button', { name: '问题 2 上移' }).press('Enter');
  await dialog.getByRole('combobox', { name: '评分问题' }).selectOption('使用评分');
  const preview = page.getByTestId('card-preview').locator('li');
  await expect(preview.nth(0)).toHaveText('爱喝什么？green · oolong · black');
  await expect(preview.nth(1)).toHaveText('满意吗？整数');
  await page.getByTestId('card-preview').getByText('English', { exact: true }).click();
  await expect(preview.nth(0)).toContainText('Which tea?');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '新增使用卡' }).click();
  await expect(dialog).toContainText('已有这个代码的使用卡');
  // What was typed is kept when the form is closed by mistake.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '新增使用卡' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await dialog.getByRole('textbox', { name: '代码' }).fill(code);
  await dialog.getByRole('button', { name: '新增使用卡' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(card(page, code)).toContainText('2');
});

test('a card is changed on top of what somebody else made of it, archived after a question, and restored', async ({
  page,
}) => {
  const code = own('card');
  await page.request.put(`/api/v1/usage-cards/${code}`, { data: cardBody('Card') });
  await open(page, '/settings/usage-cards');
  await card(page, code).getByRole('button', { name: /修改/ }).click();
  const dialog = dialogOf(page);
  await page.request.put(`/api/v1/usage-cards/${code}`, {
    data: cardBody('Card', {
      low_rating: 3,
      questions: [{ field: 'usage_rating', text_zh: '好用吗？', text_en: 'Any good?' }],
    }),
    headers: { 'If-Match': '"1"' },
  });
  await dialog.getByRole('textbox', { name: '问多少天' }).fill('14');
  await dialog.getByRole('button', { name: '保存使用卡' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('满意吗？ → 好用吗？');
  await expect(page.getByTestId('their-changes')).toContainText('2 → 3');
  await dialog.getByRole('button', { name: '保存使用卡' }).click();
  await expect(card(page, code)).toContainText('问 14 天');
  await expect(card(page, code)).toContainText('3 分及以下');
  await card(page, code).getByRole('button', { name: /归档/ }).click();
  await dialog.getByRole('button', { name: '归档使用卡' }).click();
  await expect(card(page, code)).toHaveCount(0);
  await page.getByTestId('usage-cards').getByText('已归档', { exact: true }).click();
  await expect(page).toHaveURL(/state=archived/);
  await card(page, code).getByRole('button', { name: /恢复/ }).click();
  await expect(card(page, code)).toHaveCount(0);
});

test('what a customer says is written down; a low judgement opens a ticket, which is closed with a note', async ({
  page,
}) => {
  await open(page, '/customers/cus_000071?tab=usage');
  await expect(page.getByTestId('usage-answers')).toContainText('还没有回答过使用卡');
  await page.getByRole('button', { name: '填写回答' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('combobox', { name: '使用卡' }).selectOption('Seven days with it');
  await dialog.getByRole('textbox', { name: '订单号' }).fill('A-1001');
  await dialog.getByRole('textbox', { name: '您用它来做什么？' }).fill('待客');
  await dialog.getByRole('textbox', { name: '用得满意吗？1 至 5 分' }).fill('不好');
  await dialog.getByRole('button', { name: '保存回答' }).click();
  await expect(dialog).toContainText('格式不对');
  await dialog.getByRole('textbox', { name: '用得满意吗？1 至 5 分' }).fill('2');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '保存回答' }).click();
  await expect(page.getByTestId('usage-answers')).toContainText('使用目的和使用评分');
  const tickets = page.getByTestId('customer-tickets');
  await expect(tickets).toContainText('“Seven days with it”低分');
  await tickets.getByRole('button', { name: /关闭/ }).first().click();
  await dialog.getByRole('textbox', { name: '做了什么' }).fill('补发了一份');
  await dialog.getByRole('button', { name: '关闭工单' }).click();
  await expect(tickets).toContainText('补发了一份');
});

test('open tickets are listed, narrowed, and paged; one that somebody else closed says so', async ({ page }) => {
  await open(page, '/tickets');
  const rows = page.getByTestId('tickets').locator('tbody tr');
  await expect(rows).toHaveCount(50);
  await page.getByRole('button', { name: '加载更多' }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(55);
  await page.getByRole('textbox', { name: '按客户号筛选' }).fill('cus_nobody');
  await expect(page.getByTestId('state-no-match')).toContainText('没有这个客户号的客户');
  await page.getByRole('textbox', { name: '按客户号筛选' }).fill('cus_000062');
  await expect(rows).toHaveCount(1);
  await expect(rows.getByRole('link')).toHaveAttribute('href', '/customers/cus_000062?tab=usage');
  await ticket(page, 'TB-2026-0098').getByRole('button', { name: /关闭/ }).click();
  await page.request.post('/api/v1/tickets/tkt_0098/close', { data: { note: 'called' } });
  await dialogOf(page).getByRole('textbox', { name: '做了什么' }).fill('补发');
  await dialogOf(page).getByRole('button', { name: '关闭工单' }).click();
  await expect(page.getByText('别人刚刚关闭了这张工单。')).toBeVisible();
  await expect(dialogOf(page)).toHaveCount(0);
  await expect(page.getByTestId('tickets').getByText('没有待处理的工单')).toBeVisible();
  await page.getByTestId('tickets').getByText('已关闭', { exact: true }).click();
  await expect(ticket(page, 'TB-2026-0098')).toContainText('called');
});

test('who is due is listed card by card, and leads to where an answer is written down', async ({ page }) => {
  await open(page, '/settings/usage-cards');
  await page.getByRole('link', { name: '查看现在该问谁 →' }).click();
  const rows = page.getByTestId('due-cards').locator('tbody tr');
  await expect(rows).toHaveCount(50);
  await expect(page.getByRole('navigation', { name: '服务的视图' }).getByRole('link').nth(1)).toHaveAttribute(
    'aria-current',
    'page',
  );
  await page.getByTestId('due-cards').getByRole('combobox').selectOption('First taste');
  await expect(rows).toHaveCount(18);
  await expect(page).toHaveURL(/card=first_taste/);
  await expect(rows.first().getByRole('link')).toHaveAttribute('href', /tab=usage/);
});

test('each role is offered what it may do; without cards there is a way to begin', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/settings/usage-cards');
  await expect(page.getByTestId('usage-cards')).toContainText('新增和修改需要“管理字段与来源优先级”权限');
  await expect(page.getByRole('button', { name: /新增|修改：|归档：/ })).toHaveCount(0);
  await open(page, '/customers/cus_000005?tab=usage');
  await expect(page.getByTestId('usage-answers').locator('tbody tr')).toHaveCount(2);
  await expect(page.getByRole('button', { name: /填写回答|关闭 cus/ })).toHaveCount(0);
  await mockState(context, baseURL, 'mock_role', 'service');
  await open(page, '/tickets');
  await expect(page.getByRole('button', { name: /关闭 cus/ }).first()).toBeVisible();
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/settings/usage-cards');
  await expect(page.getByTestId('state-first-use')).toContainText('管理字段与来源优先级');
  await open(page, '/tickets');
  await expect(page.getByTestId('state-first-use')).toContainText('没有待处理的工单');
  await open(page, '/tickets?tab=due');
  await expect(page.getByTestId('state-nobody-due')).toBeVisible();
  await mockState(context, baseURL, 'mock_fail', '/tickets');
  await open(page, '/tickets');
  await expect(page.getByTestId('error-panel')).toBeVisible();
});

test('a ticket is taken, handed on, closed, and opened again with a reason', async ({ page }) => {
  await open(page, '/tickets');
  const row = page.getByTestId('tickets').getByRole('row').filter({ hasText: 'cus_000064' });
  await row.getByRole('button', { name: '领取 cus_000064 的工单' }).click();
  await expect(row).toContainText('林晓岚');
  await row.getByRole('button', { name: '转交 cus_000064 的工单' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('combobox', { name: '处理人' }).selectOption('周雨桐');
  await dialog.getByRole('button', { name: '转交工单' }).click();
  await expect(row).toContainText('周雨桐');
  await page.getByRole('combobox', { name: '处理人' }).selectOption('我的');
  await expect(page).toHaveURL(/assignee=me/);
  await expect(row).toHaveCount(0);
  await open(page, '/tickets?state=closed');
  const closed = page.getByTestId('tickets').getByRole('row').filter({ hasText: 'sent a new one' });
  await closed.getByRole('button', { name: /^重新打开/ }).click();
  await dialog.getByRole('textbox', { name: '为什么重新打开' }).fill('补发的也漏');
  await dialog.getByRole('button', { name: '重新打开工单' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(closed).toHaveCount(0);
});

test('a ticket is closed with the keyboard alone', async ({ page }) => {
  await open(page, '/tickets?customer=cus_000064');
  await tabTo(page, page.getByRole('button', { name: '关闭 cus_000064 的工单' }));
  await page.keyboard.press('Enter');
  await expect(dialogOf(page).getByRole('textbox')).toBeFocused();
  await page.keyboard.type('called');
  await tabTo(page, dialogOf(page).getByRole('button', { name: '关闭工单' }));
  await page.keyboard.press('Enter');
  await expect(dialogOf(page)).toHaveCount(0);
});

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone usage cards and tickets fit and are free of violations, light and dark: ${locale}`, async ({
    page,
    context,
  }) => {
    test.setTimeout(240_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    const dialog = dialogOf(page);
    await open(page, '/settings/usage-cards');
    await expectFitAndClean(page, 'registry');
    // The first button of a row opens what was asked before, the second one the card itself.
    await card(page, 'seven_days').getByRole('button').first().click();
    await expect(dialog.getByRole('row')).toHaveCount(4);
    await expectFitAndClean(page, 'versions');
    await page.keyboard.press('Escape');
    await card(page, 'seven_days').getByRole('button').nth(1).click();
    await expect(dialog.getByTestId('card-preview').locator('li')).toHaveCount(3);
    await expectFitAndClean(page, 'card');
    await open(page, '/tickets?tab=due');
    await expectFitAndClean(page, 'due');
    await open(page, '/tickets');
    await page.getByTestId('tickets').locator('tbody tr').first().getByRole('button').last().click();
    await expect(dialog).toBeVisible();
    await expectFitAndClean(page, 'close');
    await open(page, '/customers/cus_000005?tab=usage');
    await page.getByTestId('usage-answers').getByRole('button').last().click();
    await expect(dialog).toBeVisible();
    await expectFitAndClean(page, 'answer');
  });
