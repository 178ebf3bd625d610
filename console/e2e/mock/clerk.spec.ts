import { expect, test } from '@playwright/test';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.use({ viewport: { width: 390, height: 844 } });
// They count sign-ups of one clerk.
test.describe.configure({ mode: 'default' });

for (const locale of ['zh-CN', 'en'] as const) {
  test(`on a phone somebody is signed up in three taps, and the counter rises: ${locale}`, async ({
    page,
    context,
    baseURL,
  }) => {
    await prepare(context, locale, 'light');
    await mockState(context, baseURL, 'mock_role', 'clerk');
    await open(page, '/clerk');
    const counter = page.getByTestId('counter').locator('dd');
    const before = Number(await counter.textContent());
    const form = page.getByTestId('sign-up');
    const phone = `1380000${locale === 'en' ? '1234' : '4321'}`;
    // A number, a tick, the button.
    await form.getByRole('textbox').first().fill(phone);
    await form.getByRole('checkbox').first().check();
    const button = form.locator('button[type="submit"]');
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(56);
    await button.click();
    await expect(form.getByRole('status')).toContainText(locale === 'en' ? 'Signed up' : '入会成功');
    await expect(counter).toHaveText(String(before + 1));
    await expect(form.getByRole('textbox').first()).toHaveValue('');
    // The same number once more opens whom it belongs to.
    await form.getByRole('textbox').first().fill(phone);
    await button.click();
    await expect(form.getByRole('status')).toContainText(locale === 'en' ? 'known already' : '已经登记过');
    await expect(form.getByRole('status').getByRole('link')).toBeVisible();
    await expect(counter).toHaveText(String(before + 1));
    expect(await axeViolations(page)).toEqual([]);
    for (const width of [320, 390, 430]) {
      await page.setViewportSize({ width, height: 844 });
      await expectNoOverflow(page);
    }
  });
}

test('what is wrong with a number stands at its field, and somebody of another store is not shown', async ({
  page,
  context,
  baseURL,
}) => {
  await prepare(context, 'zh-CN', 'light');
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/clerk');
  const form = page.getByTestId('sign-up');
  const phone = form.getByLabel('手机号');
  await phone.fill('12');
  await form.getByRole('button', { name: '入会' }).click();
  await expect(phone).toHaveAttribute('aria-invalid', 'true');
  await phone.fill('13912340000');
  await form.getByRole('button', { name: '入会' }).click();
  await expect(form.getByRole('status')).toContainText('其他门店');
  await expect(form.getByRole('status').getByRole('link')).toHaveCount(0);
});

test('the statement says what each line is for, and its sum is that of its lines', async ({
  page,
  context,
  baseURL,
}) => {
  await prepare(context, 'zh-CN', 'light');
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/clerk');
  const statement = page.getByTestId('statement');
  await expect(statement.getByTestId('earned')).toContainText('17.00');
  await expect(statement).toContainText('3 笔奖励，1 笔冲正');
  await expect(statement.getByRole('listitem').filter({ hasText: '冲正：入会奖励' })).toContainText('5.00');
  await expect(statement.getByRole('listitem').filter({ hasText: 'A-1001' })).toContainText('首单奖励');
  await statement.getByText('上月').click();
  await expect(statement.getByTestId('earned')).toContainText('17.00');
});

test('who is no clerk, or in no store, is told what to do', async ({ page, context, baseURL }) => {
  await prepare(context, 'zh-CN', 'light');
  await mockState(context, baseURL, 'mock', 'no_clerk');
  await open(page, '/clerk');
  await expect(page.getByTestId('no-clerk')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'no_store');
  await open(page, '/clerk');
  await expect(page.getByTestId('no-store')).toBeVisible();
  await expect(page.getByTestId('sign-up')).toHaveCount(0);
});

test('the code of the clerk is there to be scanned, with what to say; in no store there is none', async ({
  page,
  context,
  baseURL,
}) => {
  await prepare(context, 'zh-CN', 'dark');
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/clerk');
  const code = page.getByTestId('own-code');
  await expect(code).toContainText('扫一下，三步入会');
  const picture = code.getByRole('img', { name: '二维码：会员入会' });
  await expect(picture).toBeVisible();
  expect((await picture.boundingBox())?.width).toBeGreaterThanOrEqual(200);
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expect(code.getByLabel('链接', { exact: true })).toHaveValue(
    'https://crm.example.com/f/7K3M9XQ2AB/by/7KQ2MX9D',
  );
  await expectNoOverflow(page);
  await mockState(context, baseURL, 'mock', 'no_store');
  await open(page, '/clerk');
  await expect(page.getByTestId('no-store')).toBeVisible();
  await expect(code).toHaveCount(0);
});
