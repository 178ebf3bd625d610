// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { quantile, readRetail, scoreRfm, splitCsv } from './retail';

describe('the example file, counted by hand', () => {
  const retail = readRetail();

  it('gives the published figures after cleaning', () => {
    expect(retail.rows).toBe(443_159);
    expect(retail.purchaseLines).toBe(301_022);
    expect(retail.buyers).toHaveLength(3242);
    expect(retail.orders).toBe(14_202);
    expect(retail.grossMinor).toBe(705_087_451);
    expect(retail.lastDay).toBe('2011-12-09');
    expect(retail.imported).toEqual({ orders: 15_630, refunds: 3008 });
  });

  it('gives the published cut points and scores', () => {
    const scored = scoreRfm(retail.buyers, '2011-12-10', (buyer) => buyer.grossMinor);
    const counts = (key: 'r' | 'f' | 'm') =>
      [1, 2, 3, 4, 5].map((score) => scored.filter((one) => one[key] === score).length);
    expect(counts('r')).toEqual([649, 627, 651, 654, 661]);
    expect(counts('f')).toEqual([1133, 600, 382, 590, 537]);
    expect(counts('m')).toEqual([649, 648, 648, 648, 649]);
    expect(scored.filter((one) => one.r === 5 && one.f === 5 && one.m === 5)).toHaveLength(252);
    expect(
      quantile(
        retail.buyers.map((buyer) => buyer.orders),
        0.8,
      ),
    ).toBe(6);
  });

  it('gives the published cohort', () => {
    const cohort = retail.buyers.filter((buyer) => buyer.firstMonth === '2010-12');
    const bought = (month: string) => cohort.filter((buyer) => buyer.months.has(month)).length;
    expect([cohort.length, bought('2011-01'), bought('2011-02'), bought('2011-12')]).toEqual([677, 251, 227, 195]);
  });

  it('reads quoted fields', () => {
    expect(splitCsv('1,"a ""b"", c",,d')).toEqual(['1', 'a "b", c', '', 'd']);
    expect(splitCsv('1,')).toEqual(['1', '']);
  });
});
