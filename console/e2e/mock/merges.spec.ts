import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, collectComplaints, expectFitAndClean, mockState, open, prepare } from '../support/page';

// Each test merges customers of its own: others look at the same made-up server.

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const merges = (page: Page) => page.getByTestId('merges');
const sums = (page: Page, row: string) => page.getByTestId('merge-sums').locator(`[data-row="${row}"]`);

test('from a profile: the other is found, both are compared and merged; then it is taken back', async ({ page }) => {
  test.setTimeout(180_000);
  const complaints = collectComplaints(page);
  await open(page, '/customers/cus_000101');
  await expect(merges(page)).toContainText('没有合并过');
  await merges(page).getByRole('link', { name: '与另一位客户合并' }).click();
  await expect(page.getByTestId('find-other')).toContainText('不会立即改变什么');
  const search = page.getByRole('textbox', { name: '搜索要合并的客户' });
  await search.fill('nobody at all');
  await expect(page.getByText('没有找到。换一个标识再试')).toBeVisible();
  await search.fill('c102@example.com');
  const other = page.locator('[data-customer="cus_000102"]');
  await expect(other).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await other.getByRole('button').click();
  // Ids alone are in the address.
  await expect(page).toHaveURL(/\/customers\/cus_000101\/merge\?with=cus_000102$/);

  const number = async (row: string, column: number) =>
    Number((await sums(page, row).locator('td').nth(column).innerText()).replace(/[^\d.-]/g, ''));
  await expect(page.getByTestId('merge-warnings')).toContainText('合并后会有 2 个客户号');
  for (const row of ['orders', 'revenue', 'gross_sales', 'refunds', 'events'])
    expect(await number(row, 2), row).toBeCloseTo((await number(row, 0)) + (await number(row, 1)), 2);
  await expect(page.getByTestId('merge-fields')).toContainText('较新的一方');
  const wanted = page.getByRole('radio', { name: /cus_000102/ });
  // Not `check`, which looks at once: the choice is shown when it is in the address.
  await wanted.click();
  await expect(wanted).toBeChecked();
  await expect(page).toHaveURL(/keep=cus_000102$/);
  await expect(page.getByTestId('merge-sums').locator('tbody tr').first().locator('td').nth(2)).toHaveText(
    'cus_000102',
  );
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '合并这两位客户' }).click();

  await expect(page).toHaveURL(/\/customers\/cus_000102/);
  await expect(page.getByText('已合并。可以在“合并与身份”里撤销。')).toBeVisible();
  await expect(page.getByTestId('merge-profiles')).toContainText('由 2 份档案合成');
  await expect(merges(page)).toContainText('林晓岚 手动合并');
  // The id that was merged in leads to the same customer, and says so.
  await open(page, '/customers/cus_000101');
  await expect(page.getByTestId('redirected')).toContainText('cus_000101 已并入这位客户');
  await merges(page).getByRole('button', { name: '撤销合并：cus_000101' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('重新成为两位客户');
  await expect(dialog).toContainText('消息不会再把这两位自动合并');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '撤销合并' }).click();
  await expect(page.getByText('合并已撤销，两位客户各自恢复。')).toBeVisible();
  await expect(page.getByTestId('redirected')).toHaveCount(0);
  await merges(page).getByText('1 次已撤销的合并').click();
  await expect(merges(page).locator('[data-standing="false"]')).toContainText('由 林晓岚 撤销');
  // Whoever merges the two again is told.
  await open(page, '/customers/cus_000101/merge?with=cus_000102');
  await expect(page.getByTestId('merge-warnings')).toContainText('有人把这两位分开过');
  expect(complaints).toEqual([]);
});

test('a profile shows its parts: who merged, when, why, and what was taken back', async ({ page }) => {
  await open(page, '/customers/cus_000005');
  await expect(page.getByTestId('merge-profiles')).toContainText('由 3 份档案合成');
  const evidence = merges(page).locator('[data-merge]').filter({ hasText: 'cus_000905' });
  await expect(evidence).toContainText('消息同时带着双方的标识');
  await expect(evidence).toContainText('用户 ID');
  await evidence.getByRole('link', { name: '来自数据源' }).click();
  await expect(page).toHaveURL(/\/sources\/src_0001$/);
});

