import { expect, test } from '@playwright/test';
import { axeViolations, collectComplaints, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('keyboard alone reaches a customer: palette, list, timeline', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-search').fill('kehu');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/customers$/);
  await page.keyboard.press('g');
  await page.keyboard.press('v');
  await expect(page).toHaveURL(/\/value/);
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-search').fill('c3@example.com');
  await expect(page.getByRole('option', { name: /c\*\*\*@example.com/ })).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/customers\/cus_000003/);
  await page.waitForSelector('[data-entry]');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-entry][aria-expanded="true"]')).toHaveCount(1);
});

test('every cell of the RFM grid opens a list of exactly its count', async ({ page }) => {
  await open(page, '/value?tab=rfm');
  for (const cell of ['55', '33', '11', '24']) {
    const link = page.getByTestId(`rfm-${cell}`);
    const count = await link.getAttribute('data-count');
    await link.click();
    await expect(page.getByTestId('customer-total')).toHaveAttribute('data-total', count ?? '');
    await page.goBack();
  }
  await page.getByText('M 5', { exact: true }).click();
  const link = page.getByTestId('rfm-55');
  const count = await link.getAttribute('data-count');
  await link.click();
  await expect(page).toHaveURL(/m=5/);
  await expect(page.getByTestId('customer-total')).toHaveAttribute('data-total', count ?? '');
});

test('figures of home, groups, cohorts and deciles open lists of the same length', async ({ page }) => {
  const follow = async (path: string, selector: string) => {
    await open(page, path);
    const link = page.locator(selector).first();
    const count = await link.getAttribute('data-count');
    await link.click();
    await expect(page.getByTestId('customer-total'), selector).toHaveAttribute('data-total', count ?? '');
  };
  await follow('/', '[data-testid="kpi-customers"] a');
  await follow('/', '[data-testid="kpi-buyers"] a');
  await follow('/', '[data-testid="group-champions"] a');
  await follow('/value?tab=cohorts', '[data-testid="cohort-2025-09-3"]');
  await follow('/value?tab=distribution', '[data-testid="lorenz-top"]');
});

test('the trend shows as many months as the address says', async ({ page }) => {
  await open(page, '/');
  const trend = page.getByTestId('trend');
  await trend.getByRole('button', { name: '每月走势: 查看表格' }).click();
  await expect(trend.getByRole('row')).toHaveCount(19);
  await trend.getByText('近 12 个月', { exact: true }).click();
  await expect(page).toHaveURL(/\?period=12$/);
  await expect(trend.getByRole('row')).toHaveCount(13);
  await page.reload();
  await expect(trend.getByRole('slider')).toHaveAttribute('aria-valuemax', '11');
  await trend.getByText('全部', { exact: true }).click();
  await expect(page).toHaveURL(/\/$/);
});

test('bars and tenths of all four values open lists of the same length', async ({ page }) => {
  test.setTimeout(180_000);
  for (const [name, key] of [
    ['终身价值', 'lifetime'],
    ['历史价值', 'historical'],
    ['当前价值', 'current'],
    ['潜在价值', 'potential'],
  ] as const) {
    for (const panel of ['histogram', 'deciles']) {
      await open(page, '/value?tab=distribution');
      await page.getByRole('radiogroup', { name: '价值的种类' }).getByText(name, { exact: true }).click();
      const part = page.locator(`[data-testid="${panel}"] a[href*="_${key}_minor="]`).nth(1);
      const count = await part.getAttribute('data-count');
      await part.click();
      await expect(page).toHaveURL(new RegExp(`_${key}_minor=`));
      await expect(page.getByTestId('filter-chip')).toContainText(name);
      await expect(page.getByTestId('customer-total'), `${panel} of ${key}`).toHaveAttribute('data-total', count ?? '');
    }
  }
});

