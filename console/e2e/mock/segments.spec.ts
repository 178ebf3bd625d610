import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectFitAndClean, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
  // The form is looked at in `builder.spec.ts`.
  await context.addInitScript(() => localStorage.setItem('perennial.rule_view', '"text"'));
});

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;
const row = (page: Page, code: string) => page.getByTestId('segments').getByRole('row').filter({ hasText: code });
const rule = (page: Page) => page.getByTestId('rule');
const countOf = async (page: Page) => Number(await page.getByTestId('count').getAttribute('data-count'));

async function made(page: Page, code: string, more: object = {}) {
  const data = { code, name: code, description: '', text: 'did orders in last 30 days', ...more };
  expect((await page.request.post('/api/v1/segments', { data })).status()).toBe(201);
}

test('the list shows how many each segment means now, is searched, and keeps archived ones apart', async ({ page }) => {
  await open(page, '/segments');
  await expect(page.getByTestId('counts-as-of')).toContainText('全部客户 1,860 位');
  const silent = row(page, 'silent_buyers');
  await expect(silent).toContainText('Silent regulars');
  await expect(silent).toContainText('Zhou');
  await expect(row(page, 'old_promotion')).toHaveCount(0);
  const shown = Number((await page.getByTestId('count-silent_buyers').textContent())?.replace(',', ''));
  await page.getByRole('textbox', { name: '搜索分群' }).fill('hangzhou');
  await expect(silent).toHaveCount(0);
  await expect(page).toHaveURL(/search=hangzhou/);
  await page.getByRole('textbox', { name: '搜索分群' }).fill('no such thing');
  await expect(page.getByTestId('state-no-match')).toBeVisible();
  await page.getByRole('button', { name: '清除搜索' }).click();
  await page.getByText('已归档', { exact: true }).click();
  await expect(row(page, 'old_promotion')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  // The count leads to just as many.
  await open(page, '/segments');
  await page.getByTestId('count-silent_buyers').click();
  await expect(page.getByTestId('count')).toHaveAttribute('data-count', String(shown));
});

test('whoever has none begins with an example, and has a segment after two presses', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/segments');
  await expect(page.getByTestId('state-first-use')).toBeVisible();
  await expectFitAndClean(page, 'no segments');
  await page.getByRole('link', { name: '用这个例子：只看不买' }).click();
  await expect(rule(page)).toHaveValue('count of pages in last 30 days >= 3\nand never orders');
  await expect(page.getByRole('textbox', { name: '代码' })).toHaveValue('readers_never_bought');
  await expect(page.getByTestId('count')).toHaveText('0');
});

test('a rule is written with what is wrong marked, what is meant offered, and counted as it is typed', async ({
  page,
}) => {
  const code = own('regulars');
  await open(page, '/segments/new');
  await expect(page.getByTestId('answer')).toContainText('写下规则');
  await rule(page).fill('count of orders >= 2 and did event "Order Complted"');
  const problems = page.getByTestId('problems');
  await expect(problems).toContainText('there is no event `Order Complted`');
  await expect(page.getByTestId('marks').locator('mark')).toHaveText('did event "Order Complted"');
  await expect(rule(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByTestId('answer')).toContainText('规则改好后');
  expect(await axeViolations(page)).toEqual([]);
  await problems.getByRole('button', { name: /跳到这里/ }).click();
  expect(await rule(page).evaluate((one: HTMLTextAreaElement) => [one.selectionStart, one.selectionEnd])).toEqual([
    25, 51,
  ]);
  await problems.getByRole('button', { name: '改为 Order Completed' }).click();
  await expect(rule(page)).toHaveValue('count of orders >= 2 and did event "Order Completed"');
  await expect(page.getByTestId('problems')).toHaveCount(0);
  const clauses = page.getByTestId('clauses').getByRole('row');
  await expect(clauses).toHaveCount(3);
  const both = await countOf(page);
  await expect(clauses.nth(1)).toContainText('count of orders >= 2');
  await expect(clauses.nth(1)).toContainText(/多 [\d,]+|不变/);
  await expect(page.getByTestId('sample').getByRole('link')).toHaveCount(10);
  // Without a condition the rule means as many as was said.
  const [, , without] = await clauses.nth(2).locator('th, td').allTextContents();
  await rule(page).fill('count of orders >= 2');
  await expect(page.getByTestId('clauses')).toHaveCount(0);
  await expect.poll(() => countOf(page)).toBeGreaterThan(both);
  expect(without).toContain((await page.getByTestId('count').textContent()) ?? '');
  // What can be asked is put at the cursor.
  await page.getByRole('textbox', { name: '搜索能问的内容' }).fill('city');
  await page.getByTestId('catalogue').getByRole('button', { name: 'city 文本' }).click();
  await expect(rule(page)).toHaveValue('count of orders >= 2\nand city is ""');
  await page.keyboard.type('杭州');
  await expect(rule(page)).toHaveValue('count of orders >= 2\nand city is "杭州"');
  await expect(page.getByTestId('clauses').getByRole('row')).toHaveCount(3);
  await page.getByRole('button', { name: '新建分群' }).click();
  await expect(page.getByText('有 2 处要改')).toBeVisible();
  await page.getByRole('textbox', { name: '名称' }).fill('常客');
  await page.getByRole('textbox', { name: '代码' }).fill(code);
  const counted = await countOf(page);
  await page.getByRole('button', { name: '新建分群' }).click();
  await expect(page).toHaveURL(new RegExp(`/segments/${code}$`));
  await expect(page.getByTestId('segment-rule')).toContainText('count of orders >= 2\nand city is "杭州"');
  await expect(page.getByTestId('count')).toHaveAttribute('data-count', String(counted));
});

test('a stale answer never stands beside a newer rule', async ({ page }) => {
  await open(page, '/segments/new');
  // The first count is answered long after the second one.
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/segments/preview', async (route) => {
    const isFirst = route.request().postData()?.includes('never orders');
    if (isFirst) await held;
    await route.continue().catch(() => {});
  });
  await rule(page).fill('never orders');
  await page.waitForRequest('**/api/v1/segments/preview');
  await rule(page).fill('everybody');
  await expect(page.getByTestId('count')).toHaveText('1,860');
  release();
  await expect(page.getByTestId('answer').locator('[data-stale]')).toHaveCount(0);
  await expect(page.getByTestId('count')).toHaveText('1,860');
});