test('an identifier that points to somebody else leads to the comparison', async ({ page }) => {
  await open(page, '/customers/cus_000010');
  const leftOff = page.getByTestId('left-off');
  await expect(leftOff).toContainText('属于另一位客户');
  await expect(leftOff).toContainText('同类标识已达上限');
  await expect(leftOff).toContainText('138****5678');
  await leftOff.getByRole('link', { name: '与 cus_000002 比较并合并' }).click();
  await expect(page).toHaveURL(/cus_000010\/merge\?with=cus_000002$/);
  await expect(page.getByTestId('merge-preview')).toBeVisible();
  // Who looks for the other one finds them first.
  await page.getByRole('button', { name: '换一位客户' }).click();
  await expect(page.getByTestId('suggested').locator('[data-customer="cus_000002"]')).toContainText('共用：手机');
  // Nobody merges with themselves.
  await page.getByRole('textbox', { name: '搜索要合并的客户' }).fill('c10@example.com');
  await expect(page.getByText('没有找到。换一个标识再试')).toBeVisible();
});

test('what stands against a merge says what to do', async ({ page }) => {
  await open(page, '/customers/cus_000064/merge?with=cus_000201');
  await expect(page.getByTestId('merge-warnings')).toContainText('合并后档案太多，不能合并');
  await expect(page.getByRole('button', { name: '合并这两位客户' })).toBeDisabled();
  await open(page, '/customers/cus_000201/merge?with=cus_000201');
  await expect(page.getByTestId('cannot-merge')).toContainText('已经是同一位客户');
  await page.getByRole('button', { name: '换一位客户' }).click();
  await expect(page.getByTestId('find-other')).toBeVisible();
  await open(page, '/customers/cus_000201/merge?with=cus_none');
  await expect(page.getByTestId('cannot-merge')).toContainText('可能编号有误');
  expect(await axeViolations(page)).toEqual([]);
  await open(page, '/customers/cus_none/merge');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
});

test('somebody else was faster: it is said, and the page follows', async ({ page }) => {
  await open(page, '/customers/cus_000301/merge?with=cus_000302');
  await expect(page.getByTestId('merge-preview')).toBeVisible();
  await page.request.post('/api/v1/customers/cus_000301/merges', { data: { other: 'cus_000302' } });
  await page.getByRole('button', { name: '合并这两位客户' }).click();
  await expect(page.getByText('情况刚刚有变')).toBeVisible();
  await expect(page.getByTestId('cannot-merge')).toContainText('已经是同一位客户');
  await open(page, '/customers/cus_000301');
  const undo = merges(page).getByRole('button', { name: /撤销合并/ });
  await undo.click();
  const merge = await merges(page).locator('[data-standing="true"]').getAttribute('data-merge');
  await page.request.post(`/api/v1/merges/${merge}/undo`);
  await page.getByRole('dialog').getByRole('button', { name: '撤销合并' }).click();
  await expect(page.getByText('这次合并已被撤销，页面已更新。')).toBeVisible();
  await expect(undo).toHaveCount(0);
});

test('by keyboard alone: searched, compared, merged', async ({ page }) => {
  await open(page, '/customers/cus_000401/merge');
  await tabTo(page, page.getByRole('textbox', { name: '搜索要合并的客户' }));
  await page.keyboard.type('c402@example.com');
  const other = page.locator('[data-customer="cus_000402"]').getByRole('button');
  await expect(other).toBeVisible();
  await tabTo(page, other);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('merge-preview')).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: '合并这两位客户' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/customers\/cus_000401(#|$)/);
  await expect(page.getByTestId('merge-profiles')).toBeVisible();
});

test('who may not merge is offered nothing, and told which right it needs', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/customers/cus_000005');
  await expect(page.getByTestId('merge-profiles')).toBeVisible();
  await expect(merges(page).getByRole('button', { name: /撤销/ })).toHaveCount(0);
  await expect(merges(page).getByRole('link', { name: '与另一位客户合并' })).toHaveCount(0);
  await expect(page.getByTestId('left-off').getByRole('link', { name: /比较/ })).toHaveCount(0);
  await open(page, '/customers/cus_000005/merge');
  await expect(page.getByTestId('state-forbidden')).toContainText('customers.merge');
});

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone merging fits and is free of violations, light and dark: ${locale}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    const check = () => expectFitAndClean(page, page.url());
    await open(page, '/customers/cus_000005');
    await merges(page).locator('summary').click();
    await check();
    await merges(page).getByRole('button').last().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await check();
    await open(page, '/customers/cus_000005/merge');
    await page.getByTestId('find-other').getByRole('textbox').fill('example.com');
    await expect(page.locator('[data-customer]').nth(7)).toBeVisible();
    await check();
    await open(page, '/customers/cus_000005/merge?with=cus_000002');
    await check();
  });
