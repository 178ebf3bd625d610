import { expect, test } from '@playwright/test';
import { axeViolations, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('a new sign-in link stays until it is put away on purpose', async ({ page }) => {
  await open(page, '/settings/team');
  await page.getByRole('button', { name: '新登录链接: Ann Lee' }).click();
  await page.getByRole('button', { name: '生成', exact: true }).click();
  const secret = page.getByTestId('secret');
  await expect(secret).toHaveValue(/^http.*\/login\?link=good$/);
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 5);
  await expect(secret).toBeVisible();
  await page.getByRole('button', { name: '我已保存' }).click();
  await expect(secret).toHaveCount(0);
});

test('a role changes only after a question', async ({ page }) => {
  await open(page, '/settings/team');
  const role = page.getByRole('combobox', { name: 'Ann Lee 的角色' });
  await role.click();
  await page.getByRole('option', { name: '运营' }).click();
  await expect(page.getByRole('dialog')).toContainText('从“分析”改为“运营”');
  await page.getByRole('button', { name: '取消' }).click();
  await expect(role).toHaveValue('分析');
});

test('failed jobs have an address of their own', async ({ page }) => {
  await open(page, '/settings/jobs?state=dead');
  const rows = page.getByRole('region', { name: '任务' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('合并历史文件');
  await expect(rows.nth(1)).toContainText('多次尝试都没有成功，已停止。');
  await expect(rows.nth(1).locator('[lang="en"]')).toHaveText('write history part 14: no space left on device');
  await page.getByText('全部', { exact: true }).click();
  await expect(page).toHaveURL(/\/settings\/jobs$/);
  await expect(rows).toHaveCount(4);
});

test('without settings there is an error and a way on, never another time zone', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_fail', '/settings');
  await page.goto('/customers');
  await expect(page.getByTestId('error-panel')).toContainText('req_mock_0001');
  await mockState(context, baseURL, 'mock_fail', '/nowhere');
  await page.getByRole('button', { name: '重试' }).click();
  await expect(page.getByRole('region', { name: '客户列表' })).toBeVisible();
});

test('data that cannot be refreshed stays, and says since when it is old', async ({ page, context, baseURL }) => {
  await open(page, '/settings/tokens');
  await mockState(context, baseURL, 'mock_fail', '/tokens');
  await page.getByRole('link', { name: '系统' }).click();
  await expect(page.getByText('历史事实')).toBeVisible();
  // Older than what counts as fresh, so that coming back asks again.
  await page.clock.install();
  await page.clock.fastForward(60_000);
  await page.getByRole('link', { name: 'API 令牌' }).click();
  await expect(page.getByTestId('refresh-failed')).toContainText('没能刷新');
  await expect(page.getByText('nightly export')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
});

test('signing out that fails does not look done', async ({ page, context, baseURL }) => {
  await open(page, '/settings');
  await mockState(context, baseURL, 'mock', 'stuck');
  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: '退出登录' }).click();
  await expect(page.getByText(/没有退出登录/)).toBeVisible();
  await expect(page).toHaveURL(/\/settings/);
});

test('the palette turns a dark system light, and opens only whom it has found', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.addInitScript(() => localStorage.setItem('perennial.scheme', 'auto'));
  await open(page, '/customers');
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-search').fill('shense');
  await page.keyboard.press('Enter');
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'light');
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-search').fill('c3@example.com');
  await expect(page.getByRole('option', { name: / 138\*{4}3757/ })).toBeVisible();
  // The next text finds somebody else; until it has, Enter opens nobody.
  await page.getByTestId('palette-search').fill('c4@example.com');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/customers$/);
  await expect(page.getByRole('option', { name: / 138\*{4}1676/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/cus_000004/);
});

test('the audit log speaks in words, and shows the stored record to who asks', async ({ page }) => {
  await open(page, '/settings/audit');
  const log = page.getByRole('region', { name: '审计日志' });
  const changed = log.getByRole('row').filter({ hasText: '修改成员' });
  await expect(changed).toContainText('成员 陈书航');
  await expect(changed).toContainText('角色：分析 → 运营 · 状态：启用 → 停用');
  await expect(log.getByText('"from"')).toBeHidden();
  await changed.getByText('角色：分析 → 运营').click();
  await expect(changed.getByText('"from": "analyst"')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  // Every action has words: none shows the code of the server.
  await expect(log.getByRole('row')).toHaveCount(27);
  expect(await log.locator('summary').allInnerTexts()).not.toContainEqual(expect.stringMatching(/[a-z]+_[a-z]+/));
});