test('a segment is changed on top of what somebody else made of it, archived after a question, and restored', async ({
  page,
}) => {
  const code = own('seg');
  await made(page, code);
  await open(page, `/segments/${code}/edit`);
  await page.request.put(`/api/v1/segments/${code}`, {
    data: { name: 'Theirs', description: '', text: 'did orders in last 30 days' },
    headers: { 'If-Match': '"1"' },
  });
  await rule(page).fill('did orders in last 60 days');
  await page.getByRole('button', { name: '保存分群' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('Theirs');
  await expect(page.getByRole('textbox', { name: '名称' })).toHaveValue('Theirs');
  await expect(rule(page)).toHaveValue('did orders in last 60 days');
  await page.getByRole('button', { name: '保存分群' }).click();
  await expect(page).toHaveURL(new RegExp(`/segments/${code}$`));
  await page.getByRole('navigation', { name: '分群的各个方面' }).getByRole('link', { name: '版本' }).click();
  await expect(page.getByTestId('versions').getByRole('row')).toHaveCount(4);
  const difference = page.getByTestId('rule-difference');
  await expect(difference.locator('del')).toContainText('30');
  await expect(difference.locator('ins')).toContainText('60');
  await page.getByRole('button', { name: '与上一版对比：第 1 版与第 2 版' }).click();
  await expect(page.getByTestId('difference')).toContainText('规则没有变化');
  await expect(page.getByTestId('difference')).toContainText(`名称：${code} → Theirs`);
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '归档分群' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '归档分群' }).click();
  await expect(page.getByTestId('segment')).toHaveAttribute('data-archived', 'true');
  await expect(page.getByTestId('segment-count')).toHaveCount(0);
  await page.getByRole('button', { name: '恢复分群' }).click();
  await expect(page.getByTestId('segment')).not.toHaveAttribute('data-archived', 'true');
});

test('one that others stand on is not archived, and it is said why', async ({ page }) => {
  await open(page, '/segments/hangzhou_regulars');
  await page.getByRole('button', { name: '归档分群' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '归档分群' }).click();
  await expect(dialog.getByRole('alert')).toContainText('big_cities');
  await expectFitAndClean(page, 'archive');
});

test('members come page by page, and of each it is shown why', async ({ page }) => {
  await open(page, '/segments/silent_buyers');
  const members = page.getByTestId('members').getByRole('row');
  await expect(members).toHaveCount(51);
  await page.getByRole('button', { name: '加载更多' }).click();
  await expect(members).toHaveCount(101);
  await members
    .nth(1)
    .getByRole('link', { name: /^为什么/ })
    .click();
  await expect(page).toHaveURL(/tab=why&customer=cus_\d+$/);
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-holds', 'true');
  const tree = page.getByTestId('rule-tree');
  await expect(tree.locator('[data-kind="clause"]')).toHaveCount(3);
  await expect(tree.locator('[data-holds="false"]')).toHaveCount(0);
  await tree.locator('summary').first().click();
  await expect(tree.locator('details li').first()).toContainText('订单');
  await expectFitAndClean(page, 'why');
  await page.getByRole('button', { name: '换一位客户' }).click();
  // What is typed names people: it stays out of the address.
  await page.getByRole('textbox', { name: '找一位客户' }).fill('12005');
  await page.getByTestId('why').getByRole('button', { name: /^查看/ }).first().click();
  await expect(page).not.toHaveURL(/12005/);
  await expect(page.getByTestId('verdict')).toBeVisible();
  await page.getByRole('button', { name: '换一位客户' }).click();
  await page.getByRole('textbox', { name: '找一位客户' }).fill('cus_nobody');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('why')).toContainText('没有这位客户');
});

