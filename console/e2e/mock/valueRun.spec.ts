import { expect, type Page, test } from '@playwright/test';
import { axeViolations, open, prepare } from '../support/page';

test.beforeEach(async ({ context }) => {
  await prepare(context, 'zh-CN', 'light');
});

async function answerRuns(page: Page, run: () => { state: string; progress: number; error: string | null }) {
  const times = { started_at: '2026-11-21T02:12:34Z', finished_at: null, as_of: null };
  await page.route(/\/api\/v1\/value\/runs/, (route) =>
    route.fulfill({ json: { items: [{ id: 'run_9', ...times, ...run() }], next_cursor: null } }),
  );
}

test('the first values appear by themselves when their run ends', async ({ page }) => {
  let done = false;
  await answerRuns(page, () => ({ state: done ? 'done' : 'queued', progress: done ? 1 : 0, error: null }));
  await page.route(/\/api\/v1\/value(\/rfm)?$/, (route) =>
    done ? route.continue() : route.fulfill({ status: 404, json: { code: 'no_value_run' } }),
  );
  await open(page, '/value');
  await expect(page.getByTestId('state-computing')).toContainText('0%');
  expect(await axeViolations(page)).toEqual([]);
  done = true;
  await expect(page.getByTestId('rfm-grid')).toBeVisible({ timeout: 10_000 });
  await expect(page.getByTestId('value-customers')).toBeVisible();
});

test('a failed run says why', async ({ page }) => {
  await answerRuns(page, () => ({ state: 'failed', progress: 0.3, error: 'no space left on device' }));
  await open(page, '/');
  await expect(page.getByTestId('freshness')).toContainText('最近一次价值计算失败');
  // Our words first; what the server says is English and marked as such.
  await expect(page.getByTestId('freshness')).toContainText('此前算出的数字保持不变。请重新计算');
  await expect(page.getByTestId('freshness').locator('[lang="en"]')).toHaveText('no space left on device');
  expect(await axeViolations(page)).toEqual([]);
});
