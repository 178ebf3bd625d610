import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { axeViolations, collectComplaints, expectFitAndClean, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

/** A source of this test's own: others look at the same made-up server. */
async function ownSource(request: APIRequestContext, settings: object = {}): Promise<string> {
  const answer = await request.post('/api/v1/sources', { data: { name: 'pop-up stall', kind: 'till', ...settings } });
  return (await answer.json()).source.id;
}

const rows = (page: Page) => page.getByTestId('debugger').locator('[data-entry]');
const newestId = (page: Page) =>
  page.getByTestId('debugger').locator('[data-id]').first().getAttribute('data-id').then(Number);

async function create(page: Page, name: string, kind = '服务器') {
  await open(page, '/sources');
  await page.getByRole('button', { name: '新建数据源' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '名称' }).fill(name);
  await dialog.getByRole('combobox', { name: '种类' }).selectOption(kind);
  await dialog.getByRole('button', { name: '新建数据源' }).click();
}

test('the list says what each source is and does, and leads to what was refused', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/\/sources$/);
  const list = page.getByRole('region', { name: '数据源列表' });
  const shop = list.getByRole('row').filter({ hasText: '官网商城' });
  await expect(shop).toContainText('网站');
  await expect(shop).toContainText('启用');
  await expect(shop).toContainText('128,430');
  await expect(shop).toContainText('1,000 条/秒');
  await expect(shop).toContainText('…x7Qa');
  await expect(list.getByRole('row').filter({ hasText: 'ERP' })).toContainText('还没有消息');
  await shop.getByRole('link', { name: /拒收的消息：37/ }).click();
  await expect(page).toHaveURL(/\/sources\/src_0001\?outcome=refused$/);
  await expect(rows(page).first()).toContainText('已拒收');
  await expect(page.getByTestId('debugger')).not.toContainText('Order Completed');
});

test('a source is created, its key is shown once, and the first message is awaited', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const complaints = collectComplaints(page);
  await create(page, 'pop-up stall');
  const secret = page.getByTestId('secret');
  await expect(secret).toHaveValue(/^wk_/);
  const key = await secret.inputValue();
  expect(await axeViolations(page)).toEqual([]);
  // Neither Escape nor a click beside it takes it away.
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 5);
  await expect(secret).toBeVisible();
  await page.getByRole('button', { name: '复制', exact: true }).first().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);

  const { origin } = new URL(page.url());
  const ways = page.getByRole('radiogroup', { name: '用什么发送' });
  const code = page.getByTestId('snippet');
  for (const [way, words] of [
    ['curl', [`curl -u '${key}:' ${origin}/v1/track`]],
    ['Node.js', ['@segment/analytics-node', key, `host: '${origin}'`]],
    ['Python', ['segment.analytics', key, `analytics.host = "${origin}"`]],
    ['浏览器', [`"${origin}/v1/perennial.js"`, `writeKey: "${key}"`]],
  ] as const) {
    await ways.getByText(way, { exact: true }).click();
    for (const word of words) await expect(code, way).toContainText(word);
  }

  await page.getByRole('button', { name: '我已保存' }).click();
  await expect(page).toHaveURL(/\/sources\/src_\d+$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('pop-up stall');
  await expect(page.locator('body')).not.toContainText(key);
  await expect(page.getByTestId('first-message')).toHaveText('收到第一条消息，接入成功。', { timeout: 15_000 });
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByTestId('source-accepted')).toHaveText('1', { timeout: 10_000 });
  expect(complaints).toEqual([]);
});

