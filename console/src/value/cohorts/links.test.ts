import { expect, it } from 'vitest';
import { valuedCustomers } from '../oldValues';
import { cellSearch, cohortSearch } from './links';

it('a cell leads to who first bought in one month and bought in another', () => {
  expect(cohortSearch('2010-12', {})).toEqual({ cohort: '2010-12' });
  expect(cellSearch('2010-12', 3, {})).toEqual({ cohort: '2010-12', bought_in: '2011-03' });
});

it('older values lead to the customers that they count', () => {
  const search = { cohort: '2010-12', bought_in: '2011-03', max_profit_rank: '3242' };
  expect(cellSearch('2010-12', 3, valuedCustomers(3242))).toEqual(search);
});

it('there is no list beyond what the list can be asked for', () => {
  expect(cellSearch('2010-01', 125, {})).toEqual({ cohort: '2010-01', bought_in: '2020-06' });
  expect(cellSearch('2010-01', 126, {})).toBeNull();
});
