import { expect, test } from '@playwright/test';
import { open } from '../support/page';
import { expectFitting, preparePseudo } from '../support/pseudo';
import { PARTS, routesOf } from '../support/routes';

for (const part of PARTS) {
  test(`in a longer language every text comes from a dictionary and fits on a phone: ${part}/${PARTS.length}`, async ({
    page,
    context,
  }) => {
    await preparePseudo(context, page);
    for (const route of routesOf(part)) {
      await open(page, route);
      await expect.soft(page.locator('body'), route).toContainText('⟦');
      await expectFitting(page, route, expect.soft);
    }
  });
}
