import { expect, type Page, type Request, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { expectFitAndClean, expectNoOverflow, mockState, open, prepare } from '../support/page';

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;

async function tagMade(page: Page, code: string) {
  const data = { code, name_zh: code, name_en: code };
  expect((await page.request.post('/api/v1/tag-groups/intention/tags', { data })).status()).toBe(201);
}

/** How many have the tag, as the list of customers counts. */
async function counted(page: Page, tag: string): Promise<number> {
  return (await (await page.request.get(`/api/v1/customers?tag=${tag}&limit=1`)).json()).total;
}

async function choose(page: Page, tag: string) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: '标签' }).click();
  await page.getByRole('option', { name: tag, exact: true }).click();
}

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('a cell of a movement is kept under a new tag, by keyboard, and becomes a segment', async ({ page, context }) => {
  for (const locale of ['zh-CN', 'en'] as const) {
    await page.setViewportSize({ width: 1440, height: 900 });
    const zh = locale === 'zh-CN';
    await prepare(context, locale, 'light');
    const tag = own('kept');
    const told: { note: string; surface: string }[] = [];
    const listen = (request: Request) => {
      if (request.url().endsWith('/tag-changes')) told.push(request.postDataJSON());
    };
    page.on('request', listen);
    await open(page, '/layers/habits');
    const cell = page.getByTestId('matrix').getByRole('button', { name: /Returning .* Regular/ });
    const count = Number((await cell.textContent())?.replaceAll(',', ''));
    await cell.click();
    await expect(page.getByTestId('people')).toBeVisible();
    const keep = page.getByRole('button', { name: zh ? '保存这些人' : 'Keep these people' });
    // Keys are the same in both languages.
    if (zh) await tabTo(page, keep, 80);
    else await keep.focus();
    await page.keyboard.press('Enter');
    const choice = page.getByTestId('keep-choice');
    await expect(choice).toContainText(zh ? '以后不会自动增减' : 'nobody is added or taken out later');
    // Escape leads back to the list, and from there out.
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('people')).toBeVisible();
    await page.getByRole('button', { name: zh ? '保存这些人' : 'Keep these people' }).click();
    await page.getByText(zh ? '新标签' : 'A new tag', { exact: true }).click();
    await choice.getByRole('button', { name: zh ? '打标签并保存' : 'Set the tag and keep' }).click();
    await expect(choice.getByText(zh ? '必填' : 'Required').first()).toBeVisible();
    // What the rules of a group make of the list is said before.
    const group = choice.getByRole('combobox', { name: zh ? '标签组' : 'Group' });
    await group.selectOption('pregnancy');
    await expect(page.getByTestId('keep-effect')).toContainText('90');
    await group.selectOption('intention');
    await expect(page.getByTestId('keep-effect')).toHaveCount(0);
    await choice.getByLabel(zh ? '中文名称' : 'Chinese name').fill('春季名单');
    await choice.getByLabel(zh ? '英文名称' : 'English name').fill(tag);
    await expect(choice.getByLabel(zh ? '代码' : 'Code')).toHaveValue(tag);
    await expectFitAndClean(page, `choice ${locale}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFitAndClean(page, `choice on a phone ${locale}`);
    await page.keyboard.press('Enter');
    const keeping = page.getByTestId('keeping');
    await expect(keeping).toHaveAttribute('data-state', 'done');
    await expect(keeping).toHaveAttribute('data-tagged', String(count));
    await expect(keeping).toBeFocused();
    await expectFitAndClean(page, `done ${locale}`);
    expect(told[0]?.surface).toBe('console');
    expect(told[0]?.note).toContain('Returning → Regular');
    page.off('request', listen);
    expect(await counted(page, tag)).toBe(count);
    await keeping.getByRole('link', { name: zh ? '用它新建分群' : 'Make a segment of it' }).click();
    await expect(page).toHaveURL(/\/segments\/new\?rule=/);
    await expect(page.getByTestId('segment-editor')).toContainText(tag);
    await expect(page.getByTestId('count')).toHaveAttribute('data-count', String(count));
  }
});

test('a long list is told in portions of 500; after a failure it goes on where it was, and nothing is done twice', async ({
  page,
}) => {
  const tag = own('long');
  await open(page, '/customers');
  await expect(page.getByRole('button', { name: '保存这些人' })).toHaveCount(0);
  await tagMade(page, tag);
  const keys: (string | undefined)[] = [];
  const sizes: number[] = [];
  const told = new Set<string>();
  let fails = true;
  await page.route('**/api/v1/tag-changes', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    const ids: string[] = route.request().postDataJSON().customer_ids;
    sizes.push(ids.length);
    for (const id of ids) told.add(id);
    if (keys.length === 2 && fails) {
      // Done, but nobody is told.
      fails = false;
      await route.fetch();
      return route.abort();
    }
    return route.continue();
  });
  await open(page, '/customers?min_orders=1');
  const total = Number(await page.getByTestId('customer-total').getAttribute('data-total'));
  expect(total).toBeGreaterThan(1000);
  await page.getByRole('button', { name: '保存这些人' }).click();
  // Neither archived nor one that follows a segment.
  await page.getByRole('dialog').getByRole('combobox', { name: '标签' }).click();
  for (const other of ['2025 春', '重点客户']) await expect(page.getByRole('option', { name: other })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await choose(page, tag);
  await page.getByRole('button', { name: '打标签并保存' }).click();
  const keeping = page.getByTestId('keeping');
  await expect(keeping).toHaveAttribute('data-state', 'failed');
  await expect(keeping).toHaveAttribute('data-tagged', '500');
  await expect(keeping.getByRole('alert')).toContainText('连不上服务器');
  await expect(keeping).toContainText('不会重复');
  await expectFitAndClean(page, 'failed');
  await keeping.getByRole('button', { name: '继续' }).click();
  await expect(keeping).toHaveAttribute('data-state', 'done');
  await expect(keeping).toHaveAttribute('data-tagged', String(total));
  expect(keys[1]).toBe(keys[2]);
  expect(new Set(keys).size).toBe(keys.length - 1);
  expect(Math.max(...sizes)).toBe(500);
  // Tests beside this one merge and erase customers: who was told of is counted, not who is left.
  expect(told.size).toBe(total);
  expect(await counted(page, tag)).toBeGreaterThan(1000);
  await keeping.getByRole('link', { name: '查看有这个标签的客户' }).click();
  await expect(page).toHaveURL(new RegExp(`/customers\\?tag=${tag}`));
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('whoever closes it half-way stops it, is told how far it has come, and can go on', async ({ page }) => {
  const tag = own('stop');
  await tagMade(page, tag);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let calls = 0;
  await page.route('**/api/v1/tag-changes', async (route) => {
    calls += 1;
    if (calls === 1) await held;
    return route.continue();
  });
  await open(page, '/customers?min_orders=1');
  await page.getByRole('button', { name: '保存这些人' }).click();
  await choose(page, tag);
  await page.getByRole('button', { name: '打标签并保存' }).click();
  const keeping = page.getByTestId('keeping');
  await expect(keeping).toHaveAttribute('data-state', 'running');
  await expectFitAndClean(page, 'running');
  await page.keyboard.press('Escape');
  await expect(keeping).toHaveAttribute('data-state', 'stopping');
  release();
  await expect(keeping).toHaveAttribute('data-state', 'stopped');
  await expect(keeping).toHaveAttribute('data-tagged', '500');
  expect(await counted(page, tag)).toBe(500);
  await expectFitAndClean(page, 'stopped');
  await keeping.getByRole('button', { name: '继续' }).click();
  await expect(keeping).toHaveAttribute('data-state', 'done');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: '保存这些人' })).toBeFocused();
});

test('a past point of a trend, the people of a figure of reach, of a path and of an owner can be kept', async ({
  page,
}) => {
  const keep = page.getByRole('button', { name: '保存这些人' });
  const tag = own('past');
  await tagMade(page, tag);
  await open(page, '/segments/silent_buyers');
  await expect(page.getByTestId('members')).toBeVisible();
  await expect(keep).toHaveCount(0);
  const { points } = await (await page.request.get('/api/v1/segments/silent_buyers/trend')).json();
  const past = points[2].day;
  await open(page, `/segments/silent_buyers?at=${past}`);
  const then = await (await page.request.get(`/api/v1/segments/silent_buyers/members?at=${past}`)).json();
  await keep.click();
  await choose(page, tag);
  await page.getByRole('button', { name: '打标签并保存' }).click();
  await expect(page.getByTestId('keeping')).toHaveAttribute('data-tagged', String(then.count));
  await page.keyboard.press('Escape');
  await open(page, '/reach');
  await page.getByTestId('pool-reachable').getByRole('button').last().click();
  await keep.click();
  await choose(page, tag);
  // Who has it already would be mixed with these.
  await expect(page.getByTestId('keep-effect')).toContainText('混在一起');
  await page.getByRole('button', { name: '打标签并保存' }).click();
  await expect(page.getByTestId('keeping')).toHaveAttribute('data-tagged', '60');
  await open(page, '/scenes?tab=paths&path=store_receipt');
  await expect(page.getByTestId('path-people').getByRole('button', { name: '保存这些人' })).toBeVisible();
  await open(page, '/key-customers');
  await expect(keep).toHaveCount(0);
  await open(page, '/key-customers?owner=me');
  await expect(keep).toBeVisible();
});

test('rights: who may not tag sees no button, who may not make tags chooses among those that are there', async ({
  page,
  context,
  baseURL,
}) => {
  const keep = page.getByRole('button', { name: '保存这些人' });
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/customers?min_orders=1');
  await expect(page.getByTestId('export')).toBeVisible();
  await expect(keep).toHaveCount(0);
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/customers?min_orders=1');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
  await keep.click();
  await expect(page.getByTestId('keep-choice').getByRole('combobox', { name: '标签' })).toBeVisible();
  await expect(page.getByText('新标签', { exact: true })).toHaveCount(0);
});
