import { expect, type Page, test } from '@playwright/test';
import { expectFitAndClean, mockState, open, prepare } from '../support/page';

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;
const dialogOf = (page: Page) => page.getByRole('dialog');
const figure = (page: Page, name: string) => page.getByTestId(`figure-${name}`);

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

/** A community of its own, so that tests beside each other change none of each other's. */
async function build(page: Page): Promise<string> {
  const code = own('c');
  await open(page, '/segments/hangzhou_regulars');
  await page.getByRole('link', { name: '建群' }).click();
  const dialog = dialogOf(page);
  await expect(dialog.getByLabel('分群')).toHaveValue('hangzhou_regulars');
  await expect(dialog.getByTestId('preview')).toContainText('均分到 1 个群');
  await dialog.getByLabel('每群最多多少人').fill('501');
  await expect(dialog.getByTestId('preview')).toHaveCount(0);
  await dialog.getByRole('button', { name: '建群并记下邀请' }).click();
  await expect(dialog).toContainText('2 至 500 的整数');
  await dialog.getByLabel('名称').fill('Pour-over');
  await dialog.getByLabel('代码').fill(code);
  await dialog.getByLabel('每群最多多少人').fill('10');
  await expect(dialog.getByTestId('preview')).toContainText(/均分到 \d+ 个群：/);
  await expect(dialog).toContainText('系统还不会发送任何消息');
  await expectFitAndClean(page, 'the form of a community');
  await dialog.getByRole('button', { name: '建群并记下邀请' }).click();
  await expect(page).toHaveURL(new RegExp(`/communities/${code}$`));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pour-over');
  return code;
}

test('a segment is invited into groups, who joined is marked and taken back, and each figure leads to its people', async ({
  page,
}) => {
  const code = await build(page);
  await expect(page.getByText('系统还不会发送任何消息').first()).toBeVisible();
  await expect(figure(page, 'joined')).toHaveText('0');
  await expect(figure(page, 'rate')).toContainText('0');
  const invited = page.getByTestId('invited');
  const first = invited.getByRole('row').nth(1);
  await expect(first).toContainText('未进群');
  await first.getByRole('button', { name: /^标记进群/ }).click();
  await expect(first).toContainText('人工标记');
  await expect(figure(page, 'joined')).toHaveText('1');
  await figure(page, 'in').getByRole('button').click();
  await expect(page).toHaveURL(/state=in/);
  await expect(invited.getByTestId('invited-count')).toHaveText('共 1 位');
  // As a segment, by the facts that say so.
  const rule = new URL((await invited.getByRole('link', { name: '存为分群' }).getAttribute('href')) ?? '', page.url());
  expect(rule.searchParams.get('rule')).toContain(`"${code}_1"`);
  await expect(invited.getByRole('link', { name: '导出名单' })).toHaveAttribute(
    'href',
    `/api/v1/exports/communities/${code}?state=in`,
  );
  await invited.getByRole('button', { name: /^撤销标记/ }).click();
  await expect(page.getByTestId('state-nobody')).toBeVisible();
  await expect(figure(page, 'joined')).toHaveText('0');
  // Of one group.
  const groups = page.getByTestId('groups');
  await groups.getByRole('button', { name: /^第 2 群，已邀请/ }).click();
  await expect(page).toHaveURL(/group=2/);
  await expect(invited.getByRole('row').nth(1)).toContainText('第 2 群');
  await expect(groups.getByRole('link', { name: 'CSV：第 2 群' })).toHaveAttribute(
    'href',
    `/api/v1/exports/communities/${code}?group=2`,
  );
});

test('a group takes a code, a link and an owner', async ({ page }) => {
  const code = await build(page);
  const row = page
    .getByTestId('groups')
    .getByRole('row')
    .filter({ hasText: `${code}_1` });
  await row.getByRole('button', { name: '修改：第 1 群' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('群代码').fill('a b');
  await dialog.getByLabel('入群链接').fill('javascript:alert(1)');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog).toContainText('1 至 64 个字符');
  await expect(dialog).toContainText('以 https:// 或 http:// 开头');
  await expectFitAndClean(page, 'the form of a group');
  await dialog.getByLabel('群代码').fill('regulars_1');
  await dialog.getByLabel('入群链接').fill('https://work.weixin.qq.com/gm/1');
  await dialog.getByLabel('负责人').selectOption('usr_4');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog).toContainText('另一个群已用这个代码');
  await dialog.getByLabel('群代码').fill(`${code}_chat`);
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog).toHaveCount(0);
  const changed = page
    .getByTestId('groups')
    .getByRole('row')
    .filter({ hasText: `${code}_chat` });
  await expect(changed.getByRole('link', { name: '打开第 1 群的入群链接' })).toHaveAttribute(
    'href',
    'https://work.weixin.qq.com/gm/1',
  );
});

test('who came since is invited too, once; it is renamed, archived and restored', async ({ page }) => {
  await open(page, '/communities/regulars');
  const before = Number(await figure(page, 'invited').innerText());
  await page.getByRole('button', { name: '补充邀请' }).click();
  const dialog = dialogOf(page);
  await expect(dialog.getByTestId('top-up')).toContainText('1 位客户还没有被邀请');
  await expectFitAndClean(page, 'more invitations');
  await dialog.getByRole('button', { name: '记下邀请' }).click();
  await expect(figure(page, 'invited')).toHaveText(String(before + 1));
  await page.getByRole('button', { name: '补充邀请' }).click();
  await expect(dialog.getByTestId('top-up')).toContainText('都已邀请过');
  await page.keyboard.press('Escape');
  const code = await build(page);
  await page.getByRole('button', { name: '改名' }).click();
  await dialog.getByLabel('名称').fill('Brewers');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Brewers');
  await page.getByRole('button', { name: '归档社群' }).click();
  await dialog.getByRole('button', { name: '归档社群' }).click();
  await expect(page.getByTestId('community')).toHaveAttribute('data-archived', 'true');
  await expect(page.getByRole('button', { name: /^标记进群/ })).toHaveCount(0);
  await open(page, '/communities');
  await expect(page.getByTestId('communities').getByRole('row').filter({ hasText: code })).toContainText('已归档');
  await open(page, `/communities/${code}`);
  await page.getByRole('button', { name: '恢复社群' }).click();
  await expect(page.getByTestId('community')).not.toHaveAttribute('data-archived', 'true');
});

test('states: nothing yet, being prepared, no right to change, gone', async ({ page, context, baseURL }) => {
  await open(page, '/communities/nothing_like_it');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/communities');
  await expect(page.getByTestId('state-first-use')).toContainText('还没有社群');
  await mockState(context, baseURL, 'mock', 'not_built');
  await page.goto('/communities?new=1&segment=hangzhou_regulars');
  await expect(dialogOf(page)).toContainText('正在计算谁在分群里');
  await mockState(context, baseURL, 'mock', '');
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/communities/regulars');
  await expect(page.getByTestId('groups')).toBeVisible();
  for (const name of ['补充邀请', '改名', '归档社群', '修改：第 1 群'])
    await expect(page.getByRole('button', { name })).toHaveCount(0);
  // A clerk marks, and takes out a list that names nobody.
  await expect(page.getByRole('button', { name: /^标记进群/ }).first()).toBeVisible();
  await expect(page.getByRole('link', { name: '导出脱敏名单' })).toHaveAttribute(
    'href',
    '/api/v1/exports/masked-communities/regulars',
  );
  await open(page, '/communities?new=1');
  await expect(dialogOf(page)).toHaveCount(0);
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/communities/regulars');
  await expect(page.getByRole('button', { name: /^标记进群/ })).toHaveCount(0);
});
