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
  await expect(
    page
      .getByRole('option', { name: /c3@example.com/ })
      .or(page.getByText('c3@example.com'))
      .first(),
  ).toBeVisible();
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
  await follow('/value?tab=distribution', '[data-testid="deciles"] a');
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
  await page.getByRole('dialog').getByRole('combobox', { name: '筛选条件' }).click();
  await page.getByRole('option', { name: '订单数' }).click();
  await page.getByRole('textbox', { name: '最小' }).fill('5');
  await page.getByTestId('apply-filter').click();
  await expect(page).toHaveURL(/min_orders=5/);
  await expect(page.getByTestId('filter-chip')).toHaveText(/订单数 ≥ 5/);
  await expect.poll(total).toBeLessThan(all);
  await page.getByRole('button', { name: /移除筛选/ }).click();
  await expect.poll(total).toBe(all);
  await page.goBack();
  await expect(page.getByTestId('filter-chip')).toHaveCount(1);
  await page.getByRole('button', { name: '下一页' }).click();
  await expect(page).toHaveURL(/page=2/);
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

test('a clerk sees no write control and a reason where it is closed', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/settings/team');
  await expect(page.getByTestId('state-forbidden')).toContainText('access.manage');
  await open(page, '/customers');
  await expect(page.getByTestId('export')).toHaveCount(0);
  await open(page, '/imports/new');
  await expect(page.getByTestId('state-forbidden')).toBeVisible();
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
