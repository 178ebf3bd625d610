import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;
const list = (page: Page) => page.getByTestId('key-customers');
/** Names are not each somebody's own. */
const linkOf = async (row: Locator) => `a[href="${await row.getByRole('link').first().getAttribute('href')}"]`;
const rows = (page: Page) => list(page).locator('tbody tr');

test('customers of a promise have owners, are filtered by who and by what is kept, and counted by owner', async ({
  page,
}) => {
  await open(page, '/key-customers');
  await expect(page.getByTestId('promise')).toContainText('每 30 天联系一次');
  await expect(page.getByTestId('promise').getByRole('link', { name: 'Hangzhou regulars' })).toBeVisible();
  const byOwner = page.getByTestId('by-owner').locator('tbody tr');
  await expect(byOwner).toHaveCount(3);
  const all = await rows(page).count();
  expect(all).toBeGreaterThan(2);
  await expectFitAndClean(page, 'key customers');
  await page.getByRole('button', { name: '只看 周雨桐 负责的客户' }).click();
  await expect(page).toHaveURL(/owner=usr_4/);
  await expect(page.getByRole('combobox', { name: '谁负责的' })).toHaveValue('usr_4');
  await expect(rows(page).filter({ hasText: '林晓岚' })).toHaveCount(0);
  await page.getByRole('combobox', { name: '谁负责的' }).selectOption('me');
  await expect(rows(page).filter({ hasText: '周雨桐' })).toHaveCount(0);
  await expect(rows(page).first()).toContainText('林晓岚');
  await page.getByText('逾期', { exact: true }).first().click();
  await expect(page).toHaveURL(/state=overdue/);
  await expect(rows(page).filter({ hasText: '未逾期' })).toHaveCount(0);
  // Who is disabled looks after nobody.
  await page.getByRole('combobox', { name: '谁负责的' }).selectOption('usr_3');
  await expect(page.getByTestId('state-no-match')).toContainText('没有逾期的客户');
  await page.getByRole('button', { name: '查看全部' }).click();
  await expect(rows(page)).toHaveCount(all);
});

test('a contact is written down and keeps the promise, and a customer is handed over', async ({ page }) => {
  await open(page, '/key-customers?state=overdue');
  const first = rows(page).last();
  const contacted = await linkOf(first);
  await first.getByRole('button', { name: /^记一次联系/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: '怎么联系的' }).selectOption('visit');
  await dialog.getByRole('textbox', { name: '说了什么' }).fill('喜欢新茶');
  await dialog.getByLabel('什么时候').fill('2099-01-01T10:00');
  await dialog.getByRole('button', { name: '记下' }).click();
  await expect(dialog).toContainText('不能晚于现在');
  await dialog.getByLabel('什么时候').fill('2026-11-20T10:00');
  await expectFitAndClean(page, 'a contact');
  const sent = page.waitForRequest('**/contacts');
  await dialog.getByRole('button', { name: '记下' }).click();
  expect((await sent).postDataJSON()).toEqual({ channel: 'visit', note: '喜欢新茶', at: '2026-11-20T02:00:00Z' });
  await expect(dialog).toHaveCount(0);
  await expect(list(page).locator(contacted)).toHaveCount(0);
  await open(page, '/key-customers?owner=me&state=kept');
  const one = rows(page).last();
  const handed = await linkOf(one);
  await one.getByRole('button', { name: /^转交/ }).click();
  await expect(dialog).toContainText('现在由 林晓岚 负责');
  const to = dialog.getByRole('combobox', { name: '转交给' });
  await expect(to.getByRole('option')).toHaveText(['请选择负责人', '周雨桐']);
  await to.selectOption('usr_4');
  await expectFitAndClean(page, 'a hand-over');
  await dialog.getByRole('button', { name: '转交' }).click();
  await expect(list(page).locator(handed)).toHaveCount(0);
});