test('what cannot be accepted is said at the field, and what was begun is kept', async ({ page }) => {
  await open(page, '/imports');
  await page.getByRole('link', { name: '数据源' }).click();
  const begin = page.getByRole('button', { name: '新建数据源' });
  await begin.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: '名称' })).toBeFocused();
  await dialog.getByLabel('限速（条/秒）').fill('0');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('请填 1 至 100,000 的整数，或留空。')).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: '名称' })).toHaveAttribute('aria-invalid', 'true');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByLabel('限速（条/秒）').fill('50');
  await dialog.getByRole('textbox', { name: '名称' }).fill('refused');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('超出允许的范围（1 to 100 characters）')).toBeVisible();
  await dialog.getByRole('button', { name: '关闭' }).click();
  await begin.click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: '名称' })).toHaveValue('refused');
  // Leaving asks first.
  await page.goBack();
  await expect(page.getByRole('dialog', { name: '有未保存的内容' })).toBeVisible();
});

test('messages appear by themselves, the view can be held, and goes on with what came meanwhile', async ({ page }) => {
  await open(page, '/sources/src_0003');
  const before = await newestId(page);
  await expect.poll(() => newestId(page), { timeout: 10_000 }).toBeGreaterThan(before);
  await expect(page.getByTestId('stream-state')).toHaveText('实时');
  await page.getByTestId('hold').click();
  const held = await newestId(page);
  await expect(page.getByTestId('stream-state')).toHaveText('已停住');
  await expect(page.getByTestId('go-on')).toHaveText(/\d+ 条新的/, { timeout: 10_000 });
  expect(await newestId(page)).toBe(held);
  await page.getByTestId('go-on').click();
  await expect.poll(() => newestId(page)).toBeGreaterThan(held);
  // Whoever reads one does not want it to move away.
  await rows(page).first().click();
  await expect(page.getByTestId('stream-state')).toHaveText('已停住');
});

test('a refused message says why, what to do, and what it looked like, never what was in it', async ({ page }) => {
  await open(page, '/sources/src_0001?outcome=refused&type=track');
  const refused = rows(page).filter({ hasText: '没有 userId 也没有 anonymousId' }).first();
  await refused.click();
  const opened = page.getByTestId('debugger').locator('li', { has: page.locator('[aria-expanded="true"]') });
  await expect(opened).toContainText('no_user_anon_id');
  await expect(opened).toContainText('带上其中一个');
  await expect(opened).toContainText('products: list of 2');
  const json = JSON.parse(await page.getByTestId('entry-json').innerText());
  expect(json).toMatchObject({ outcome: 'refused', type: 'track', name: 'Product Viewed', reason: 'no_user_anon_id' });
  expect(await axeViolations(page)).toEqual([]);
});

test('what names a person in a message is covered until it is asked for', async ({ page }) => {
  await open(page, '/sources/src_0001?type=page');
  const row = rows(page).filter({ hasText: '/orders' }).first();
  await expect(row).toContainText('/u/138****5678/orders');
  await row.click();
  const json = page.getByTestId('entry-json');
  await expect(json).toContainText('/u/138****5678/orders');
  await expect(page.locator('body')).not.toContainText('13812345678');
  await expect(page.getByTestId('watermark')).toHaveCount(0);
  await page.getByTestId('privacy-toggle').click();
  await expect(json).toContainText('/u/13812345678/orders');
  await expect(row).toContainText('/u/138****5678/orders');
  await expect(page.getByTestId('watermark')).toHaveCount(1);
});

test('filters live in the address; the list is walked by keyboard', async ({ page }) => {
  await open(page, '/sources/src_0001');
  const outcomes = page.getByRole('radiogroup', { name: '按结果筛选' });
  await outcomes.getByText('重复', { exact: true }).click();
  await expect(page).toHaveURL(/outcome=duplicate$/);
  await expect(rows(page).first()).toContainText('重复');
  await page.getByRole('combobox', { name: '按类型筛选' }).selectOption('group');
  await expect(page).toHaveURL(/outcome=duplicate&type=group$/);
  await expect(page.getByTestId('state-no-match')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '清除筛选' }).click();
  await expect(page).toHaveURL(/src_0001$/);
  await expect(rows(page)).toHaveCount(50);
  await page.getByTestId('debugger').getByRole('button', { name: '加载更多' }).click();
  await expect(rows(page)).toHaveCount(100);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(rows(page).nth(1)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('k');
  await expect(rows(page).first()).toBeFocused();
});

