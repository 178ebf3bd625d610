import { expect, test } from '@playwright/test';
import { tabTo } from '../support/keyboard';
import { open, prepare } from '../support/page';

test.beforeEach(async ({ context, page }) => {
  await prepare(context, 'en', 'light');
  // A mouse would be noticed.
  await page.addInitScript(() => {
    for (const kind of ['mousedown', 'pointerdown', 'touchstart'])
      window.addEventListener(kind, () => document.documentElement.setAttribute('data-pointed', kind), true);
  });
});

test('a file is imported by keyboard alone: chosen, matched, checked, run, and its rejected rows reached', async ({
  page,
}) => {
  test.setTimeout(180_000);
  // From the first moment: a key is faster than the browser is told to ask us and not the system.
  const chooser = page.waitForEvent('filechooser');
  await open(page, '/imports');
  const begin = page.getByRole('main').getByRole('link', { name: 'Import data' });
  await tabTo(page, begin);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Import data');

  // The kind of file is a choice among several: arrows move in it.
  await tabTo(page, page.getByRole('radio', { name: 'Orders' }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Customer data' })).toBeChecked();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('radio', { name: 'Orders' })).toBeChecked();

  await tabTo(page, page.getByRole('button', { name: 'Choose files' }));
  await page.keyboard.press('Enter');
  await (await chooser).setFiles({
    name: 'orders.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('invoice_no,quantity\n1,2\n'),
  });
  await expect(page.getByTestId('upload-list')).toContainText('Uploaded');

  await tabTo(page, page.getByTestId('wizard-next'));
  await page.keyboard.press('Enter');
  const column = page.getByTestId('column-invoice_date');
  await expect(column).toHaveAttribute('data-field', 'ordered_at');

  // Another field by typing, and back again.
  const field = column.getByRole('combobox');
  const choose = async (words: string) => {
    await tabTo(page, field);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(words);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  };
  await choose('Ignore this');
  await expect(page.getByTestId('missing-field')).toHaveCount(1);
  await page.keyboard.press('Shift+Tab');
  await choose('Order time');
  await expect(column).toHaveAttribute('data-field', 'ordered_at');
  await expect(page.getByTestId('wizard-next')).toBeEnabled();

  await tabTo(page, page.getByTestId('wizard-next'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('errors-by-code')).toBeVisible();
  await tabTo(page, page.getByTestId('wizard-start'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('import')).toHaveAttribute('data-state', 'done', { timeout: 15_000 });

  await tabTo(page, page.getByTestId('download-rejected'));
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await download).suggestedFilename()).toBe('rejected.csv');
  expect(await page.locator('html').getAttribute('data-pointed')).toBeNull();
});
