import { describe, expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { valuedCustomers, valuesAreOld } from './oldValues';

const { day } = createFmt('en', 'Asia/Shanghai');
const overview = (as_of: string | null, last_fact_at: string | null, stale = false) => ({
  as_of,
  data_freshness: { stale, last_fact_at },
});

describe('values are older than the facts', () => {
  it('after an import that no run has seen', () => {
    expect(valuesAreOld(overview('2026-11-20', '2026-11-20T02:00:00Z', true), day)).toBe(true);
    expect(valuesAreOld(overview(null, '2026-11-20T02:00:00Z', true), day)).toBe(true);
  });

  it('when the run was fitted until a day before the last purchase, as the brand counts days', () => {
    expect(valuesAreOld(overview('2026-11-20', '2026-11-20T15:59:59Z'), day)).toBe(false);
    expect(valuesAreOld(overview('2026-11-20', '2026-11-20T16:00:00Z'), day)).toBe(true);
  });

  it('and not where there is nothing to be older than', () => {
    expect(valuesAreOld(overview(null, null), day)).toBe(false);
    expect(valuesAreOld(overview('2026-11-20', null), day)).toBe(false);
  });
});

it('the valued ones are those with a rank, not those with an order', () => {
  expect(valuedCustomers(3242)).toEqual({ max_profit_rank: '3242' });
});