test('pages are counted from where one stands', async ({ page }) => {
  await open(page, '/customers?group=champions&page=9');
  const range = page.getByText(/^\d+–\d+，共/);
  const next = page.getByRole('button', { name: '下一页' });
  await expect(range).toHaveText(/^1–50，/);

  // While the next page is on its way, another click asks for nothing more.
  await page.route(/\/api\/v1\/customers\?/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await route.continue();
  });
  await next.dblclick();
  await expect(range).toHaveText(/^51–100，/);
  await page.unrouteAll({ behavior: 'wait' });
  await expect(next).toBeEnabled();
  const first = page.getByRole('row').nth(1).getByRole('link');
  const name = await first.innerText();

  await page.goBack();
  await expect(range).toHaveText(/^1–50，/);
  await page.goForward();
  await expect(range).toHaveText(/^51–100，/);
  await expect(first).toHaveText(name);

  // A customer leads back to the same page of the same list, also after a look at other parts of the timeline.
  await first.click();
  await page.getByTestId('profile-orders').click();
  await page.getByRole('radiogroup', { name: '按类别筛选动态' }).getByText('退款', { exact: true }).click();
  await page.reload();
  await page.getByRole('link', { name: '← 客户' }).click();
  await expect(page).toHaveURL(/group=champions/);
  await expect(range).toHaveText(/^51–100，/);
  await expect(first).toHaveText(name);
  await page.getByRole('button', { name: '上一页' }).click();
  await expect(range).toHaveText(/^1–50，/);
  await expect(page.getByRole('button', { name: '上一页' })).toBeDisabled();
});

test('a filter lets in only numbers that the list can be asked for', async ({ page }) => {
  await open(page, '/customers');
  const choose = async (kind: string) => {
    await page.getByTestId('add-filter').click();
    await page.getByRole('dialog').getByRole('combobox', { name: '筛选条件' }).selectOption({ label: kind });
  };
  await choose('订单数');
  await page.getByRole('textbox', { name: '最小' }).pressSequentially('1.5');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/min_orders=15$/);
  await choose('终身价值百分位');
  await page.getByRole('textbox', { name: '最小' }).pressSequentially('150');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/value_percentile_min=15$/);
  await choose('当前价值');
  await page.getByRole('textbox', { name: '最小' }).pressSequentially('-12.345');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/min_current_minor=-1234$/);
  await choose('已实现毛利排名');
  await page.getByRole('textbox', { name: '前多少位' }).pressSequentially('20');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('filter-chip').filter({ hasText: '已实现毛利前 20 位' })).toHaveCount(1);
});

test('the three parts of a value add up to the cent', async ({ page }) => {
  await open(page, '/customers/cus_000003');
  const minor = async (id: string) => Number(await page.getByTestId(id).getAttribute('data-minor'));
  const parts = (await minor('part-historical')) + (await minor('part-current')) + (await minor('part-potential'));
  expect(parts).toBe(await minor('lifetime-value'));
  expect(parts).toBe(await minor('value-sum'));
});

test('filters live in the address, chips remove them, back restores them', async ({ page }) => {
  await open(page, '/customers');
  const total = async () => Number(await page.getByTestId('customer-total').getAttribute('data-total'));
  const all = await total();
  await page.getByTestId('add-filter').click();
  await page.getByRole('dialog').getByRole('combobox', { name: '筛选条件' }).selectOption({ label: '订单数' });
  await page.getByRole('textbox', { name: '最小' }).fill('5');
  await page.getByTestId('apply-filter').click();
  await expect(page).toHaveURL(/min_orders=5/);
  await expect(page.getByTestId('filter-chip')).toHaveText(/订单数 ≥ 5/);
  await expect.poll(total).toBeLessThan(all);
  await page.getByRole('button', { name: /移除筛选/ }).click();
  await expect.poll(total).toBe(all);
  await page.goBack();
  await expect(page.getByTestId('filter-chip')).toHaveCount(1);
});

test('the wizard imports a file in a few steps', async ({ page }) => {
  await open(page, '/imports/new');
  await page
    .getByTestId('file-input')
    .setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('invoice_no,quantity\n1,2\n') });
  await page.getByTestId('wizard-next').click();
  await expect(page.getByTestId('column-invoice_date')).toHaveAttribute('data-field', 'ordered_at');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('combobox', { name: /^invoice_date/ }).click();
  await page.getByRole('option', { name: '忽略这一列' }).click();
  await expect(page.getByTestId('missing-field')).toHaveCount(1);
  await expect(page.getByTestId('wizard-next')).toBeDisabled();
  await page.getByRole('combobox', { name: /^invoice_date/ }).click();
  await page.getByRole('option', { name: /下单时间/ }).click();
  await page.getByTestId('wizard-next').click();
  await expect(page.getByTestId('errors-by-code')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByTestId('wizard-start').click();
  await expect(page.getByTestId('import-progress')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await expect(page.getByTestId('import')).toHaveAttribute('data-state', 'done', { timeout: 15_000 });
});

