import type { Overlap } from '../insight/types';

export interface Pair {
  one: string;
  other: string;
  both: number;
  ofOne: number;
  ofOther: number;
}

/** What every two of them have in common: the sum of the regions that lie in both. */
export function pairsOf({ sizes, regions }: Pick<Overlap, 'sizes' | 'regions'>): Pair[] {
  return sizes.flatMap((one, place) =>
    sizes.slice(place + 1).map((other) => {
      const both = regions
        .filter((region) => region.in.includes(one.code) && region.in.includes(other.code))
        .reduce((sum, { count }) => sum + count, 0);
      const of = (count: number) => (count === 0 ? 0 : both / count);
      return { one: one.code, other: other.code, both, ofOne: of(one.count), ofOther: of(other.count) };
    }),
  );
}
