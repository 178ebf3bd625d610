import { expect, type Page, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { expectFitAndClean, expectNoOverflow, mockState, open, prepare } from '../support/page';

const own = (start: string) => `${start}_${Math.random().toString(36).slice(2, 9)}`;

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const cell = (page: Page, content: string, stage: string) =>
  page.getByTestId('grid').getByRole('button', { name: new RegExp(`：${content}，${stage}$`) });

/** A matrix of its own, so that tests beside each other change none of each other's. */
async function newMatrix(page: Page) {
  const code = own('m');
  await open(page, '/layers');
  await page.getByRole('link', { name: '分层内容' }).click();
  await page.getByRole('button', { name: '新建矩阵' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '新建矩阵' }).click();
  await expect(dialog.getByRole('textbox', { name: '名称' })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: '名称' }).fill('Letters');
  await dialog.getByRole('textbox', { name: '代码' }).fill(code);
  await dialog.getByLabel('分层').selectOption('habits');
  await dialog.getByRole('button', { name: '新建矩阵' }).click();
  await expect(page).toHaveURL(new RegExp(`/matrices/${code}$`));
  return code;
}

async function addContents(page: Page, names: string[]) {
  await page.getByRole('button', { name: '编辑内容' }).click();
  const dialog = page.getByRole('dialog');
  for (const [place, name] of names.entries()) {
    if (place > 0) await dialog.getByRole('button', { name: '再加一个内容' }).click();
    await dialog.getByRole('textbox', { name: '内容名称' }).nth(place).fill(name);
  }
  await dialog.getByRole('textbox', { name: /网址/ }).first().fill('javascript:alert(1)');
  await dialog.getByRole('button', { name: '用这些内容' }).click();
  await expect(dialog).toContainText('以 https:// 或 http:// 开头');
  await dialog.getByRole('textbox', { name: /网址/ }).first().fill('https://shop.example/gift');
  await expectFitAndClean(page, 'contents');
  await dialog.getByRole('button', { name: '用这些内容' }).click();
  await expect(dialog).toHaveCount(0);
}

test('cells are allowed by key and by mouse, what is empty is marked in words, and what changed is published', async ({
  page,
}) => {
  const code = await newMatrix(page);
  await expect(page.getByTestId('state-no-contents')).toBeVisible();
  await addContents(page, ['Gift', 'Salon', 'Catalogue']);
  const grid = page.getByTestId('grid');
  const column = (stage: string) => grid.locator(`th[data-stage="${stage}"]`);
  const row = (content: string) => grid.locator(`tr[data-content="${content}"] th`);
  await expect(column('habit_once')).toContainText('没有内容');
  await expect(row('salon')).toContainText('没人看到');
  // By mouse, and then by arrows and space from where the focus is.
  await cell(page, 'Gift', 'Regular').click();
  await expect(cell(page, 'Gift', 'Regular')).toHaveAttribute('aria-pressed', 'true');
  await expect(column('habit_regular')).not.toContainText('没有内容');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(cell(page, 'Gift', 'Returning')).toBeFocused();
  await expect(cell(page, 'Gift', 'Returning')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(cell(page, 'Catalogue', 'Regular')).toHaveAttribute('aria-pressed', 'true');
  // The grid is one stop of the keyboard.
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: '保存草稿' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(cell(page, 'Catalogue', 'Regular')).toBeFocused();
  await expect(page.getByRole('button', { name: '发布' })).toBeDisabled();
  await expectFitAndClean(page, 'grid');
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByText('草稿是第 2 版')).toBeVisible();
  await page.getByRole('button', { name: '发布' }).click();
  const difference = page.getByTestId('difference');
  await expect(difference).toContainText('Regular：Gift');
  await expect(difference).toContainText('这些阶段没有内容：Once');
  await expectFitAndClean(page, 'publication');
  await page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
  await expect(page.getByTestId('published-uncovered')).toContainText('Once');
  // Another draft: one cell more, and one less.
  await cell(page, 'Salon', 'Once').click();
  await cell(page, 'Gift', 'Returning').click();
  await page.getByRole('button', { name: '保存草稿' }).click();
  await page.getByRole('button', { name: '发布' }).click();
  await expect(difference).toContainText('Once：Salon');
  await expect(difference).toContainText('Returning：Gift');
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
  await open(page, '/matrices');
  const listed = page.getByTestId('matrices').getByRole('row').filter({ hasText: code });
  await expect(listed).toContainText('草稿有改动');
  await listed.getByRole('link', { name: 'Letters' }).click();
  await page.getByRole('button', { name: '删除矩阵' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除矩阵' }).click();
  await expect(page).toHaveURL(/\/matrices$/);
  await expect(listed).toHaveCount(0);
});

test('what somebody else saved meanwhile is told, and mine is saved on top of it', async ({ page }) => {
  const code = await newMatrix(page);
  await addContents(page, ['Gift']);
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByText('草稿是第 2 版')).toBeVisible();
  const status = await page.evaluate(
    async ([path]) => {
      const body = { name: 'Theirs', contents: [{ code: 'gift', name: 'Gift', url: null, stages: [] }] };
      const answer = await fetch(`/api/v1/matrices/${path}`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', 'If-Match': '"2"' },
        body: JSON.stringify(body),
      });
      return answer.status;
    },
    [code],
  );
  expect(status).toBe(200);
  await cell(page, 'Gift', 'Once').click();
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByTestId('their-changes')).toContainText('Theirs');
  await page.getByRole('button', { name: '保存草稿' }).click();
  await expect(page.getByText('草稿是第 4 版')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Theirs');
  await expect(cell(page, 'Gift', 'Once')).toHaveAttribute('aria-pressed', 'true');
});

