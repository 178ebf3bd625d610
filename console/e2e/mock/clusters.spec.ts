import { expect, test } from '@playwright/test';
import { mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('clusters with silhouettes, centres in natural units, words, interviews and reasons', async ({ page }) => {
  await open(page, '/segments');
  await page.getByRole('link', { name: '聚类', exact: true }).click();
  await page.getByRole('link', { name: 'Buyers by what they bought' }).click();
  await expect(page.getByTestId('chosen')).toHaveText('3');
  // The third is verified by six of eight.
  const third = page.getByTestId('cluster-3');
  await expect(third).toContainText('已验证 75%');
  await expect(third).toContainText('购买次数远高于平均');
  const centres = page.getByTestId('centres').getByRole('row', { name: /消费金额/ });
  await expect(centres).toContainText('¥');
  await expect(centres).toContainText('远高于平均');
  await expect(page.getByTestId('silhouettes')).toContainText('选定 3 群');
  await expect(page.getByTestId('reasons')).toContainText('32.0%');
  await expect(page.getByTestId('reasons')).toContainText('27.0% 至 37.0%');
  await expect(page.getByTestId('drivers').getByRole('row', { name: /购买次数/ })).toContainText('-1.40');

  await third.getByRole('button', { name: '访谈 8：Regulars' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('quotes')).toContainText('I take two boxes');
  await dialog.getByLabel('要验证的假设').fill('They wait for offers');
  await dialog.getByLabel('原话').fill('Only when it is cheaper');
  await dialog.getByLabel('支持假设').uncheck();
  await dialog.getByRole('button', { name: '记下访谈' }).click();
  await expect(dialog.getByTestId('quotes')).toContainText('Only when it is cheaper');
  await page.keyboard.press('Escape');
  await expect(third).toContainText('已验证 67%');

  await third.getByRole('link', { name: /Regulars：查看/ }).click();
  await expect(page.getByTestId('cluster-people').getByRole('row')).not.toHaveCount(0);

  const first = page.getByTestId('cluster-1');
  await first.getByRole('button', { name: '命名：第 1 群' }).click();
  await page.getByRole('dialog').getByLabel('名称').fill('Tried once');
  await page.getByRole('dialog').getByRole('button', { name: '保存名称' }).click();
  await expect(first.getByRole('heading', { name: 'Tried once' })).toBeVisible();

  await page.getByRole('button', { name: '保存为标签' }).click();
  await page.getByRole('dialog').getByLabel('标签组代码').fill('buyers');
  await page.getByRole('dialog').getByRole('button', { name: '保存为标签' }).click();
  await expect(page.getByText('标签组 buyers')).toBeVisible();
});

test('a new one says what is wrong with a feature, and shows how far it is', async ({ page }) => {
  await open(page, '/clusters/new');
  await page.getByLabel('名称', { exact: true }).fill('Spring buyers');
  const second = page.getByLabel('第 2 个特征');
  await second.fill('city');
  await page.getByRole('button', { name: '开始聚类' }).click();
  await expect(second).toHaveAttribute('aria-invalid', 'true');
  await second.fill('count of orders in last 180 days');
  await page.getByRole('button', { name: '开始聚类' }).click();
  await expect(page.getByTestId('clustering')).toHaveAttribute('data-state', /queued|running/);
  await expect(page.getByTestId('clustering')).toHaveAttribute('data-state', 'done');
});

test('first use, and who may not change', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/clusters');
  await expect(page.getByTestId('state-first-use')).toContainText('还没有聚类');
});