test('the words of these pages follow the language, wherever it is chosen', async ({ page }) => {
  const speak = async (language: string) => {
    await page.getByTestId('language-menu').click();
    await page.getByRole('menuitem', { name: language }).click();
  };
  await open(page, '/sources/src_0001');
  await expect(page.getByRole('heading', { name: '实时调试' })).toBeVisible();
  await speak('English');
  await expect(page.getByRole('heading', { name: 'Live debugger' })).toBeVisible();
  await page.reload();
  await open(page, '/imports');
  await speak('中文');
  await page.getByRole('link', { name: '数据源' }).click();
  await expect(page.getByRole('button', { name: '新建数据源' })).toBeVisible();
  await speak('English');
  await expect(page.getByRole('button', { name: 'New source' })).toBeVisible();
});

test('the key is replaced; the earlier one works for a while, or not at all', async ({ page }) => {
  await open(page, `/sources/${await ownSource(page.request)}`);
  const rotate = page.getByRole('button', { name: '更换密钥' });
  await rotate.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('旧密钥在宽限期内照常能用');
  const grace = dialog.getByRole('combobox', { name: '旧密钥继续有效' });
  await expect(grace).toHaveValue('86400');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '更换密钥' }).click();
  const key = await page.getByTestId('secret').inputValue();
  expect(key).toMatch(/^wk_/);
  await page.getByRole('button', { name: '我已保存' }).click();
  await expect(page.getByText(new RegExp(`旧密钥有效到 .*以 …${key.slice(-4)} 结尾`))).toBeVisible();

  await rotate.click();
  await expect(dialog).toContainText('再早一个密钥原本有效到');
  await grace.selectOption('立即失效');
  await expect(dialog).toContainText('密钥被别人滥用时选这个');
  await dialog.getByRole('button', { name: '更换密钥' }).click();
  await expect(page.getByTestId('secret')).not.toHaveValue(key);
  await page.getByRole('button', { name: '我已保存' }).click();
  await expect(page.getByText(/旧密钥有效到/)).toHaveCount(0);
});

test('a source is paused only after a question, and says so until it is resumed', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock', 'silent');
  await open(page, `/sources/${await ownSource(page.request)}`);
  const source = page.getByTestId('source');
  await page.getByRole('button', { name: '暂停数据源' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('暂停期间的消息补不回来');
  await dialog.getByRole('button', { name: '取消' }).click();
  await expect(source).toHaveAttribute('data-state', 'active');
  await page.getByRole('button', { name: '暂停数据源' }).click();
  await dialog.getByRole('button', { name: '暂停数据源' }).click();
  await expect(source).toHaveAttribute('data-state', 'paused');
  await expect(page.getByTestId('state-paused')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByTestId('state-paused').getByRole('button', { name: '恢复数据源' }).click();
  await expect(source).toHaveAttribute('data-state', 'active');
  await expect(page.getByText('数据源已恢复。')).toBeVisible();
});

test('the rate limit changes; what somebody else changed meanwhile is neither lost nor hidden', async ({ page }) => {
  const id = await ownSource(page.request);
  await open(page, `/sources/${id}`);
  await page.getByRole('button', { name: '修改数据源' }).click();
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: '保存修改' });
  await expect(save).toBeDisabled();
  await dialog.getByLabel('限速（条/秒）').fill('200');
  const theirs = { name: 'pop-up stall 2', kind: 'till', state: 'paused', user_id_type: 'user_id' };
  await page.request.put(`/api/v1/sources/${id}`, { data: theirs, headers: { 'If-Match': '"1"' } });
  await save.click();
  await expect(page.getByTestId('their-changes')).toContainText('名称：pop-up stall → pop-up stall 2');
  await expect(page.getByTestId('their-changes')).toContainText('状态：启用 → 已暂停');
  await expect(dialog.getByRole('textbox', { name: '名称' })).toHaveValue('pop-up stall 2');
  await expect(dialog.getByLabel('限速（条/秒）')).toHaveValue('200');
  expect(await axeViolations(page)).toEqual([]);
  await save.click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('pop-up stall 2');
  await expect(page.getByText('限速 200 条/秒')).toBeVisible();
  // Pausing is not a matter of the form.
  await expect(page.getByTestId('source')).toHaveAttribute('data-state', 'paused');
});

