import { expect, test } from '@playwright/test';
import { mockState, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

test('a test is registered, counted, and closed with lift, p-value, power and a verdict', async ({ page }) => {
  await open(page, '/clusters');
  await page.getByRole('link', { name: '洞察', exact: true }).click();
  const register = page.getByTestId('innovation-tests');
  await register.getByRole('button', { name: '登记测试' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '登记', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('每一组都要有名称');
  await dialog.getByLabel('名称', { exact: true }).fill('上门退换');
  await dialog.getByLabel('什么是新的').selectOption('service');
  await dialog.getByLabel('假设（选填）').fill('退得方便的人更愿意再买。');
  await dialog.getByLabel('对照组名称').fill('自己寄回');
  await dialog.getByLabel('第 2 组名称').fill('上门取');
  await dialog.getByRole('button', { name: '登记', exact: true }).click();
  const panel = page.getByTestId('innovation-test');
  await expect(panel).toContainText('上门退换');
  await expect(panel.getByRole('button', { name: '结束测试' })).toBeDisabled();

  await panel.getByRole('button', { name: '修改' }).click();
  await dialog.getByLabel('第 1 组人数').fill('2000');
  await dialog.getByLabel('第 1 组转化人数').fill('200');
  await dialog.getByLabel('第 2 组人数').fill('2000');
  await dialog.getByLabel('第 2 组转化人数').fill('2400');
  await dialog.getByRole('button', { name: '保存测试' }).click();
  await expect(dialog.getByRole('alert')).toContainText('转化不能多于人数');
  await dialog.getByLabel('第 2 组转化人数').fill('240');
  await dialog.getByRole('button', { name: '保存测试' }).click();
  // The example of the register: 10 % and 12 % of two thousand.
  const arm = panel.getByRole('row', { name: /上门取/ });
  await expect(arm).toContainText('12.0%');
  await expect(arm).toContainText('+2.00');
  await expect(arm).toContainText('0.043');
  await expect(arm).toContainText('52%');

  await panel.getByRole('button', { name: '结束测试' }).click();
  await dialog.getByLabel(/再试一次/).check();
  await dialog.getByLabel('说明（选填）').fill('换到淡季再试');
  await dialog.getByRole('button', { name: '结束测试' }).click();
  await expect(panel.getByTestId('decided')).toContainText('换到淡季再试');
  await expect(panel.getByRole('button', { name: '修改' })).toHaveCount(0);
  await expect(register.getByRole('row', { name: /上门退换/ })).toContainText('再试一次');
  await expect(register.getByRole('row', { name: /上门退换/ })).toContainText('+2.0 个百分点');
});

test('attributes lie in four quadrants, each with an owner and a day', async ({ page }) => {
  await open(page, '/insights?tab=attributes');
  await expect(page.getByTestId('quadrants').getByRole('img', { name: /先改进: 准时送达/ })).toBeVisible();
  const list = page.getByTestId('attributes');
  await expect(list.getByRole('row', { name: /准时送达/ })).toContainText('已逾期');
  await list.getByRole('button', { name: '新增要素' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('要素').fill('客服回复');
  await dialog.getByLabel('看重程度').fill('11');
  await dialog.getByLabel('满意程度').fill('4.25');
  await dialog.getByLabel('评分人数').fill('90');
  await dialog.getByLabel('负责人').selectOption({ label: 'Ann Lee' });
  await dialog.getByLabel('完成期限').fill('2027-03-01');
  await dialog.getByRole('button', { name: '新增', exact: true }).click();
  await expect(dialog).toContainText('填 1 到 10 的数');
  await dialog.getByLabel('看重程度').fill('9');
  await dialog.getByRole('button', { name: '新增', exact: true }).click();
  const row = list.getByRole('row', { name: /客服回复/ });
  await expect(row).toContainText('先改进');
  await expect(row).toContainText('Ann Lee');
  await row.getByRole('button', { name: '修改 客服回复' }).click();
  await dialog.getByLabel('已完成').check();
  await dialog.getByRole('button', { name: '保存要素' }).click();
  await expect(row).toContainText('已完成');
  await row.getByRole('button', { name: '删除 客服回复' }).click();
  await dialog.getByRole('button', { name: '删除要素' }).click();
  await expect(row).toHaveCount(0);
});

test('trials say how many responded to which content with which offer', async ({ page }) => {
  await open(page, '/insights?tab=trials');
  const trial = page.getByTestId('trial-spring_letter');
  const row = trial.getByRole('row').filter({ hasText: 'story' }).first();
  await expect(row.getByRole('cell')).toHaveText(['none', '500', '99', '19.8%']);
  await page.getByRole('link', { name: '价格敏感的人' }).click();
  await expect(page).toHaveURL(/\/segments\/new\?rule=/);
});

test('first use', async ({ page, context, baseURL }) => {
  await mockState(context, baseURL, 'mock', 'empty');
  await open(page, '/insights');
  await expect(page.getByTestId('state-first-use')).toContainText('还没有登记测试');
  await page.getByRole('link', { name: '看重与满意' }).click();
  await expect(page.getByTestId('state-first-use')).toContainText('还没有要素');
  await page.getByRole('link', { name: '试水内容' }).click();
  await expect(page.getByTestId('state-first-use')).toContainText('Trial Shown');
});
