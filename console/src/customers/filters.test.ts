import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '@/app/search';
import { createFmt } from '@/shared/fmt';
import { en } from '@/shared/i18n/en';
import { chipsOf, filtersOf, without } from './filters';

const fmt = createFmt('en', 'UTC');
const brand = { currency: 'GBP', exponent: 2 };
const texts = (search: Record<string, string>) => chipsOf(search, en, fmt, brand).map((chip) => chip.text);

describe('filters of the customer list', () => {
  it('take conditions from the address and leave sort and paging out', () => {
    expect(
      filtersOf({
        group: 'champions',
        sort: 'orders',
        cursor: 'x',
        page: '2',
        'trait.city': 'Bath',
        evil: '1',
        search: 'ann',
      }),
    ).toEqual({ group: 'champions', 'trait.city': 'Bath', search: 'ann' });
  });

  it('join a minimum and a maximum of one figure in one chip', () => {
    expect(texts({ min_orders: '2', max_orders: '5' })).toEqual(['Orders 2 to 5']);
    expect(texts({ min_orders: '2' })).toEqual(['Orders ≥ 2']);
    expect(texts({ max_lifetime_minor: '123456' })).toEqual(['Lifetime value ≤ £1,234.56']);
  });

  it('say amounts to the cent, also round and large ones', () => {
    expect(texts({ min_current_minor: '2000000' })).toEqual(['Current value ≥ £20,000.00']);
    expect(texts({ min_historical_minor: '-5', max_historical_minor: '-1' })).toEqual([
      'Historical value -£0.05 to -£0.01',
    ]);
    expect(texts({ max_potential_minor: '0' })).toEqual(['Potential value ≤ £0.00']);
  });

  it('name the most profitable customers', () => {
    expect(texts({ max_profit_rank: '649' })).toEqual(['Top 649 customers by profit so far']);
    expect(texts({ max_profit_rank: '1' })).toEqual(['Top 1 customer by profit so far']);
  });

  it('have one name for a month of purchase, and two for two of them', () => {
    expect(texts({ bought_in: '2011-01', active_in: '2011-02' })).toEqual([
      'Bought in month = 2011-01',
      'Bought in month = 2011-02',
    ]);
  });

  it('name groups, scores, cohorts and traits', () => {
    expect(texts({ group: 'dormant', r: '5', cohort: '2010-12', bought_in: '2011-01', 'trait.city': 'Bath' })).toEqual([
      'Group = Dormant',
      'R = 5',
      'Month of first purchase = 2010-12',
      'Bought in month = 2011-01',
      'city = Bath',
    ]);
  });

  it('remove exactly the keys of a chip', () => {
    expect(without({ min_orders: '2', max_orders: '5', group: 'dormant' }, ['min_orders', 'max_orders'])).toEqual({
      group: 'dormant',
    });
  });

  it('survive the way through the address as plain text', () => {
    const search = { cell: '555', search: 'a b&c=d', 'trait.城市': '杭州' };
    expect(parseSearch(stringifySearch(search).slice(1))).toEqual(search);
  });
});
