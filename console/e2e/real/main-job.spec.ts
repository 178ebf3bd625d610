import { expect, type Page, test } from '@playwright/test';
import { axeViolations, collectComplaints, prepare } from '../support/page';
import { RETAIL_FILE, readRetail, scoreRfm } from '../support/retail';

// The job that a new brand does first: sign in, bring a file, see who the customers are and what they are worth.
// Every figure is compared with one that this test counts from the file itself.

const PASSWORD = 'three unrelated words';
const signInLink = process.env.PERENNIAL_SIGN_IN_LINK ?? '';

if (!process.env.PERENNIAL_URL || signInLink === '') {
  throw new Error('needs PERENNIAL_URL and PERENNIAL_SIGN_IN_LINK of a fresh server: run scripts/e2e.sh');
}

async function listTotal(page: Page): Promise<number> {
  const total = page.getByTestId('customer-total');
  await expect(total).toHaveAttribute('data-total', /\d+/);
  await page.waitForFunction(() => !document.querySelector('[data-loading-block], [aria-busy="true"]'));
  return Number(await total.getAttribute('data-total'));
}

/** The count on a link, and how many people the list behind it has. */
async function follow(page: Page, path: string, selector: string): Promise<{ shown: number; listed: number }> {
  await page.goto(path);
  const link = page.locator(selector).first();
  const shown = Number(await link.getAttribute('data-count'));
  await link.click();
  await expect(page).toHaveURL(/\/customers/);
  return { shown, listed: await listTotal(page) };
}

const MEASURES = [
  { name: 'Lifetime value', key: 'lifetime' },
  { name: 'Historical value', key: 'historical' },
  { name: 'Current value', key: 'current' },
  { name: 'Potential value', key: 'potential' },
];

/** The links of the parts of one measure, in a panel of the distribution. */
function partOf(page: Page, key: string, panel: string) {
  return page.locator(`[data-testid="${panel}"] a[href*="_${key}_minor="]`);
}

/** Opens the distribution of a measure, and reads how many people each part counts. */
async function countsOf(page: Page, name: string, key: string, panel: string): Promise<number[]> {
  await page.goto('/value?tab=distribution');
  await page.getByRole('radiogroup', { name: 'Kind of value' }).getByText(name, { exact: true }).click();
  await expect(partOf(page, key, panel).first()).toBeVisible();
  return partOf(page, key, panel).evaluateAll((links) => links.map((link) => Number(link.getAttribute('data-count'))));
}