test('the grid scrolls by itself on a phone, with its heads in view', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/matrices/teas');
  const last = cell(page, 'How to brew', 'Prospect');
  await cell(page, 'How to brew', 'Super user').focus();
  await page.keyboard.press('End');
  await expect(last).toBeFocused();
  // Where the focus is, no head lies over it.
  const head = await page.getByTestId('grid').locator('tr[data-content="welcome"] th').boundingBox();
  const box = await last.boundingBox();
  expect(box && head && box.x >= head.x + head.width - 1).toBe(true);
  await expectNoOverflow(page);
  await expectFitAndClean(page, 'grid on a phone');
});

test('priorities are moved by keyboard and saved as a whole', async ({ page }) => {
  await open(page, '/matrices?tab=priorities');
  const panel = page.getByTestId('priorities');
  const plans = panel.getByRole('textbox', { name: '方案' });
  await expect(plans.first()).toHaveValue('Personal adviser');
  const down = page.getByRole('button', { name: '第 1 条下移' });
  await tabTo(page, down, 60);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '第 2 条下移' })).toBeFocused();
  await expect(plans.nth(1)).toHaveValue('Personal adviser');
  await page.keyboard.press('Enter');
  await expect(plans.nth(2)).toHaveValue('Personal adviser');
  await page.getByRole('button', { name: '再加一条' }).click();
  await panel.getByRole('button', { name: '保存优先级' }).click();
  await expect(plans.nth(4)).toHaveAttribute('aria-invalid', 'true');
  await panel.getByLabel('阶段').nth(4).selectOption('life/life_super');
  await plans.nth(4).fill('Early access');
  await panel.getByRole('button', { name: '保存优先级' }).click();
  await expect(panel).toContainText('另一条已用这个阶段');
  await panel.getByLabel('阶段').nth(4).selectOption('habits/habit_returning');
  await expectFitAndClean(page, 'priorities');
  await panel.getByRole('button', { name: '保存优先级' }).click();
  await expect(page.getByText('优先级已保存。')).toBeVisible();
  await expect(panel.getByRole('button', { name: '保存优先级' })).toBeDisabled();
  await page.reload();
  await expect(plans.nth(2)).toHaveValue('Personal adviser');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
});

test('a customer has the plan that was chosen and those that were suppressed', async ({ page }) => {
  await open(page, '/customers/cus_000005?tab=layers');
  const plans = page.getByTestId('customer-plans');
  const newest = plans.getByTestId('decision-newest');
  await expect(newest.getByTestId('plan-chosen')).toContainText('Come back');
  await expect(newest.getByTestId('plan-suppressed')).toHaveCount(3);
  await expect(newest).toContainText('被抑制');
  await expect(newest).toContainText('Preference：Green tea');
  await expectFitAndClean(page, 'plans of a customer');
  await plans.getByRole('button', { name: '现在决定' }).click();
  await expect(plans.getByTestId('decisions-earlier')).toContainText('Green tea club');
  // What is published for where they are, and nothing else.
  const contents = page.getByTestId('customer-contents');
  await expect(contents.getByTestId('shown-contents')).toHaveAttribute('data-showing', /allowed|uncovered/);
});

test('states: nothing yet, being prepared, no right to change, gone', async ({ page, context, baseURL }) => {
  await open(page, '/matrices/nothing_like_it');
  await expect(page.getByTestId('state-not-found')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/matrices');
  await expect(page.getByTestId('state-first-use')).toBeVisible();
  await expectFitAndClean(page, 'no matrices');
  await open(page, '/matrices?tab=priorities');
  await expect(page.getByTestId('state-no-priorities')).toBeVisible();
  await open(page, '/customers/cus_000006?tab=layers');
  await expect(page.getByTestId('state-no-decisions')).toBeVisible();
  await expect(page.getByTestId('state-no-matrices')).toBeVisible();
  await page.getByRole('button', { name: '现在决定' }).click();
  await expect(page.getByText('还没有方案优先级，不能决定。')).toBeVisible();
  await mockState(context, baseURL, 'mock', 'not_built');
  await page.goto('/customers/cus_000006?tab=layers');
  await expect(page.getByTestId('customer-contents')).toContainText('正在计算谁在哪个阶段');
  await mockState(context, baseURL, 'mock', '');
  await mockState(context, baseURL, 'mock_role', 'analyst');
  await open(page, '/customers/cus_000006?tab=layers');
  await expect(page.getByTestId('customer-plans')).toBeVisible();
  await expect(page.getByRole('button', { name: '现在决定' })).toHaveCount(0);
  await mockState(context, baseURL, 'mock_role', 'clerk');
  await open(page, '/matrices/teas');
  await expect(page.getByTestId('grid')).toContainText('We miss you');
  await expect(page.getByTestId('grid').getByRole('button')).toHaveCount(0);
  await open(page, '/matrices?tab=priorities');
  await expect(page.getByTestId('priorities')).toContainText('Personal adviser');
  await expect(page.getByRole('button', { name: '保存优先级' })).toHaveCount(0);
});
