import { expect, type Locator, type Page, test } from '@playwright/test';
import type { Backtest, CustomerProfile, Overview } from '../../src/shared/api/types';
import { axeViolations, mockState, open, prepare } from '../support/page';

// Figures and what stands behind them: the answer that they come from, the day that they are of, the list that they count.

test.beforeEach(async ({ context }) => {
  await prepare(context, 'en', 'light');
});

async function answer<T>(page: Page, path: string): Promise<T> {
  const response = await page.request.get(`/api/v1${path}`);
  return (await response.json()) as T;
}

/** Follows a link that counts people; the list has so many. */
async function expectSameCount(page: Page, link: Locator, count?: number) {
  const counted = count ?? Number(await link.getAttribute('data-count'));
  await link.click();
  await expect(page).toHaveURL(/\/customers\?/);
  await expect(page.getByTestId('customer-total')).toHaveAttribute('data-total', String(counted));
}

const pounds = (minor: number) => new Intl.NumberFormat('en', { minimumFractionDigits: 2 }).format(minor / 100);

test.describe('a profile', () => {
  /** Somebody who sent something back, and whom a touch-point has seen. */
  async function findRefunded(page: Page): Promise<CustomerProfile> {
    for (let number = 1; number < 200; number += 2) {
      const id = `cus_${String(number).padStart(6, '0')}`;
      const profile = await answer<CustomerProfile>(page, `/customers/${id}`);
      if (profile.row.refunds.minor !== 0 && profile.row.lifetime_value) return profile;
    }
    throw new Error('nobody with a refund');
  }

  test('shows gross sales, refunds with their number, the first purchase, the rank and the activity', async ({
    page,
  }) => {
    const { row, activity } = await findRefunded(page);
    const refunds = await answer<{ items: unknown[] }>(page, `/customers/${row.id}/timeline?kind=refund`);
    await open(page, `/customers/${row.id}`);
    await expect(page.getByTestId('profile-gross')).toContainText(pounds(row.gross_sales.minor));
    const refunded = page.getByTestId('profile-refunds');
    await expect(refunded).toContainText(pounds(row.refunds.minor));
    const count = refunds.items.length;
    await expect(refunded.locator('xpath=..')).toContainText(`${count} refund${count === 1 ? '' : 's'}`);
    await expect(page.getByTestId('profile-first').locator('time')).toHaveAttribute(
      'datetime',
      row.first_purchase_at ?? '',
    );
    await expect(page.getByTestId('activity')).toContainText(
      new Intl.NumberFormat('en').format(activity?.events ?? Number.NaN),
    );
    await expect(page.getByTestId('activity').locator('time').first()).toHaveAttribute(
      'datetime',
      activity?.first_at ?? '',
    );
    await expect(page.getByTestId('activity').locator('time').last()).toHaveAttribute(
      'datetime',
      activity?.last_at ?? '',
    );

    const value = row.lifetime_value?.minor ?? Number.NaN;
    const total = async (filter: string) =>
      (await answer<{ total: number }>(page, `/customers?limit=1&${filter}`)).total;
    const above = await total(`min_lifetime_minor=${value + 1}`);
    const atMost = await total(`max_lifetime_minor=${value}`);
    const [rank, all] = [above + 1, above + atMost].map((one) => new Intl.NumberFormat('en').format(one));
    await expect(page.getByTestId('lifetime-rank')).toContainText(`Rank ${rank} of ${all}`);
    expect(await axeViolations(page)).toEqual([]);

    await refunded.getByRole('link').click();
    await expect(page.locator('[data-entry]')).toHaveCount(count);
  });

  test('says where no touch-point has seen the customer', async ({ page }) => {
    await open(page, '/customers/cus_000002');
    await expect(page.getByTestId('activity')).toContainText('No touch-point has seen this customer.');
  });
});

