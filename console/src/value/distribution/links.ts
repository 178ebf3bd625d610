import type { Distribution, Measure } from '@/shared/api/types';

/** The list of those whose value lies between both ends, each of them included, in the order of that value. */
function between(measure: Measure, low: number | null, high: number | null): Record<string, string> {
  return {
    sort: `${measure}_value`,
    ...(low === null ? {} : { [`min_${measure}_minor`]: String(low) }),
    ...(high === null ? {} : { [`max_${measure}_minor`]: String(high) }),
  };
}

type Bin = Pick<Distribution['bins'][number], 'from_minor' | 'to_minor'>;

/** A bar ends before its upper edge; an open one has none. */
export function binSearch(measure: Measure, bin: Bin): Record<string, string> {
  return between(measure, bin.from_minor, bin.to_minor === null ? null : bin.to_minor - 1);
}

type Decile = Pick<Distribution['deciles'][number], 'from_minor' | 'to_minor'>;

export function decileSearch(measure: Measure, decile: Decile): Record<string, string> {
  return between(measure, decile.from_minor, decile.to_minor);
}

/**
 * Where each part begins and ends among all customers, best first, 0 to 1. Equal values share a part, so that parts
 * are neither always ten nor always a tenth: they are named by whom they hold.
 */
export function partEnds(deciles: { customers: number }[]): { from: number; to: number }[] {
  const total = deciles.reduce((sum, decile) => sum + decile.customers, 0);
  let before = 0;
  return deciles.map(({ customers }) => {
    const from = before / total;
    before += customers;
    return { from, to: before / total };
  });
}
