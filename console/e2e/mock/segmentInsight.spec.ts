import { expect, type Page, test } from '@playwright/test';
import { axeViolations, expectFitAndClean, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;
async function made(page: Page, code: string, text = 'did orders in last 30 days') {
  const data = { code, name: code, description: '', text };
  expect((await page.request.post('/api/v1/segments', { data })).status()).toBe(201);
}
async function tagMade(page: Page, code: string) {
  const data = { code, name_zh: code, name_en: code };
  expect((await page.request.post('/api/v1/tag-groups/intention/tags', { data })).status()).toBe(201);
}

test('a tag follows a segment: what that does is said before, and it can be stopped', async ({ page, context }) => {
  const [segment, tag] = [own('seg'), own('tag')];
  await made(page, segment);
  await tagMade(page, tag);
  for (const locale of ['zh-CN', 'en'] as const) {
    const zh = locale === 'zh-CN';
    await prepare(context, locale, 'light');
    await open(page, `/segments/${segment}?tab=uses`);
    const panel = page.getByTestId('following-tags');
    await expect(panel).toContainText(zh ? '还没有标签跟随' : 'No tag follows');
    await panel.getByRole('button', { name: zh ? '让标签跟随' : 'Let a tag follow' }).click();
    const dialog = page.getByRole('dialog');
    const choice = dialog.getByRole('combobox', { name: zh ? '标签' : 'Tag' });
    // Neither of an exclusive group, nor archived, nor one that follows already.
    for (const other of ['early', 'spring_2025', 'key_customer'])
      await expect(choice.locator(`option[value="${other}"]`)).toHaveCount(0);
    await choice.selectOption(tag);
    await expect(dialog.getByTestId('effect')).toContainText(tag);
    await expectFitAndClean(page, `follow ${locale}`);
    await dialog.getByRole('button', { name: zh ? '从现在起跟随' : 'Follow from now on' }).click();
    await expect(panel.getByRole('row').filter({ hasText: tag })).toBeVisible();
    // The register says so too, with a way back.
    await open(page, '/settings/tags');
    await page.getByRole('row').filter({ hasText: tag }).getByRole('link', { name: segment }).click();
    await expect(page).toHaveURL(new RegExp(`/segments/${segment}`));
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoOverflow(page);
    await page.getByRole('button', { name: zh ? `停止跟随：${tag}` : `Stop following: ${tag}` }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: zh ? '停止跟随' : 'Stop following' })
      .click();
    await expect(panel).toContainText(zh ? '还没有标签跟随' : 'No tag follows');
    await page.setViewportSize({ width: 1440, height: 900 });
  }
});

test('a refused tag says what the server says, and so does one that is set by hand though it follows', async ({
  page,
}) => {
  const [segment, tag] = [own('seg'), own('tag')];
  await made(page, segment);
  await tagMade(page, tag);
  await page.route('**/api/v1/automatic-tags/*', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        title: 'conflict',
        status: 409,
        code: 'conflict',
        detail: 'the segment looks at the tag',
        errors: [],
      }),
    }),
  );
  await open(page, `/segments/${segment}?tab=uses`);
  await page.getByRole('button', { name: '让标签跟随' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: '标签' }).selectOption(tag);
  await dialog.getByRole('button', { name: '从现在起跟随' }).click();
  await expect(dialog.getByRole('alert')).toContainText('the segment looks at the tag');
});

test('a customer with an automatic tag reads which segment decides it', async ({ page }) => {
  const { items } = await (await page.request.get('/api/v1/segments/hangzhou_regulars/members?limit=1')).json();
  await open(page, `/customers/${items[0].id}`);
  await expect(page.getByTestId('tags')).toContainText('hangzhou_regulars');
});

