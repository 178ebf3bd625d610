import { describe, expect, it } from 'vitest';
import { filtersOf } from '@/customers/filters';
import type { Measure } from '@/shared/api/types';
import { binSearch, decileSearch, partEnds } from './links';

const MEASURES: Measure[] = ['lifetime', 'historical', 'current', 'potential'];

describe('the list behind a bar', () => {
  it('leaves out the upper edge, which belongs to the next bar', () => {
    expect(binSearch('lifetime', { from_minor: 10_000, to_minor: 20_000 })).toEqual({
      sort: 'lifetime_value',
      min_lifetime_minor: '10000',
      max_lifetime_minor: '19999',
    });
  });

  it('is open where the bar is', () => {
    expect(binSearch('current', { from_minor: null, to_minor: 0 })).toEqual({
      sort: 'current_value',
      max_current_minor: '-1',
    });
    expect(binSearch('potential', { from_minor: 0, to_minor: null })).toEqual({
      sort: 'potential_value',
      min_potential_minor: '0',
    });
  });

  it('is narrowed by its own measure, whichever it is', () => {
    for (const measure of MEASURES) {
      const search = binSearch(measure, { from_minor: 1, to_minor: 3 });
      expect(filtersOf(search), measure).toEqual({ [`min_${measure}_minor`]: '1', [`max_${measure}_minor`]: '2' });
    }
  });
});

describe('the list behind a part of the deciles', () => {
  it('has both ends in it, so that equal values are together', () => {
    expect(decileSearch('historical', { from_minor: 0, to_minor: 0 })).toEqual({
      sort: 'historical_value',
      min_historical_minor: '0',
      max_historical_minor: '0',
    });
  });

  it('is narrowed by its own measure, whichever it is', () => {
    for (const measure of MEASURES) {
      const search = decileSearch(measure, { from_minor: -5, to_minor: 7 });
      expect(filtersOf(search), measure).toEqual({ [`min_${measure}_minor`]: '-5', [`max_${measure}_minor`]: '7' });
    }
  });
});

describe('parts are named by whom they hold', () => {
  it('tenths where all values differ', () => {
    const ends = partEnds(Array.from({ length: 10 }, () => ({ customers: 3 })));
    expect(ends[0]).toEqual({ from: 0, to: 0.1 });
    expect(ends[9]).toEqual({ from: 0.9, to: 1 });
  });

  it('more than a tenth where many share a value', () => {
    expect(partEnds([{ customers: 10 }, { customers: 10 }, { customers: 80 }])).toEqual([
      { from: 0, to: 0.1 },
      { from: 0.1, to: 0.2 },
      { from: 0.2, to: 1 },
    ]);
  });

  it('thirds of three customers', () => {
    expect(partEnds([{ customers: 1 }, { customers: 1 }, { customers: 1 }]).map(({ to }) => to)).toEqual([
      1 / 3,
      2 / 3,
      1,
    ]);
  });
});
