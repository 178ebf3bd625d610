import { expect, test } from '@playwright/test';
import { axeViolations, colorViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

// They close periods of one workspace, one after another.
test.describe.configure({ mode: 'default' });

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

/** The day in the brand's zone, which is eight hours ahead. */
const dayAgo = (days: number) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);

test('a ranking compares clerks over the days that are chosen, and can be saved', async ({ page }) => {
  await open(page, `/incentives?period=own&from=${dayAgo(40)}&to=${dayAgo(0)}`);
  const rows = page.getByTestId('ranking').locator('tbody tr');
  await expect(rows.first()).toContainText('林晓岚');
  await expect(rows.first()).toContainText('¥170.00');
  await expect(rows.filter({ hasText: '周雨桐' })).toContainText('-¥12.00');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '排行: 下载 CSV' }).click();
  expect((await download).suggestedFilename()).toBe(`clerks-${dayAgo(40)}-${dayAgo(0)}.csv`);
  await rows.first().getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('林晓岚');
});

test('a rule says in a sentence what it will do, earns beside others, and is ended for good', async ({ page }) => {
  await open(page, '/incentives?tab=rules');
  const rules = page.getByTestId('rules');
  await expect(rules.getByRole('row').filter({ hasText: '¥3.00' })).toContainText('已结束');
  await rules.getByRole('button', { name: '新建规则' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '新建规则' }).click();
  await expect(dialog.getByLabel('金额')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog).toContainText('已有同类规则生效');
  await dialog.getByLabel('金额').fill('6.5');
  await expect(dialog.getByRole('status').last()).toContainText('每办成一次入会奖励 ¥6.50，不冲正。');
  await dialog.getByLabel('冲正事件').fill('Unfollowed');
  await dialog.getByLabel('天数').fill('400');
  await dialog.getByRole('button', { name: '新建规则' }).click();
  await expect(dialog).toContainText('超出允许的范围（1 – 365）');
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await rules.getByRole('button', { name: '新建规则' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await dialog.getByLabel('天数').fill('14');
  await dialog.getByRole('button', { name: '新建规则' }).click();
  await expect(dialog).toHaveCount(0);
  const made = rules.getByRole('row').filter({ hasText: '¥6.50' });
  await expect(made).toContainText('14 天内发生 Unfollowed 就冲正');
  await expect(made).toContainText('生效中');
  await made.getByRole('button', { name: '结束入会奖励 ¥6.50' }).click();
  await expect(dialog).toContainText('不能恢复');
  await dialog.getByRole('button', { name: '结束规则' }).click();
  await expect(made).toContainText('已结束');
  await expect(made.getByRole('button')).toHaveCount(0);
});

test('who may only read sees what is owed and cannot close it', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/incentives?tab=settlements');
  await expect(page.getByTestId('next-settlement')).toContainText('管理门店与导购');
  await expect(page.getByTestId('next-settlement').getByRole('button', { name: /^结算到/ })).toHaveCount(0);
  await open(page, '/incentives?tab=rules');
  await expect(page.getByRole('button', { name: '新建规则' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^结束/ })).toHaveCount(0);
});

test('a period is looked at before it is closed, closed once after its day was typed, and kept with its totals', async ({
  page,
}) => {
  await open(page, '/incentives?tab=settlements');
  const next = page.getByTestId('next-settlement');
  const through = next.getByLabel('结算到哪一天');
  await through.fill(dayAgo(0));
  await expect(through).toHaveAttribute('aria-invalid', 'true');
  await expect(next).toContainText('最晚到昨天');
  await through.fill(dayAgo(90));
  await expect(next).toContainText('已经结算到');
  await through.fill(dayAgo(1));
  // ¥170 are owed to one; from the other ¥12 are taken off that were paid before.
  await expect(next.getByTestId('owed')).toHaveText('¥158.00');
  await expect(next.getByRole('row').filter({ hasText: '周雨桐' })).toContainText('-¥12.00');
  await next.getByRole('button', { name: `结算到 ${dayAgo(1)}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('结算不能撤销');
  await expect(dialog).toContainText('向 2 位导购结算共 ¥158.00');
  expect(await axeViolations(page)).toEqual([]);
  const close = dialog.getByRole('button', { name: '结算，不能撤销' });
  await expect(close).toBeDisabled();
  await dialog.getByRole('textbox').fill(dayAgo(1));
  await close.click();
  // What was paid is what was shown before.
  const settlement = page.getByTestId('settlement');
  await expect(settlement).toContainText('¥158.00');
  await expect(settlement.getByRole('row').filter({ hasText: '林晓岚' })).toContainText(/40.*6.*¥170\.00/);
  const download = page.waitForEvent('download');
  await settlement.getByRole('button', { name: /下载 CSV$/ }).click();
  expect((await download).suggestedFilename()).toBe(`settlement-${dayAgo(1)}.csv`);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/tab=settlements$/);
  await expect(next).toContainText('到昨天为止都已结算');
  await expect(page.getByTestId('settlements').locator('tbody tr')).toHaveCount(2);
  // The lines say by which settlement they were paid.
  await open(page, `/clerks/clk_1?period=own&from=${dayAgo(40)}&to=${dayAgo(0)}`);
  await page.getByTestId('statement').getByRole('link', { name: '已结算' }).first().click();
  await expect(page.getByTestId('settlement')).toContainText('¥158.00');
});

test('without a currency there are no amounts: a rule says where to set it', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'no_currency');
  await open(page, '/incentives?tab=rules');
  await page.getByRole('button', { name: '新建规则' }).click();
  await expect(page.getByTestId('needs-currency').getByRole('link')).toHaveAttribute('href', '/settings/brand');
});

test('empty pages say what comes first, and everything fits on a phone in both schemes', async ({
  page,
  context,
  baseURL,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/incentives?tab=settlements&settlement=stl_1');
  await expect(page.getByTestId('settlement')).toContainText('¥17.00');
  await expectNoOverflow(page);
  await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark'));
  expect(await colorViolations(page)).toEqual([]);
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/incentives?tab=rules');
  await expect(page.getByTestId('state-first-use')).toBeVisible();
  await open(page, '/incentives?tab=settlements');
  await expect(page.getByTestId('next-settlement').getByRole('link')).toHaveAttribute('href', /tab=rules/);
});