test('only figures of a value run are as of its day', async ({ page }) => {
  const asOf = async (name: string) => {
    await page
      .getByRole('button', { name: `Definition of ${name}`, exact: true })
      .first()
      .click();
    const explained = page.getByRole('dialog');
    await expect(explained).toBeVisible();
    const text = await explained.innerText();
    await page.keyboard.press('Escape');
    await expect(explained).toHaveCount(0);
    return text.includes('As of 2026-11-20');
  };
  await open(page, '/');
  await expect(page.getByText('Values as of 2026-11-20')).toBeVisible();
  for (const live of ['Customers', 'Buyers']) expect(await asOf(live), live).toBe(false);
  // The months are added up by the run.
  for (const ofRun of ['Net revenue', 'Orders', 'Potential value']) expect(await asOf(ofRun), ofRun).toBe(true);
  await open(page, '/customers/cus_000003');
  for (const live of ['Net revenue', 'Gross sales', 'Refunds', 'Orders', 'First purchase', 'Last purchase'])
    expect(await asOf(live), live).toBe(false);
  for (const ofRun of ['Lifetime value', 'Probability active', 'RFM']) expect(await asOf(ofRun), ofRun).toBe(true);
});

test.describe('values that are older than the facts', () => {
  test.beforeEach(async ({ context, baseURL }) => {
    await mockState(context, baseURL, 'mock', 'newer');
  });

  test('say so, and still lead to lists of exactly those whom they count', async ({ page }) => {
    const live = await answer<{ total: number }>(page, '/customers?min_orders=1&limit=1');
    await open(page, '/value');
    await expect(page.getByText('Not up to date')).toBeVisible();
    const valued = page.getByTestId('value-customers');
    expect(Number(await valued.getAttribute('data-count'))).toBeLessThan(live.total);
    await expectSameCount(page, valued);
    for (const cell of ['rfm-all', 'rfm-11', 'rfm-55']) {
      await open(page, '/value?tab=rfm');
      await expectSameCount(page, page.getByTestId(cell));
    }
    await open(page, '/');
    await expect(page.getByText('Not up to date')).toBeVisible();
    await expectSameCount(page, page.locator('[data-testid="kpi-buyers"] a'), live.total);
  });

  test('leave out of a cohort whoever the run did not know, and say what lists go by', async ({ page }) => {
    const first = await answer<{ total: number }>(page, '/customers?cohort=2025-06&limit=1');
    await open(page, '/value?tab=cohorts');
    await expect(page.getByTestId('old-values-note')).toContainText('2026-11-20');
    expect(await axeViolations(page)).toEqual([]);
    const size = page.getByTestId('cohort-2025-06');
    expect(Number(await size.getAttribute('data-count'))).toBeLessThan(first.total);
    await expectSameCount(page, size);
    await open(page, '/value?tab=cohorts');
    await expectSameCount(page, page.getByTestId('cohort-2025-06-2'));
    await open(page, '/');
    await expect(page.getByTestId('trend').getByTestId('old-values-note')).toBeVisible();
  });
});

test('a cohort has no links beyond the months that a list can be asked for', async ({ page }) => {
  await page.route(/\/api\/v1\/value\/cohorts/, async (route) => {
    const report = await (await route.fetch()).json();
    const [sample] = report.rows[0].cells;
    const cells = Array.from({ length: 128 }, (_, month_index) => ({ ...sample, month_index, complete: true }));
    await route.fulfill({ json: { ...report, rows: [{ ...report.rows[0], cohort: '2010-01', cells }] } });
  });
  await open(page, '/value?tab=cohorts');
  await expect(page.getByTestId('old-values-note')).toHaveCount(0);
  const cell = (index: number) => page.getByTestId(`cohort-2010-01-${index}`);
  await expect(cell(125)).toHaveAttribute('href', /bought_in=2020-06/);
  await expect(cell(126)).not.toHaveAttribute('href');
  await expect(cell(126)).toHaveAttribute('title', /this cell has no list/);
  await expect(page.getByTestId('cohorts').getByRole('link')).toHaveCount(1 + 126);
});