test('who may only read is offered nothing to change', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/sources');
  await expect(page.getByRole('button', { name: '新建数据源' })).toHaveCount(0);
  await page.getByRole('link', { name: 'POS', exact: true }).click();
  await expect(rows(page).first()).toBeVisible();
  for (const name of ['更换密钥', '修改数据源', '暂停数据源', '恢复数据源'])
    await expect(page.getByRole('button', { name }), name).toHaveCount(0);
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/sources');
  await expect(page.getByTestId('state-first-use')).toContainText('管理数据源');
});

test('states: nothing yet, no such source, a part that failed', async ({ page, context, baseURL }) => {
  await open(page, '/sources/src_0004');
  const waiting = page.getByTestId('state-first-use');
  await expect(waiting).toContainText('正在等第一条消息');
  await expect(waiting).toContainText(`curl -u 'WRITE_KEY:' ${baseURL}/v1/track`);
  await waiting.getByText('没有出现？看服务器的回答').click();
  await expect(waiting.getByText(/invalid_write_key/)).toBeVisible();
  await open(page, '/sources/src_none');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
  await mockState(context, baseURL, 'mock_fail', '/sources/src_0001/debugger');
  await open(page, '/sources/src_0001');
  await expect(page.getByTestId('debugger').getByTestId('error-panel')).toContainText('req_mock_0001');
  await expect(page.getByTestId('source-accepted')).toHaveText('128,430');
  expect(await axeViolations(page)).toEqual([]);
  // It goes on by itself once the server does.
  await mockState(context, baseURL, 'mock_fail', '/nowhere');
  await expect(rows(page)).toHaveCount(50, { timeout: 10_000 });
  // What is on the screen stays when refreshing fails, and says since when it is old.
  await mockState(context, baseURL, 'mock_fail', '/sources');
  await expect(page.getByTestId('debugger').getByTestId('refresh-failed')).toBeVisible({ timeout: 10_000 });
  await expect(rows(page)).toHaveCount(50);
  await mockState(context, baseURL, 'mock', 'empty');
  await mockState(context, baseURL, 'mock_fail', '/nowhere');
  await open(page, '/sources');
  await expect(page.getByTestId('state-first-use')).toContainText('还没有数据源');
});

const WORDS = {
  'zh-CN': { create: '新建数据源', rotate: '更换密钥', edit: '修改数据源' },
  en: { create: 'New source', rotate: 'Replace key', edit: 'Change source' },
} as const;

for (const locale of ['zh-CN', 'en'] as const)
  test(`on a phone everything fits and is free of violations, light and dark: ${locale}`, async ({ page, context }) => {
    test.setTimeout(180_000);
    const words = WORDS[locale];
    await prepare(context, locale, 'light');
    await page.setViewportSize({ width: 390, height: 844 });
    const check = (name: string) => expectFitAndClean(page, name);
    await open(page, '/sources/src_0001?outcome=refused');
    await rows(page).nth(1).click();
    await expect(page.getByTestId('entry-json')).toBeVisible();
    await check('an opened message');
    for (const [name, button] of [
      ['rotate', words.rotate],
      ['edit', words.edit],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await check(name);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await open(page, '/sources');
    await page.getByRole('button', { name: words.create }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('create');
    await page.getByRole('dialog').getByRole('textbox').first().fill('pop-up stall');
    await page.getByRole('dialog').getByRole('button', { name: words.create }).click();
    await expect(page.getByTestId('secret')).toBeVisible();
    await check('the key');
  });
