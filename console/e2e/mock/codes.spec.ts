import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const rows = (page: Page) => page.getByTestId('codes').locator('tbody tr');
const number = async (page: Page, id: string) => Number((await page.getByTestId(id).innerText()).replace(/\D/g, ''));

/** One that no other test looks at. */
async function ownCode(page: Page, name: string) {
  const code = {
    name,
    touch_point: 'store',
    target: 'https://shop.example.com/own',
    parameters: { place: '滨江店' },
    cost_minor: 1250,
  };
  const made = await page.request.post('/api/v1/codes', { data: { codes: [code] } });
  return ((await made.json()) as { items: { id: string }[] }).items[0]?.id ?? '';
}

test('the list filters, sorts and turns its pages; the figures above are those of what is shown', async ({ page }) => {
  await open(page, '/codes');
  await expect(rows(page)).toHaveCount(50);
  await page.getByRole('button', { name: '下一页' }).click();
  await expect(page).toHaveURL(/page=2/);
  await page.getByRole('textbox', { name: '搜索渠道码' }).fill('海报');
  await expect(rows(page)).toHaveCount(3);
  await expect(page).toHaveURL(/search=/);
  await expect(page).not.toHaveURL(/page=/);
  await page.getByRole('button', { name: '扫码', exact: true }).click();
  await expect(rows(page).first()).toContainText('西溪店');
  const shown = await rows(page).evaluateAll((found) =>
    found.map((one) => Number(one.children[4]?.textContent?.replace(/\D/g, ''))),
  );
  expect(await number(page, 'codes-scans')).toBe(shown.reduce((sum, one) => sum + one, 0));
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('combobox', { name: '状态' }).selectOption('已暂停');
  await expect(page.getByTestId('state-no-match')).toBeVisible();
  await page.getByRole('button', { name: '清除筛选' }).click();
  await expect(rows(page)).toHaveCount(50);
});

test('a period narrows the scans, and is in the address', async ({ page }) => {
  await open(page, '/codes?touch_point=store');
  const ever = await number(page, 'codes-scans');
  await page.getByRole('combobox', { name: '扫码时间' }).selectOption('近 7 天');
  await expect(page).toHaveURL(/days=7/);
  await expect.poll(() => number(page, 'codes-scans')).toBeLessThan(ever);
  await page.getByRole('combobox', { name: '扫码时间' }).selectOption('自选日期');
  await expect(page.getByLabel('从', { exact: true })).toHaveValue(/^\d{4}-\d\d-\d\d$/);
});

