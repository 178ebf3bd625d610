import { expect, test } from '@playwright/test';
import { open } from '../support/page';
import { expectFitting, preparePseudo } from '../support/pseudo';

test.beforeEach(({ context, page }) => preparePseudo(context, page));

test('in a longer language the steps of an import, dialogs and menus come from a dictionary and fit on a phone', async ({
  page,
}) => {
  await open(page, '/imports/new');
  const file = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('invoice_no,quantity\n1,2\n') };
  await page.getByTestId('file-input').setInputFiles(file);
  await page.getByTestId('wizard-next').click();
  await expect(page.getByTestId('column-invoice_date')).toBeVisible();
  await expectFitting(page, 'match');
  await page.getByTestId('wizard-next').click();
  await expect(page.getByTestId('errors-by-code')).toBeVisible();
  await expectFitting(page, 'check');
  await page.getByTestId('open-menu').click();
  await page.getByRole('dialog').getByRole('link').first().click();
  await expect(page.getByRole('dialog').filter({ hasText: 'dráft' })).toBeVisible();
  await expectFitting(page, 'leave');
  await page.getByRole('button', { name: /Díscárd ánd/ }).click();
  await expect(page.getByTestId('north-star')).toBeVisible();
  await open(page, '/sources/src_0001?outcome=refused');
  await page.locator('[data-entry]').nth(1).click();
  await expect(page.getByTestId('entry-json')).toBeVisible();
  await expectFitting(page, 'a refused message');
  await page.getByRole('button', { name: /^⟦Réplácé kéy/ }).click();
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeVisible();
  await expectFitting(page, 'replace the key');
  await open(page, '/sources');
  await page.getByRole('button', { name: /^⟦Néw sóúrcé/ }).click();
  await expect(page.getByRole('dialog').getByRole('combobox').first()).toBeVisible();
  await expectFitting(page, 'new source');
  for (const [path, control] of [
    ['/customers', 'add-filter'],
    ['/customers', 'choose-columns'],
    ['/customers', 'account-menu'],
    ['/customers', 'open-palette'],
  ] as const) {
    await open(page, path);
    await page.getByTestId(control).click();
    await expect(page.locator('[role="dialog"], [role="menu"]').filter({ visible: true })).toBeVisible();
    await expectFitting(page, control);
  }
});