test('a new brand imports a file and sees what its customers are worth', async ({ page, context, baseURL }) => {
  const retail = readRetail();
  await prepare(context, 'en', 'light');
  const complaints = collectComplaints(page);

  await test.step('sign in by the one-time link and set a password', async () => {
    await page.goto(new URL(signInLink, baseURL).href);
    await page.getByLabel('E-mail').fill('owner@example.com');
    await page.getByLabel('Name').fill('Owner');
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await expect(page.getByTestId('state-first-use')).toBeVisible();
    // The language in which the account was set up stays, whatever the brand's is.
    expect(await (await page.request.get('/api/v1/session')).json()).toMatchObject({ locale: 'en' });
    expect(await axeViolations(page)).toEqual([]);
  });

  await test.step('bring the file through the wizard', async () => {
    await page.getByRole('link', { name: 'Import orders' }).first().click();
    await page.getByTestId('file-input').setInputFiles(RETAIL_FILE);
    await expect(page.getByTestId('upload-list')).toContainText('Uploaded', { timeout: 60_000 });
    await page.getByTestId('wizard-next').click();
    for (const [column, field] of [
      ['invoice_no', 'order_no'],
      ['quantity', 'quantity'],
      ['invoice_date', 'ordered_at'],
      ['unit_price', 'unit_price'],
      ['customer_id', 'customer_id'],
    ]) {
      await expect(page.getByTestId(`column-${column}`)).toHaveAttribute('data-field', field as string, {
        timeout: 30_000,
      });
    }
    await page.getByRole('combobox', { name: 'Currency' }).fill('GBP');
    await page.getByRole('option', { name: 'GBP' }).click();
    await expect(page.getByTestId('wizard-next')).toBeEnabled({ timeout: 30_000 });
    await page.getByTestId('wizard-next').click();
    await page.getByTestId('wizard-start').click();
    await expect(page).toHaveURL(/\/imports\/imp_/, { timeout: 30_000 });
    await expect(page.getByTestId('import')).toHaveAttribute('data-state', 'done', { timeout: 800_000 });
    const count = async (key: string) =>
      Number((await page.getByTestId(`count-${key}`).innerText()).replaceAll(/\D/g, ''));
    expect(await count('rows')).toBe(retail.rows);
    expect(await count('new_customers')).toBe(retail.customers);
    expect(await count('orders')).toBe(retail.imported.orders);
    expect(await count('refunds')).toBe(retail.imported.refunds);
  });

  await test.step('home counts the people of the file', async () => {
    await expect
      .poll(
        async () => {
          await page.goto('/');
          await page.waitForFunction(() => !document.querySelector('[data-loading-block]'));
          return page.getByTestId('north-star').count();
        },
        { timeout: 120_000, intervals: [1000, 2000] },
      )
      .toBe(1);
    const customers = await follow(page, '/', '[data-testid="kpi-customers"] a');
    expect(customers).toEqual({ shown: retail.customers, listed: retail.customers });
    const buyers = await follow(page, '/', '[data-testid="kpi-buyers"] a');
    expect(buyers).toEqual({ shown: retail.buyers.length, listed: retail.buyers.length });
  });

  await test.step('the parts of the total add up to the minor unit', async () => {
    await page.goto('/');
    const minor = async (id: string) => Number(await page.getByTestId(id).getAttribute('data-minor'));
    await expect(page.getByTestId('total-lifetime')).toHaveAttribute('data-minor', /\d+/);
    const earned = (await minor('total-historical')) + (await minor('total-current'));
    expect(earned + (await minor('total-potential'))).toBe(await minor('total-lifetime'));
    const netMinor = retail.buyers.reduce((sum, buyer) => sum + buyer.netMinor, 0);
    // No margin is set in a fresh workspace, so what was earned so far is the net revenue of the buyers.
    expect(earned).toBe(netMinor);
  });

  await test.step('the best customer by net revenue has the revenue and orders of the file', async () => {
    const [best] = [...retail.buyers].sort((a, b) => b.netMinor - a.netMinor);
    await page.goto('/customers?sort=revenue&order=desc');
    const row = page.getByRole('row').nth(1);
    await expect(row).toContainText(best?.id ?? '');
    await expect(row).toContainText(
      new Intl.NumberFormat('en', { minimumFractionDigits: 2 }).format((best?.netMinor ?? 0) / 100),
    );
    await row.getByRole('link').first().click();
    await expect(page.getByTestId('profile-orders')).toHaveText(String(best?.orders));
    const minor = async (id: string) => Number(await page.getByTestId(id).getAttribute('data-minor'));
    await expect(page.getByTestId('lifetime-value')).toHaveAttribute('data-minor', /\d+/);
    expect((await minor('part-historical')) + (await minor('part-current')) + (await minor('part-potential'))).toBe(
      await minor('lifetime-value'),
    );
    expect(await axeViolations(page)).toEqual([]);
  });

  await test.step('every cell of the RFM grid has the count of its definition, and opens that many people', async () => {
    const scored = scoreRfm(retail.buyers, retail.lastDay, (buyer) => buyer.grossMinor);
    await page.goto('/value?tab=rfm');
    await expect(page.getByTestId('rfm-grid')).toBeVisible();
    for (const r of [1, 2, 3, 4, 5]) {
      for (const f of [1, 2, 3, 4, 5]) {
        const expected = scored.filter((one) => one.r === r && one.f === f).length;
        await expect(page.getByTestId(`rfm-${r}${f}`), `R ${r} F ${f}`).toHaveAttribute('data-count', String(expected));
      }
    }
    for (const cell of ['55', '32', '11']) {
      const { shown, listed } = await follow(page, '/value?tab=rfm', `[data-testid="rfm-${cell}"]`);
      expect(listed, cell).toBe(shown);
    }
    const champions = scored.filter((one) => one.r > 3 && one.f > 3 && one.m > 3).length;
    expect(await follow(page, '/value?tab=rfm', '[data-testid="group-champions"] a')).toEqual({
      shown: champions,
      listed: champions,
    });
    await page.goto('/customers?cell=555');
    expect(await listTotal(page)).toBe(scored.filter((one) => one.r === 5 && one.f === 5 && one.m === 5).length);
  });

  await test.step('cohorts count who came when, and open that many people', async () => {
    const cohort = retail.buyers.filter((buyer) => buyer.firstMonth === '2010-12');
    const back = cohort.filter((buyer) => buyer.months.has('2011-03')).length;
    expect(await follow(page, '/value?tab=cohorts', '[data-testid="cohort-2010-12"]')).toEqual({
      shown: cohort.length,
      listed: cohort.length,
    });
    expect(await follow(page, '/value?tab=cohorts', '[data-testid="cohort-2010-12-3"]')).toEqual({
      shown: back,
      listed: back,
    });
  });

  await test.step('bars and tenths of every value hold all buyers, and open as many people as they count', async () => {
    const all = { shown: retail.buyers.length, listed: retail.buyers.length };
    expect(await follow(page, '/value', '[data-testid="value-customers"]')).toEqual(all);
    for (const { name, key } of MEASURES) {
      for (const panel of ['histogram', 'deciles']) {
        const counts = await countsOf(page, name, key, panel);
        expect(
          counts.reduce((sum, count) => sum + count, 0),
          `${panel} of ${key}`,
        ).toBe(retail.buyers.length);
        const fullest = counts.indexOf(Math.max(...counts));
        for (const index of new Set([0, fullest, counts.length - 1])) {
          await countsOf(page, name, key, panel);
          await partOf(page, key, panel).nth(index).click();
          await expect(page).toHaveURL(new RegExp(`_${key}_minor=`));
          expect(await listTotal(page), `${panel} of ${key}, part ${index}`).toBe(counts[index]);
        }
      }
    }
  });

  await test.step('the top 20 % by profit are as many as the sentence says', async () => {
    const top = Math.ceil(retail.buyers.length / 5);
    const best = await follow(page, '/value?tab=distribution', '[data-testid="lorenz-top"]');
    expect(best).toEqual({ shown: top, listed: top });
  });

  await test.step('no screen is inaccessible or complains', async () => {
    for (const path of [
      '/',
      '/customers',
      '/value?tab=rfm',
      '/value?tab=distribution',
      '/value?tab=cohorts',
      '/value?tab=backtest',
      '/imports',
      '/settings/system',
    ]) {
      await page.goto(path);
      await page.waitForFunction(() => !document.querySelector('[data-loading-block], [aria-busy="true"]'));
      expect(await axeViolations(page), path).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