test('parameters are combined: what will be made is shown before, and stands in one batch after', async ({ page }) => {
  await open(page, '/codes/new');
  const submit = page.getByTestId('create-codes');
  await expect(submit).toBeDisabled();
  await page.getByRole('textbox', { name: '名称' }).fill('夏季');
  await expect(page.getByTestId('codes-problems')).toContainText('请填登记过、未归档的触点');
  await page.getByRole('combobox', { name: '触点' }).selectOption('门店');
  await page.getByRole('textbox', { name: '目标页面' }).fill('https://shop.example.com/summer');
  await page.getByRole('textbox', { name: '每个码的成本' }).fill('12.50');
  await page.getByRole('button', { name: '添加参数' }).click();
  await page.getByRole('textbox', { name: 'place 的值，一行一个' }).fill('一店\n二店\n三店');
  await page.getByRole('button', { name: '添加参数' }).click();
  await page.getByRole('textbox', { name: 'material 的值，一行一个' }).fill('海报\n桌牌');
  await expect(page.getByTestId('codes-preview')).toContainText('夏季 · 三店 · 桌牌');
  await expect(submit).toHaveText('生成 6 个渠道码');
  expect(await axeViolations(page)).toEqual([]);
  // What was typed survives a look elsewhere.
  await page.getByRole('navigation', { name: '渠道码' }).getByRole('link').click();
  await page.getByRole('button', { name: '保留草稿并离开' }).click();
  await page.getByRole('link', { name: '新建渠道码' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await submit.click();
  await expect(page).toHaveURL(/\/codes\?batch=cob_/);
  await expect(rows(page)).toHaveCount(6);
  await expect(rows(page).first()).toContainText('¥12.50');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载本批 PDF' }).click();
  expect((await download).suggestedFilename()).toMatch(/^codes-cob_\w+\.pdf$/);
});

test('names are pasted or read from a file; what is wrong is told by its line', async ({ page }) => {
  await open(page, '/codes/new');
  await page.getByText('粘贴名单').click();
  await page.getByRole('combobox', { name: '触点' }).selectOption('电话');
  await page.getByRole('textbox', { name: '目标页面' }).fill('https://shop.example.com/call');
  const names = page.getByRole('textbox', { name: '名单' });
  await names.fill('名称,员工,成本\n一号座席,E1,2\n,E2,两元');
  await expect(page.getByTestId('codes-problems')).toContainText('第 3 行：名称要有 1 到 100 个字符');
  await expect(page.getByTestId('codes-problems')).toContainText('现在是“两元”');
  await expect(page.getByTestId('create-codes')).toBeDisabled();
  // As a Chinese spreadsheet writes it: 名称,员工 and two rows.
  const gb18030 = Buffer.from('c3fbb3c62cd4b1b9a40ad2bbbac5d7f9cfaf2c45310ab6febac5d7f9cfaf2c45320a', 'hex');
  await page.getByTestId('codes-file').setInputFiles({ name: 'seats.csv', mimeType: 'text/csv', buffer: gb18030 });
  await expect(page.getByTestId('codes-preview')).toContainText('二号座席');
  await page.getByTestId('create-codes').click();
  await expect(rows(page)).toHaveCount(2);
});

test('a refusal of the server keeps the form and says what is wrong', async ({ page }) => {
  await open(page, '/codes/new');
  await page.getByRole('textbox', { name: '名称' }).fill('秋季');
  await page.getByRole('combobox', { name: '触点' }).selectOption('门店');
  await page.getByRole('textbox', { name: '目标页面' }).fill('https://shop.example.com/autumn');
  const problem = { code: 'invalid_request', status: 422, title: 'x', detail: 'x', request_id: 'req_1' };
  const errors = [{ pointer: '/codes/0/touch_point', code: 'out_of_range', detail: 'a touch-point, not archived' }];
  await page.route('**/api/v1/codes', (route) => route.fulfill({ status: 422, json: { ...problem, errors } }));
  await page.getByTestId('create-codes').click();
  await expect(page.getByTestId('codes-refused')).toContainText(
    '第 1 个码：请填登记过、未归档的触点。一个也没有生成。',
  );
  await expect(page.getByTestId('codes-refused')).toContainText('/codes/0/touch_point');
  await expect(page.getByRole('textbox', { name: '名称' })).toHaveValue('秋季');
});

test('the page of a code: picture, link, and region by hour that add up to its scans', async ({ page }) => {
  await open(page, '/codes/cod_000001');
  const scans = await number(page, 'codes-scans');
  expect(await number(page, 'matrix-total')).toBe(scans);
  const cells = await page.getByTestId('matrix').locator('tbody td[data-step]').allInnerTexts();
  expect(cells.reduce((sum, cell) => sum + Number(cell.replace(/\D/g, '')), 0)).toBe(scans);
  await expect(page.getByTestId('unknown-share')).toHaveText(/地区未知 \d+\.\d%/);
  await expect(page.getByTestId('short-link')).toHaveValue(/^http:\/\/localhost:\d+\/s\/\w{10}$/);
  await expect(page.getByTestId('private-base')).toBeVisible();
  await page.getByRole('textbox', { name: '客户访问的网址' }).fill('https://go.example.com');
  await expect(page.getByTestId('private-base')).toHaveCount(0);
  await expect(page.getByTestId('short-link')).toHaveValue(/^https:\/\/go\.example\.com\/s\//);
  const download = page.waitForEvent('download');
  const asked = page.waitForRequest((request) => request.url().includes('format=png'));
  await page.getByRole('button', { name: '下载 PNG' }).click();
  expect((await asked).url()).toContain('base=https%3A%2F%2Fgo.example.com');
  expect((await download).suggestedFilename()).toMatch(/\.png$/);
  const who = page.getByTestId('code-scans').locator('tbody tr');
  await expect(who).toHaveCount(50);
  await page.getByTestId('code-scans').getByRole('button', { name: '加载更多' }).click();
  await expect(who).toHaveCount(100);
  await who.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/customers\/cus_/);
});

test('name, target and cost change; what somebody else changed is neither lost nor hidden', async ({ page }) => {
  const id = await ownCode(page, 'Mine');
  await open(page, `/codes/${id}`);
  await page.getByRole('button', { name: '修改渠道码' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: '每个码的成本' })).toHaveValue('12.50');
  await dialog.getByRole('textbox', { name: '每个码的成本' }).fill('1.234');
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(dialog).toContainText('成本要是不小于零的金额');
  await dialog.getByRole('textbox', { name: '每个码的成本' }).fill('20');
  await page.request.put(`/api/v1/codes/${id}`, {
    data: { name: 'Theirs', target: 'https://shop.example.com/own', cost_minor: 1250 },
    headers: { 'If-Match': '"1"' },
  });
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('Mine → Theirs');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '保存修改' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Theirs');
  await expect(page.getByTestId('codes-cost')).toContainText('20.00');
});

test('a code is paused after a question, and resumed', async ({ page }) => {
  await open(page, `/codes/${await ownCode(page, 'Pause me')}`);
  await page.getByRole('button', { name: '暂停渠道码' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('已经印出去的二维码也一样');
  await dialog.getByRole('button', { name: '暂停渠道码' }).click();
  await expect(page.getByTestId('code')).toHaveAttribute('data-state', 'paused');
  await expect(page.getByText('已暂停：短链打不开，扫码不计。')).toBeVisible();
  await page.getByRole('button', { name: '恢复渠道码' }).click();
  await expect(page.getByTestId('code')).toHaveAttribute('data-state', 'active');
});

test('chosen codes go on paper, with labels in any script', async ({ page }) => {
  await open(page, '/codes?touch_point=store');
  await page.getByRole('checkbox', { name: '选择：春茶 · 西溪店 · 海报' }).check();
  await page.getByRole('checkbox', { name: '选择：春茶 · 湖滨店 · 海报' }).check();
  await expect(page.getByTestId('selection')).toContainText('已选 2 个');
  await page.getByRole('button', { name: '打印所选' }).click();
  const labels = page.getByTestId('print-sheet').getByRole('listitem');
  await expect(labels).toHaveCount(2);
  await expect(labels.filter({ hasText: '春茶 · 西溪店 · 海报' })).toHaveCount(1);
  await expect(page.getByRole('button', { name: '打印', exact: true })).toBeEnabled();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: '打印', exact: true })).toBeHidden();
  await expect(page.getByRole('navigation', { name: '主菜单' })).toBeHidden();
  await expect(labels.first()).toBeVisible();
});

