import { expect, type Page, test } from '@playwright/test';
import { axeViolations, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

const tags = (page: Page) => page.getByTestId('tags');
const information = (page: Page) => page.getByTestId('information');

async function set(page: Page, name: string, note = '') {
  await tags(page).getByRole('button', { name: '修改标签' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: '添加或续期' }).click();
  await page.getByRole('option', { name }).click();
  await page.keyboard.press('Escape');
  if (note !== '') await dialog.getByLabel('备注').fill(note);
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog).toBeHidden();
}

test('tags are set by hand, one of an exclusive group takes the place of the other, and the list finds them', async ({
  page,
}) => {
  // Tests beside this one tag everybody who has bought: this customer has not, and is in none of their lists.
  await open(page, '/customers/cus_000123');
  await expect(tags(page)).toContainText('还没有标签');
  await set(page, '孕早期', '来电 13812345678');
  const early = tags(page).locator('[data-tag="early"]');
  await expect(early).toContainText('林晓岚');
  await expect(early).toContainText('有效至');
  await expect(early).toContainText('138****5678');
  await set(page, '孕晚期');
  await expect(tags(page).locator('[data-tag]')).toHaveCount(1);
  await tags(page).getByText('已结束 1 个').click();
  await expect(tags(page).locator('details li')).toContainText('被取代');
  expect(await axeViolations(page)).toEqual([]);
  await tags(page).locator('[data-tag="late"]').getByRole('link').click();
  await expect(page).toHaveURL(/tag=late/);
});

test('the six classes say what is known, what is to be collected and what to ask next; an answer is written down', async ({
  page,
}) => {
  await open(page, '/customers/cus_000029');
  await expect(information(page).locator('[data-class]')).toHaveCount(6);
  await expect(information(page).locator('[data-class="decision"]')).toContainText('待收集');
  await expect(information(page)).toContainText('下一个问题：');
  await information(page).getByRole('button', { name: '填写字段' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('值').fill('朋友介绍');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(information(page).locator('[data-field="deal_factor"]')).toContainText('朋友介绍');
  await expect(information(page).locator('[data-class="decision"]')).toHaveAttribute('data-state', 'known');
  expect(await axeViolations(page)).toEqual([]);
});