test('the curve of the back-test has the weeks of the answer, as a table and as a file', async ({ page }) => {
  const backtest = await answer<Backtest>(page, '/value/backtest');
  await open(page, '/value?tab=backtest');
  const chart = page.getByTestId('backtest');
  await expect(chart.getByRole('slider')).toHaveAttribute('aria-valuemax', String(backtest.weeks.length - 1));
  await chart.getByRole('button', { name: 'Predicted and actual: Show table' }).click();
  const shown = await chart
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  const heads = await chart.locator('thead th').allInnerTexts();
  const models = [
    backtest.chosen,
    ...backtest.models.map(({ model }) => model).filter((model) => model !== backtest.chosen),
  ];
  const names: Record<string, string> = { pareto_nbd: 'Pareto/NBD', bg_nbd: 'BG/NBD', nbd: 'NBD' };
  expect(heads).toEqual(['Week', 'Actual', ...models.map((model) => names[model] ?? model)]);
  const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  expect(shown).toEqual(
    backtest.weeks.map((week) => [
      week.week_start,
      new Intl.NumberFormat('en').format(week.actual),
      ...models.map((model) => oneDecimal.format(week.predicted[model] ?? Number.NaN)),
    ]),
  );
  const download = page.waitForEvent('download');
  await chart.getByRole('button', { name: /Download CSV/ }).click();
  const stream = await (await download).createReadStream();
  let csv = '';
  for await (const chunk of stream) csv += chunk;
  const lines = csv.trim().split(/\r?\n/);
  const row = lines.find((line) => line.includes(backtest.weeks[7]?.week_start ?? '?')) ?? '';
  const figures = row.split(',').map(Number);
  expect(figures).toContain(backtest.weeks[7]?.actual);
  for (const model of models) expect(figures).toContain(backtest.weeks[7]?.predicted[model]);
});

test('months of the trend count the people of their lists, bar by bar and in the table', async ({ page }) => {
  test.setTimeout(180_000);
  const { trend } = await answer<Overview>(page, '/overview');
  const panel = page.getByTestId('trend');
  for (const [measure, key] of [
    ['Buyers', 'buyers'],
    ['New buyers', 'new_buyers'],
  ] as const) {
    await open(page, '/');
    await panel.getByText(measure, { exact: true }).click();
    const chart = panel.getByRole('slider');
    await chart.focus();
    // The last bar, then the one before it.
    for (const presses of [1, 2]) {
      for (let press = 0; press < presses; press += 1) await page.keyboard.press('ArrowLeft');
      const month = trend.at(-presses);
      await expect(chart).toHaveAttribute('aria-valuetext', new RegExp(`^${month?.month}`));
      await page.keyboard.press('Enter');
      await expect(page.getByTestId('customer-total')).toHaveAttribute('data-total', String(month?.[key]));
      await page.goBack();
      await panel.getByText(measure, { exact: true }).click();
      await chart.focus();
    }
  }
  for (const place of [0, 7, trend.length - 1]) {
    for (const [column, key] of [
      [0, 'buyers'],
      [1, 'new_buyers'],
    ] as const) {
      await open(page, '/');
      await panel.getByRole('button', { name: 'By month: Show table' }).click();
      const link = panel.locator('tbody tr').nth(place).getByRole('link').nth(column);
      await expectSameCount(page, link, trend[place]?.[key]);
    }
  }
});

test('who is overdue on home is in the list behind "see all", which holds nobody else', async ({ page }) => {
  const { attention } = await answer<Overview>(page, '/overview');
  const overdue = await answer<{ total: number; items: { id: string }[] }>(
    page,
    '/customers?overdue=true&sort=potential_value&limit=200',
  );
  await open(page, '/');
  await page.getByRole('link', { name: 'See all overdue customers' }).click();
  await expect(page.getByTestId('customer-total')).toHaveAttribute('data-total', String(overdue.total));
  await expect(page.getByTestId('filter-chip')).toHaveText(/Overdue/);
  const rows = page.getByRole('region', { name: 'Customer list' }).locator('tbody tr');
  const listed = await rows.evaluateAll((all) =>
    all.map((row) => row.querySelector('a')?.getAttribute('href')?.split('/').at(-1)),
  );
  expect(listed).toEqual(overdue.items.slice(0, listed.length).map(({ id }) => id));
  for (const { customer } of attention.filter(({ reason }) => reason === 'overdue'))
    expect(listed, customer.id).toContain(customer.id);
});
