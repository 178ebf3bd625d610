import { expect, test } from '@playwright/test';
import { mockState, open, prepare } from '../support/page';
import { ROUTES } from '../support/routes';

test.beforeEach(async ({ context, baseURL }) => {
  await prepare(context, 'zh-CN', 'light');
  await mockState(context, baseURL, 'mock_role', 'clerk');
});

/** What a clerk may read; everything else is closed, and says which right it needs. */
const OPEN_TO_CLERKS =
  /^\/($|clerk$|customers(?!.*merge)|settings($|\/(account|fields|stages|system|tags|topics|usage-cards)$)|tickets|key-customers|communities|layers(?!.*(new|edit))|matrices|clusters(?!\/new)|segments(?!.*(new|edit))|nothing-here)/;

test('a clerk walks every route: open pages ask for nothing forbidden, closed ones say why', async ({ page }) => {
  test.setTimeout(300_000);
  const refused: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 403) refused.push(new URL(response.url()).pathname);
  });
  for (const route of ROUTES.filter((one) => one !== '/login')) {
    refused.length = 0;
    await open(page, route);
    if (OPEN_TO_CLERKS.test(route)) {
      expect(refused, route).toEqual([]);
      await expect(page.getByTestId('state-forbidden'), route).toHaveCount(0);
    } else {
      await expect(page.getByTestId('state-forbidden').first(), route).toBeVisible();
    }
    await expect(page.getByTestId('error-panel'), route).toHaveCount(0);
  }
});

test('a clerk begins with the customers, and is offered nothing that is closed', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/\/customers$/);
  const links = page.getByRole('navigation', { name: '主菜单' }).getByRole('link');
  await expect(links).toHaveText(['客户', '分群', '重点客户', '分层', '服务', '导购台', '设置']);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('option', { name: '价值' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await open(page, '/settings/team');
  await expect(page.getByTestId('state-forbidden')).toContainText('管理成员与令牌');
  await expect(page.getByTestId('state-forbidden')).toContainText('access.manage');
});

test('service staff are offered a masked list, and told whose the numbers are to give', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'service');
  await open(page, '/customers');
  await page.getByTestId('export').click();
  const items = page.getByRole('menuitem');
  await expect(items).toHaveText(['导出为 CSV，手机号脱敏']);
  await expect(page.getByText('您的角色只能导出脱敏名单')).toBeVisible();
  const download = page.waitForEvent('download');
  await items.click();
  expect((await download).suggestedFilename()).toBe('masked-customers.csv');
});

test('a clerk changes the own password', async ({ page }) => {
  await open(page, '/customers');
  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: '账户设置' }).click();
  await page.getByLabel('当前密码').fill('wrong');
  await page.getByLabel('新密码').fill('three unrelated words');
  await page.getByRole('button', { name: '修改密码' }).click();
  await expect(page.getByText('当前密码不对。')).toBeVisible();
  await page.getByLabel('当前密码').fill('correct horse battery');
  await page.getByRole('button', { name: '修改密码' }).click();
  await expect(page.getByText('密码已修改。')).toBeVisible();
  await expect(page.getByLabel('新密码')).toHaveValue('');
});
