import { expect, it } from 'vitest';
import { en } from './en';
import { pseudo } from './pseudo';

it('the pseudo language marks every text and makes it longer, sentences with arguments and lists too', () => {
  const made = pseudo(en);
  expect(made.common.retry).toMatch(/^⟦Rétry .+⟧$/);
  expect(made.common.retry.length).toBeGreaterThan(en.common.retry.length * 1.4);
  expect(made.common.people('1,860')).toMatch(/^⟦1,860 cústómérs .+⟧$/);
  expect(made.home.firstUse.steps).toHaveLength(en.home.firstUse.steps.length);
  expect(made.home.firstUse.steps[0]).toMatch(/^⟦.+⟧$/);
});
