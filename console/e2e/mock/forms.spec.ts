import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { axeViolations, expectFitAndClean, expectNoOverflow, mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const own = (start: string) => `${start} ${Math.random().toString(36).slice(2, 9)}`;
const rows = (page: Page) => page.getByTestId('forms').locator('tbody tr');
const box = (page: Page, name: string | RegExp, exact = true) => page.getByRole('textbox', { name, exact });
const choice = (page: Page, name: string) => page.getByRole('combobox', { name });
const counter = (page: Page, name: string) => page.getByTestId('counters').getByRole('row').filter({ hasText: name });

const settings = (name: string) => ({
  name,
  title: { zh: '收货信息', en: 'Delivery' },
  intro: null,
  thanks: null,
  fields: [
    {
      name: 'phone',
      kind: 'phone',
      label: { zh: '手机号', en: 'Mobile number' },
      choices: [],
      is_required: true,
      min: null,
      max: null,
    },
  ],
  consents: [],
  touch_point: 'website',
  place: null,
  code: null,
  campaign: null,
  ends_at: null,
  clerk_script: null,
});

/** One of its own: the made-up server is for all tests together. */
async function made(page: Page, name: string): Promise<{ id: string; version: number }> {
  return (await page.request.post('/api/v1/forms', { data: settings(name) })).json();
}

test('forms are found by name, title, campaign and field; those that ended or are closed are listed apart', async ({
  page,
}) => {
  await open(page, '/codes');
  await page.getByRole('link', { name: '表单', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('表单');
  await expect(rows(page).filter({ hasText: 'Spring delivery' })).toContainText('南京路店');
  await page.getByRole('textbox', { name: '搜索表单' }).fill('tea_type');
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(/search=tea_type/);
  await page.getByRole('textbox', { name: '搜索表单' }).fill('nothing like this');
  await page.getByTestId('state-no-match').getByRole('button').click();
  await expect(page.getByRole('textbox', { name: '搜索表单' })).toHaveValue('');
  await page.getByText('已截止', { exact: true }).click();
  await expect(rows(page).filter({ hasText: 'Tea fair' })).toContainText('地推');
  await page.getByText('已关闭', { exact: true }).first().click();
  await expect(rows(page).filter({ hasText: 'Old survey' })).toBeVisible();
  await expect(page).toHaveURL(/state=closed/);
});

test('a form is made: what is wrong is told at its place, and people are seen to be asked in both languages', async ({
  page,
}) => {
  const name = own('Membership');
  await open(page, '/codes/forms');
  await page.getByRole('link', { name: '新建表单' }).click();
  await page.getByRole('button', { name: '添加问题' }).click();
  await page.getByRole('button', { name: '新建表单' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '处需要修改' })).toBeVisible();
  // The first of them, far above the button.
  await expect(box(page, '名称')).toBeFocused();
  await box(page, '名称').fill(name);
  await box(page, '标题，中文').fill('会员资料');
  await box(page, '标题，英文').fill('Membership');
  await choice(page, '问题 2 填入').selectOption('爱喝的茶');
  await expect(box(page, '问题 2，中文')).toHaveValue('爱喝的茶');
  await box(page, '选项 1，中文').fill('绿茶');
  await page.getByRole('checkbox', { name: '问题 2 必填' }).check();
  await page.getByRole('button', { name: '添加问题' }).click();
  await choice(page, '问题 3 填入').selectOption('自定义特征…');
  await box(page, '问题 3 的特征名').fill('age');
  await choice(page, '问题 3 的类型').selectOption('文本');
  await box(page, '问题 3，中文').fill('年龄');
  await box(page, '问题 3，英文').fill('Age');
  await page.getByRole('button', { name: '问题 3 上移' }).press('Enter');
  await page.getByRole('button', { name: '添加同意框' }).click();
  await choice(page, '同意框 1 的目的').selectOption('营销消息');
  await expect(choice(page, '同意框 1 的中文文本')).toHaveValue('2');
  await expect(page.getByText('这个版本的语言是 zh-CN')).toBeVisible();
  await page.getByRole('checkbox', { name: 'sms' }).check();
  const preview = page.getByTestId('form-preview');
  await expect(preview.locator('[data-question]')).toHaveText([
    /手机号 \*/,
    /年龄/,
    /爱喝的茶 \*请选择: 绿茶 · oolong · black/,
  ]);
  await preview.getByText('English', { exact: true }).click();
  await expect(preview).toContainText('Favourite tea');
  await expect(preview).toContainText('I agree');
  await choice(page, '触点').selectOption('官网');
  await expectFitAndClean(page, 'editor');
  await page.getByRole('button', { name: '新建表单' }).click();
  // What only the server knows: the field has another type in the registry.
  await expect(page.getByText(/integer, as the field has in the registry/)).toBeVisible();
  await choice(page, '问题 2 的类型').selectOption('整数');
  await box(page, '最小').fill('20');
  await box(page, '最大').fill('10');
  await page.getByRole('button', { name: '新建表单' }).click();
  await expect(page.getByText('最小不能大于最大')).toBeVisible();
  await box(page, '最大').fill('99');
  await page.getByRole('button', { name: '新建表单' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(page.getByTestId('form-questions').locator('tbody tr')).toHaveText([
    /手机号必填phone/,
    /年龄选填age整数/,
    /爱喝的茶必填tea_type单选/,
  ]);
  await expect(page.getByTestId('submissions')).toContainText('还没有人填写');
});

test('a form that was begun is there again, and leaving it is asked about', async ({ page }) => {
  const { id } = await made(page, own('Draft'));
  await open(page, `/codes/forms/${id}/edit`);
  await expect(page.getByRole('button', { name: '保存为新版本' })).toBeDisabled();
  await box(page, '活动').fill('autumn');
  await page.getByRole('link', { name: '取消' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '保留草稿并离开' }).first().click();
  await expect(page.getByTestId('form')).toBeVisible();
  await page.getByRole('link', { name: '修改表单' }).click();
  await expect(page.getByTestId('draft-restored')).toBeVisible();
  await expect(box(page, '活动')).toHaveValue('autumn');
  await page.getByTestId('draft-restored').getByRole('button').click();
  await expect(box(page, '活动')).toHaveValue('');
});

test('a form is changed on top of what somebody else made of it', async ({ page }) => {
  const name = own('Shared');
  const { id } = await made(page, name);
  await open(page, `/codes/forms/${id}/edit`);
  await box(page, '活动').fill('mine');
  const theirs = { ...settings(name), title: { zh: '他们的标题', en: 'Theirs' } };
  await page.request.put(`/api/v1/forms/${id}`, { data: theirs, headers: { 'If-Match': '"1"' } });
  await page.getByRole('button', { name: '保存为新版本' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('他们的标题');
  await expect(box(page, '标题，中文')).toHaveValue('他们的标题');
  await expect(box(page, '活动')).toHaveValue('mine');
  await page.getByRole('button', { name: '保存为新版本' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(page.getByTestId('form')).toContainText('第 3 版');
  await expect(page.getByTestId('form-about')).toContainText('mine');
});

test('the page of a form is copied and opened; a code that leads to it begins with what is known', async ({ page }) => {
  await open(page, '/codes/forms/frm_0001');
  await box(page, '客户访问的网址').fill('https://go.example.com/');
  const link = await page.getByTestId('form-link').inputValue();
  expect(link).toMatch(/^https:\/\/go\.example\.com\/f\/[0-9A-Z]{10}$/);
  const opens = page.getByRole('link', { name: '打开页面：Spring delivery' });
  await expect(opens).toHaveAttribute('href', link);
  await expect(opens).toHaveAttribute('target', '_blank');
  // Counters follow what is typed.
  await expect(counter(page, 'Till').getByRole('link', { name: /打开/ })).toHaveAttribute(
    'href',
    new RegExp(`^${link}/[0-9A-Z]{10}$`),
  );
  await page.getByRole('link', { name: '为它做一个渠道码' }).click();
  await expect(box(page, '名称')).toHaveValue('Spring delivery');
  await expect(box(page, '目标页面')).toHaveValue(link);
  await expect(page.getByTestId('create-codes')).toBeEnabled();
});

test('results: who answered where, who followed, what was not taken, and every answer with its customer', async ({
  page,
}) => {
  await open(page, '/codes/forms/frm_0001');
  await expect(page.getByTestId('form-submissions')).toHaveText('130');
  const spots = page.getByTestId('form-spots').locator('tbody tr');
  await expect(spots).toHaveCount(3);
  await expect(spots.filter({ hasText: 'Tablet by the door' })).toContainText('南京路店 · 林晓岚');
  await expect(spots.filter({ hasText: 'Tablet by the door' })).toContainText('%');
  await expect(page.getByTestId('form-rate')).toContainText('%');
  await expect(page.getByTestId('form-refusals')).toContainText('机器人');
  await page.getByRole('combobox', { name: '填写时间' }).selectOption('7');
  await expect(page).toHaveURL(/days=7/);
  await expect(page.getByTestId('form-submissions')).not.toHaveText('130');
  const answers = page.getByTestId('submissions').locator('tbody tr');
  await expect(answers).toHaveCount(50);
  await page.getByTestId('submissions').getByRole('button', { name: '加载更多' }).click();
  await expect(answers).toHaveCount(100);
  await answers.first().getByRole('link').click();
  await expect(page).toHaveURL(/\/customers\/cus_/);
  await open(page, '/codes/forms/frm_0003');
  await expect(page.getByTestId('form-spots')).toContainText('这段时间没有人填写。');
});

test('a counter is made for a store, changed, closed and opened again', async ({ page }) => {
  const { id } = await made(page, own('Counters'));
  await open(page, `/codes/forms/${id}`);
  await expect(page.getByTestId('counters')).toContainText('还没有柜台。');
  await page.getByRole('button', { name: '新建柜台' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '名称' }).fill('Door');
  await dialog.getByRole('button', { name: '新建柜台' }).click();
  await expect(dialog.getByText('必填').first()).toBeVisible();
  const pick = async (field: string, typed: string, option: RegExp) => {
    await dialog.getByRole('combobox', { name: field }).fill(typed);
    await page.getByRole('option', { name: option }).click();
  };
  await pick('门店', '徐家汇', /徐家汇店/);
  await pick('导购', '周雨桐', /周雨桐 · 徐家汇店/);
  await pick('提交后展示的渠道码', '桌牌', /西溪店 · 桌牌/);
  await expectFitAndClean(page, 'counter');
  await dialog.getByRole('button', { name: '新建柜台' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(counter(page, 'Door')).toContainText('徐家汇店');
  await expect(counter(page, 'Door')).toContainText('周雨桐');
  await expect(counter(page, 'Door')).toContainText('春茶 · 西溪店 · 桌牌');
  await page.getByRole('button', { name: '修改柜台：Door' }).click();
  await dialog.getByRole('textbox', { name: '名称' }).fill('Till');
  await dialog.getByRole('button', { name: '保存柜台' }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: '关闭柜台：Till' }).click();
  await dialog.getByRole('button', { name: '关闭柜台' }).click();
  await expect(page.getByTestId('counters')).toContainText('没有开放中的柜台。');
  await page.getByTestId('counters').getByText('已关闭', { exact: true }).click();
  await page.getByRole('button', { name: '重新开放柜台：Till' }).click();
  await expect(page.getByTestId('counters')).toContainText('没有已关闭的柜台。');
});

test('a form is closed after a question, and opened again', async ({ page }) => {
  const { id } = await made(page, own('Closing'));
  await open(page, `/codes/forms/${id}`);
  await page.getByRole('button', { name: '关闭表单' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '关闭表单' }).click();
  await expect(page.getByTestId('form')).toHaveAttribute('data-state', 'closed');
  await expect(page.getByText('关闭前填好、晚到的仍会收下')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '重新开放表单' }).click();
  await expect(page.getByTestId('form')).toHaveAttribute('data-state', 'open');
});

test('whoever may only read changes nothing; without forms there is a way to begin', async ({
  page,
  context,
  baseURL,
}) => {
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/codes/forms/frm_0001');
  await expect(page.getByTestId('form-link')).toBeVisible();
  for (const name of ['关闭表单', '新建柜台', '修改柜台：Till'])
    await expect(page.getByRole('button', { name })).toHaveCount(0);
  await expect(page.getByRole('link', { name: '修改表单' })).toHaveCount(0);
  for (const path of ['/codes/forms/new', '/codes/forms/frm_0001/edit']) {
    await open(page, path);
    await expect(page.getByTestId('state-forbidden')).toContainText('管理触点与渠道码');
  }
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/codes/forms');
  await expect(page.getByTestId('state-first-use')).toContainText('管理触点与渠道码');
  await mockState(context, baseURL, 'mock_role', 'operator');
  await open(page, '/codes/forms');
  await expect(page.getByTestId('state-first-use').getByRole('link', { name: '新建表单' })).toBeVisible();
  for (const path of ['/codes/forms/frm_9999', '/codes/forms/frm_9999/edit']) {
    await open(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('没有这个页面');
  }
});

test('on a phone the editor is used as a whole, and nothing runs out of the page', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/codes/forms/frm_0001');
  await expectFitAndClean(page, 'form');
  await page.getByRole('link', { name: '修改表单' }).click();
  await expect(page.getByTestId('form-editor')).toBeVisible();
  await expectFitAndClean(page, 'editor');
  await expect(page.getByRole('button', { name: '添加选项' })).toHaveCount(0);
  await page.getByRole('button', { name: '删除选项 2' }).click();
  await page.getByRole('button', { name: '用上全部选项' }).click();
  await expect(page.getByRole('textbox', { name: '选项 3 的值' })).toHaveValue('oolong');
  await expectNoOverflow(page);
});

test('by keyboard alone a question is added, moved and taken away', async ({ page }) => {
  await open(page, '/codes/forms/new');
  await tabTo(page, page.getByRole('button', { name: '添加问题' }));
  await page.keyboard.press('Enter');
  const second = choice(page, '问题 2 填入');
  await expect(second).toBeVisible();
  await second.focus();
  // The phone number is asked for already.
  await page.keyboard.press('ArrowDown');
  await expect(box(page, '问题 2，英文')).toHaveValue('Email');
  await tabTo(page, page.getByRole('button', { name: '问题 2 上移' }));
  await page.keyboard.press('Enter');
  await expect(box(page, '问题 1，英文')).toHaveValue('Email');
  await page.getByRole('button', { name: '删除问题 2' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: /填入/ })).toHaveCount(1);
});