test('a promise is made on the page of its segment, changed and removed', async ({ page }) => {
  const code = own('promised');
  const data = { code, name: code, description: '', text: 'city is "杭州" and count of orders >= 4' };
  await open(page, '/segments');
  expect((await page.request.post('/api/v1/segments', { data })).status()).toBe(201);
  await open(page, `/segments/${code}?tab=uses`);
  const panel = page.getByTestId('contact-promise');
  await expect(panel).toContainText('这个分群没有联系承诺');
  await panel.getByRole('button', { name: '设定联系承诺' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '多少天联系一次' }).fill('400');
  await dialog.getByRole('button', { name: '保存联系承诺' }).click();
  await expect(dialog).toContainText('1 至 365 的整数');
  await dialog.getByRole('textbox', { name: '多少天联系一次' }).fill('14');
  const owners = dialog.getByRole('combobox', { name: '负责人' });
  await owners.click();
  // Who only reads, or is disabled, cannot look after anybody.
  await expect(page.getByRole('option', { name: 'Ann Lee' })).toHaveCount(0);
  await expect(page.getByRole('option', { name: '陈书航' })).toHaveCount(0);
  await page.getByRole('option', { name: '吴思远' }).click();
  await page.getByRole('option', { name: '徐一诺' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: '保存联系承诺' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(panel).toContainText('至少每 14 天一次');
  await expect(panel).toContainText('吴思远');
  await expectFitAndClean(page, 'a promise of contact');
  await panel.getByRole('link', { name: '查看重点客户' }).click();
  await expect(page).toHaveURL(new RegExp(`segment=${code}`));
  await expect(page.getByTestId('promise')).toContainText('每 14 天');
  await expect(page.getByRole('combobox', { name: '分群' })).toHaveValue(code);
  await page.getByTestId('promise').getByRole('link').click();
  await panel.getByRole('button', { name: '修改' }).click();
  await dialog.getByRole('textbox', { name: '多少天联系一次' }).fill('21');
  await dialog.getByRole('button', { name: '保存联系承诺' }).click();
  await expect(panel).toContainText('至少每 21 天一次');
  await panel.getByRole('button', { name: '撤回' }).click();
  await dialog.getByRole('button', { name: '撤回联系承诺' }).click();
  await expect(panel).toContainText('这个分群没有联系承诺');
});

test('without a promise the page says where one is made; whoever may not make one is told', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/key-customers');
  await expect(page.getByTestId('state-first-use')).toContainText('打开一个分群');
  await expectFitAndClean(page, 'no key customers');
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/key-customers');
  await expect(page.getByTestId('state-first-use')).toContainText('设定联系承诺需要');
  await mockState(context, baseURL, 'mock', '');
  await open(page, '/segments/hangzhou_regulars?tab=uses');
  await expect(page.getByTestId('contact-promise')).toContainText('至少每 30 天一次');
  await expect(page.getByTestId('contact-promise').getByRole('button', { name: '修改' })).toHaveCount(0);
});

const ON_A_PHONE = [
  {
    locale: 'zh-CN',
    contact: /^记一次联系/,
    handOver: /^转交：/,
    hint: '转交不算联系',
    change: '修改',
    days: '多少天联系一次',
    cancel: '取消',
  },
  {
    locale: 'en',
    contact: /^Note a contact/,
    handOver: /^Hand over:/,
    hint: 'Handing over keeps no promise',
    change: 'Change',
    days: 'A contact in how many days',
    cancel: 'Cancel',
  },
] as const;

for (const { locale, contact, handOver, hint, change, days, cancel } of ON_A_PHONE) {
  test(`on a phone the list, a contact, a hand-over and a promise fit: ${locale}`, async ({ page, context }) => {
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, '/key-customers');
    await expectFitAndClean(page, 'key customers on a phone');
    const dialog = page.getByRole('dialog');
    const closed = async () => {
      await dialog.getByRole('button', { name: cancel, exact: true }).click();
      await expect(dialog).toHaveCount(0);
    };
    await page.getByRole('button', { name: contact }).first().click();
    await expectFitAndClean(page, 'a contact on a phone');
    await closed();
    await page.getByRole('button', { name: handOver }).first().click();
    await expect(dialog).toContainText(hint);
    await expectFitAndClean(page, 'a hand-over on a phone');
    await closed();
    await open(page, '/segments/hangzhou_regulars?tab=uses');
    await page.getByTestId('contact-promise').getByRole('button', { name: change, exact: true }).click();
    await expect(dialog.getByRole('textbox', { name: days })).toHaveValue('30');
    await expectFitAndClean(page, 'a promise on a phone');
    await closed();
  });
}