test('the table of networks is checked line by line before it replaces the one that is there', async ({ page }) => {
  await open(page, '/codes');
  await page.getByRole('button', { name: '地区网段表' }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: '网段和地区' });
  await field.fill('203.0.113.0/24,上海\nnonsense');
  await expect(dialog).toContainText('第 2 行要是网段和地区');
  await field.fill('203.0.113.0/24,上海\n198.51.100.0/24,杭州');
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: '用这 2 行替换' }).click();
  await expect(page.getByText('地区网段表已替换，共 2 个网段。')).toBeVisible();
});

test('without codes there is a way to begin; who may only look is told why not', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/codes');
  await expect(page.getByTestId('state-first-use').getByRole('link', { name: '新建渠道码' })).toBeVisible();
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/codes');
  await expect(page.getByTestId('state-first-use')).toContainText('新建和修改需要“管理触点与渠道码”权限');
  await expect(page.getByRole('link', { name: '新建渠道码' })).toHaveCount(0);
  await open(page, '/codes/new');
  await expect(page.getByTestId('state-forbidden')).toContainText('touch_points.manage');
  await open(page, '/codes/cod_000001');
  await expect(page.getByRole('button', { name: '修改渠道码' })).toHaveCount(0);
});

test('what fails says so in its place, and the rest stays', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock_fail', '/codes/cod_000001/hours');
  await open(page, '/codes/cod_000001');
  await expect(page.getByTestId('code-matrix').getByTestId('error-panel')).toBeVisible();
  await expect(page.getByTestId('codes-scans')).toBeVisible();
  await open(page, '/codes/cod_999999');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('没有这个页面');
});

test('by keyboard alone: from the menu to a new code', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('渠道码');
  await tabTo(page, page.getByRole('link', { name: '新建渠道码' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('textbox', { name: '名称' }));
  await page.keyboard.type('键盘');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('https://shop.example.com/k');
  await tabTo(page, page.getByTestId('create-codes'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('键盘');
});

test('on a phone nothing runs out of the page', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/codes/new');
  await page.getByRole('button', { name: '添加参数' }).click();
  await expectNoOverflow(page);
  expect(await axeViolations(page)).toEqual([]);
});