test('every point of the trend and every figure of the portrait opens just as many people', async ({ page }) => {
  await open(page, '/segments/silent_buyers?tab=moves');
  const trend = page.getByTestId('trend');
  await trend.getByRole('button', { name: /表格/ }).click();
  const link = trend.getByRole('link').first();
  const count = (await link.textContent())?.replaceAll(',', '');
  await link.click();
  await expect(page.getByTestId('members-at')).toBeVisible();
  const at = new URL(page.url()).searchParams.get('at');
  const then = await (await page.request.get(`/api/v1/segments/silent_buyers/members?at=${at}`)).json();
  expect(String(then.count)).toBe(count);
  await page.getByRole('link', { name: '看现在的' }).click();
  await expect(page.getByTestId('members-at')).toHaveCount(0);

  await open(page, '/segments/silent_buyers?tab=portrait');
  const portrait = page.getByTestId('portrait');
  await portrait.getByRole('button', { name: '人数' }).click();
  await expect(portrait.getByRole('columnheader', { name: '人数' })).toHaveAttribute(
    'aria-sort',
    /ascending|descending/,
  );
  const figure = portrait.getByRole('button', { name: /查看客户/ }).first();
  const shown = (await figure.textContent())?.replaceAll(',', '');
  await figure.click();
  await expect(page.getByTestId('people')).toHaveAttribute('data-count', shown ?? '');
  await expectFitAndClean(page, 'people');
  const text = await page.getByTestId('people').locator('pre').textContent();
  await page.getByRole('dialog').getByRole('link', { name: '存为分群' }).click();
  await expect(page).toHaveURL(/\/segments\/new\?rule=/);
  await expect(page.getByTestId('count')).toHaveAttribute('data-count', shown ?? '');
  expect(text).toContain('in segment silent_buyers');
});

test('who entered and left is listed page by page, with the cause', async ({ page }) => {
  await open(page, '/segments/silent_buyers?tab=moves');
  const moves = page.getByTestId('moves');
  await expect(moves.getByRole('row')).toHaveCount(51);
  await expect(moves).toContainText('时间过去');
  await moves.getByRole('button', { name: '加载更多' }).click();
  await expect.poll(() => moves.getByRole('row').count()).toBeGreaterThan(51);
  const fresh = own('fresh');
  await made(page, fresh);
  await open(page, `/segments/${fresh}?tab=moves`);
  await expect(page.getByTestId('trend')).toContainText('还没有记录');
  await expect(page.getByTestId('state-no-moves')).toBeVisible();
});

test('reach by channel stands beside the count', async ({ page }) => {
  await open(page, '/segments/silent_buyers');
  const reach = page.getByTestId('reach-by-channel');
  await expect(reach.getByRole('listitem')).toHaveCount(3);
  const any = Number(await reach.locator('[data-channel="any"]').getAttribute('data-count'));
  const sms = Number(await reach.locator('[data-channel="sms"]').getAttribute('data-count'));
  expect(any).toBeGreaterThanOrEqual(sms);
});

test('a segment says what one of it is worth and what it took to win one', async ({ page }) => {
  await open(page, '/segments/silent_buyers');
  const worth = page.getByTestId('worth');
  await expect(worth.getByTestId('worth-lifetime')).toContainText('¥1,240.00');
  await expect(worth.getByTestId('worth-cost')).toContainText('¥362.50');
  await expect(worth.getByTestId('worth-ratio')).toHaveText('3.42');
  expect(await axeViolations(page)).toEqual([]);
});

test('segments are compared: figures of the drawing, the table and the lists are the same', async ({ page }) => {
  await open(page, '/segments/compare');
  await page.getByRole('combobox', { name: '分群 1' }).selectOption('hangzhou_regulars');
  await page.getByRole('combobox', { name: '分群 2' }).selectOption('silent_buyers');
  const regions = page.getByTestId('regions');
  await expect(regions.getByRole('row')).toHaveCount(4);
  const figures = await regions.getByRole('row').locator('td').allTextContents();
  const drawn = await page.getByTestId('diagram').locator('text').allTextContents();
  for (const figure of figures) expect(drawn).toContain(figure);
  await expectFitAndClean(page, 'compare');
  const only = regions.getByRole('row').nth(1).getByRole('button');
  const count = (await only.textContent())?.replaceAll(',', '');
  await only.click();
  await expect(page.getByTestId('people')).toHaveAttribute('data-count', count ?? '');
  await expect(page.getByTestId('people')).toContainText(
    'in segment hangzhou_regulars and not in segment silent_buyers',
  );
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
  expect(await axeViolations(page)).toEqual([]);
});

test('before it is archived, one sees what stands on it', async ({ page }) => {
  await open(page, '/segments/hangzhou_regulars');
  await page.getByRole('button', { name: '归档分群' }).click();
  await expect(page.getByTestId('uses-before')).toContainText('重点客户');
  await expectFitAndClean(page, 'archive');
});

test('whoever may not change tags or segments sees no tools for it', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/segments/hangzhou_regulars?tab=uses');
  await expect(page.getByTestId('following-tags')).toContainText('重点客户');
  await expect(page.getByTestId('following-tags').getByRole('button', { name: /停止|跟随$/ })).toHaveCount(0);
});