test('while the server works out who there is, that is said, and then it answers by itself', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock', 'not_built');
  await page.goto('/segments/new');
  await rule(page).fill('did orders');
  await expect(page.getByTestId('state-not-built')).toBeVisible();
  await mockState(context, baseURL, 'mock', '');
  await expect(page.getByTestId('count')).toBeVisible();
  await mockState(context, baseURL, 'mock_fail', '/segments/preview');
  await rule(page).fill('did orders in last 5 days');
  await expect(page.getByTestId('answer').getByTestId('error-panel')).toBeVisible();
});

test('a rule is written and saved with the keyboard alone', async ({ page }) => {
  const code = own('keys');
  await open(page, '/segments/new');
  await tabTo(page, page.getByRole('textbox', { name: '名称' }));
  await page.keyboard.type('keys');
  await tabTo(page, page.getByRole('textbox', { name: '代码' }));
  await page.keyboard.press('Control+A');
  await page.keyboard.type(code);
  await tabTo(page, rule(page));
  await page.keyboard.type('reachable');
  await expect(page.getByTestId('count')).toBeVisible();
  const offer = page.getByTestId('catalogue').getByRole('button', { name: '一段时间没有任何行为' });
  await tabTo(page, offer);
  await page.keyboard.press('Enter');
  await expect(rule(page)).toBeFocused();
  await expect(rule(page)).toHaveValue('reachable\nand never anything in last 60 days');
  await page.keyboard.type('30');
  await expect(rule(page)).toHaveValue('reachable\nand never anything in last 30 days');
  await tabTo(page, page.getByRole('button', { name: '新建分群' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/segments/${code}$`));
});

test('who may not change them sees them all the same', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'service');
  await open(page, '/segments');
  await expect(page.getByText('需要“管理分群”权限')).toBeVisible();
  await expect(page.getByRole('link', { name: '新建分群' })).toHaveCount(0);
  await open(page, '/segments/silent_buyers');
  await expect(page.getByRole('link', { name: '修改分群' })).toHaveCount(0);
  await open(page, '/segments/silent_buyers/edit');
  await expect(page.getByTestId('state-forbidden')).toContainText('segments.manage');
});

for (const locale of ['zh-CN', 'en'] as const) {
  test(`on a phone problems and counts fit: ${locale}`, async ({ page, context }) => {
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, '/segments/new');
    await rule(page).fill('did event "Order Complted" and has tag vipp');
    await expect(page.getByTestId('problems').getByRole('listitem')).toHaveCount(2);
    await expectFitAndClean(page, 'problems');
    await rule(page).fill(`city is "${'long'.repeat(60)}" and did orders`);
    await expect(page.getByTestId('clauses').getByRole('row')).toHaveCount(3);
    await expectNoOverflow(page);
    await expectFitAndClean(page, 'count');
  });
}

test('a version that is worked out says so until it is there, in the list and on its page', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock', 'back_fill');
  await open(page, '/segments');
  await expect(page.getByTestId('filling-silent_buyers')).toHaveText('上一版的人数；新版已算 37%');
  await expect(page.getByTestId('count-silent_buyers')).toBeVisible();
  await expect(page.getByTestId('filling-hangzhou_regulars')).toHaveText('正在计算，37%');
  await expect(page.getByTestId('count-hangzhou_regulars')).toHaveCount(0);
  await expectFitAndClean(page, 'segments that are worked out');
  // One that is new has nobody yet.
  await open(page, '/segments/hangzhou_regulars');
  const filling = page.getByTestId('back-fill');
  await expect(filling).toContainText('正在计算这个分群');
  await expect(page.getByTestId('members')).toHaveCount(0);
  await open(page, '/segments/silent_buyers');
  await expect(filling).toContainText('正在计算新版本');
  await expect(filling.getByRole('progressbar', { name: '已看过全部事实的 37%' })).toBeVisible();
  await expect(page.getByTestId('members').getByRole('row').nth(1)).toBeVisible();
  await expectFitAndClean(page, 'a segment that is worked out');
  // It is asked again by itself.
  await mockState(context, baseURL, 'mock', '');
  await expect(filling).toHaveCount(0);
  await open(page, '/segments');
  await expect(page.getByTestId('count-hangzhou_regulars')).toBeVisible();
  await expect(page.getByTestId('filling-silent_buyers')).toHaveCount(0);
});