test('a one-time link signs in and asks for a password of 12 characters', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_session', 'none');
  await page.goto('/login?link=good');
  await page.getByLabel('新密码').fill('short');
  await page.getByRole('button', { name: '保存并进入' }).click();
  await expect(page.getByText('至少 12 个字符', { exact: true })).toBeVisible();
  expect(page.url()).not.toContain('good');
  await page.getByLabel('新密码').fill('three unrelated words');
  await page.getByRole('button', { name: '保存并进入' }).click();
  await expect(page.getByTestId('north-star')).toBeVisible();
});

test('signing in leads back to where one wanted to go, and refuses a wrong password', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_session', 'none');
  await page.goto('/customers?group=champions');
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel('邮箱').fill('lin@example.com');
  await page.getByRole('textbox', { name: '密码' }).fill('wrong');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByText('邮箱或密码不对。')).toBeVisible();
  await page.getByRole('textbox', { name: '密码' }).fill('correct horse battery');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page).toHaveURL(/\/customers\?group=champions/);
});

test('an expired session asks for the password over the page', async ({ page, context, baseURL }) => {
  await open(page, '/settings');
  await page.getByLabel('品牌名称').fill('新名字');
  await mockState(context, baseURL, 'mock_session', 'none');
  await page.getByRole('button', { name: '保存设置' }).click();
  await expect(page.getByText('登录已过期').first()).toBeVisible();
  await page.getByRole('dialog').getByRole('textbox', { name: '密码' }).fill('correct horse battery');
  await page.getByRole('dialog').getByRole('button', { name: '登录' }).click();
  await expect(page.getByLabel('品牌名称')).toHaveValue('新名字');
});

test('whoever has no password that works signs in another way, and comes back', async ({ page, context, baseURL }) => {
  await open(page, '/customers?group=champions');
  await mockState(context, baseURL, 'mock_session', 'none');
  await page.getByRole('button', { name: '下一页' }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: '登录已过期' });
  await expect(dialog).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('link', { name: '用其他方式登录' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(dialog).toHaveCount(0);
  await page.getByLabel('邮箱').fill('ann@example.com');
  await page.getByRole('textbox', { name: '密码' }).fill('correct horse battery');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page).toHaveURL(/\/customers\?group=champions/);
  await expect(page.getByRole('region', { name: '客户列表' })).toBeVisible();
  await expect(dialog).toHaveCount(0);
});

test('two people changing the settings get a comparison, not an overwrite', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'conflict');
  await open(page, '/settings');
  await page.getByLabel('品牌名称').fill('另一个名字');
  await page.getByRole('button', { name: '保存设置' }).click();
  await expect(page.getByTestId('conflict-diff')).toContainText('730');
  expect(await axeViolations(page)).toEqual([]);
});

test('each empty state names its cause and one way on', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'empty');
  for (const path of ['/', '/customers', '/imports']) {
    await open(page, path);
    await expect(page.getByTestId('state-first-use'), path).toBeVisible();
    expect(await axeViolations(page), path).toEqual([]);
  }
  await open(page, '/value');
  await expect(page.getByTestId('state-no-value')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'no_backtest');
  await open(page, '/value?tab=backtest');
  await expect(page.getByTestId('state-no-backtest')).toBeVisible();
  await expect(page.getByTestId('model-nbd')).toContainText('看不出客户流失');
  await expect(page.getByTestId('model-mbg_nbd')).toContainText('数据不足');
  await open(page, '/customers?min_orders=900');
  await expect(page.getByTestId('state-no-match')).toBeVisible();
});

test('only the failed panel shows an error, with retry and request number', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_fail', '/customers');
  await open(page, '/customers');
  await expect(page.getByTestId('error-panel')).toContainText('req_mock_0001');
  expect(await axeViolations(page)).toEqual([]);
  await mockState(context, baseURL, 'mock_fail', '/nowhere');
  await page.getByRole('button', { name: '重试' }).click();
  await expect(page.getByRole('region', { name: '客户列表' })).toBeVisible();
});

test('language and colours switch without a reload and without losing what was typed', async ({ page }) => {
  const complaints = collectComplaints(page);
  await open(page, '/settings');
  await page.getByLabel('品牌名称').fill('未保存的名字');
  await page.getByTestId('language-menu').click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  await expect(page.getByLabel('Brand name')).toHaveValue('未保存的名字');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByTestId('scheme-menu').click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  expect(complaints).toEqual([]);
});
