import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const row = (page: Page, name: string | RegExp) =>
  page.getByTestId('touch-points').getByRole('row').filter({ hasText: name });

const ownCode = () => `pop_${Math.random().toString(36).slice(2, 9)}`;

test('the registry has the preset touch-points and own ones; its figures add up to all messages', async ({ page }) => {
  await open(page, '/settings/touch-points');
  await expect(row(page, 'official_account')).toContainText('预置');
  await expect(row(page, 'tea_fair')).toContainText('自建');
  const figure = async (id: string) => Number((await page.getByTestId(id).innerText()).replace(/\D/g, ''));
  const [all, named, without] = [await figure('facts'), await figure('facts-named'), await figure('facts-without')];
  expect(named + without).toBe(all);
  await row(page, 'official_account')
    .getByRole('button', { name: /条消息来自哪些数据源/ })
    .click();
  await expect(page.getByRole('dialog').getByRole('row')).toHaveCount(3);
  expect(await axeViolations(page)).toEqual([]);
});

test('a touch-point is added: its code is suggested, one that is taken is told at the field', async ({ page }) => {
  const code = ownCode();
  await open(page, '/settings/touch-points');
  await page.getByRole('button', { name: '新增触点' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '中文名称' }).fill('快闪店');
  await dialog.getByRole('textbox', { name: '英文名称' }).fill('Pop-up store');
  await expect(dialog.getByRole('textbox', { name: '代码' })).toHaveValue('pop_up_store');
  await dialog.getByRole('textbox', { name: '代码' }).fill('store');
  await dialog.getByRole('button', { name: '新增触点' }).click();
  await expect(dialog).toContainText('已有这个代码的触点');
  expect(await axeViolations(page)).toEqual([]);
  // What was typed is kept when the form is closed by mistake.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '新增触点' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await dialog.getByRole('textbox', { name: '代码' }).fill(code);
  await dialog.getByRole('button', { name: '新增触点' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row(page, code)).toContainText('快闪店');
});

test('one is renamed, also when somebody else was faster; archived after a question, and restored', async ({
  page,
}) => {
  const code = ownCode();
  await page.request.post('/api/v1/touch-points', { data: { code, name_zh: '甲', name_en: 'A' } });
  await open(page, '/settings/touch-points');
  await row(page, code).getByRole('button', { name: /改名/ }).click();
  const dialog = page.getByRole('dialog');
  await page.request.put(`/api/v1/touch-points/${code}`, {
    data: { name_zh: '甲', name_en: 'Theirs' },
    headers: { 'If-Match': '"1"' },
  });
  await dialog.getByRole('textbox', { name: '中文名称' }).fill('乙');
  await dialog.getByRole('button', { name: '保存名称' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('A → Theirs');
  await expect(dialog.getByRole('textbox', { name: '英文名称' })).toHaveValue('Theirs');
  await dialog.getByRole('button', { name: '保存名称' }).click();
  await expect(row(page, code)).toContainText('乙');

  await row(page, code).getByRole('button', { name: /归档/ }).click();
  await expect(dialog).toContainText('会进隔离区');
  // What was saved is said over the buttons behind, for some seconds: longer while a mouse rests on it.
  await page.mouse.move(0, 0);
  await expect(page.locator('.mantine-Notification-root')).toHaveCount(0);
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '归档触点' }).click();
  await expect(row(page, code)).toHaveCount(0);
  await page.getByTestId('touch-points').getByText('已归档', { exact: true }).click();
  await row(page, code).getByRole('button', { name: /恢复/ }).click();
  await expect(row(page, code)).toHaveCount(0);
});

test('messages with an unknown touch-point are counted, and their quarantine is one press away', async ({ page }) => {
  await page.route('**/sources/src_0002/quarantine?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    for (const [index, item] of body.items.entries())
      if (index < 3)
        item.violations = [
          { kind: 'unknown_touch_point', property: 'context.touchPoint', allowed: 'a touch-point', found: 'kiosk' },
        ];
    await route.fulfill({ response: answer, json: body });
  });
  await open(page, '/settings/touch-points');
  const held = page.getByTestId('unknown-held');
  await expect(held).toContainText('至少 3 条');
  expect(await axeViolations(page)).toEqual([]);
  await held.getByRole('link').click();
  await expect(page).toHaveURL(/\/sources\/src_0002\/quarantine\?reason=unknown_touch_point$/);
});

test('who may only look is offered no change, and is told why', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/settings/touch-points');
  await expect(page.getByTestId('touch-points')).toContainText('新增和修改需要“管理触点与渠道码”权限');
  await expect(page.getByRole('button', { name: /新增触点|改名|归档：/ })).toHaveCount(0);
});

test('by keyboard alone, and on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/settings/touch-points');
  await expectNoOverflow(page);
  await tabTo(page, page.getByRole('button', { name: '新增触点' }), 90);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: '中文名称' })).toBeFocused();
  await expectNoOverflow(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: '新增触点' })).toBeFocused();
});
