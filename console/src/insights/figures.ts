import type { Attribute, Comparison, InnovationTest } from './types';

/** The arm that differs most from the control, by its place among all arms; null while one of them has nobody. */
export function farthest({ comparisons }: Pick<InnovationTest, 'comparisons'>): { arm: number; of: Comparison } | null {
  let found: { arm: number; of: Comparison } | null = null;
  for (const [place, of] of comparisons.entries()) {
    if (of && (!found || Math.abs(of.lift_points) > Math.abs(found.of.lift_points))) found = { arm: place + 1, of };
  }
  return found;
}

/** A difference that chance alone makes in less than one of twenty tests. */
export const isClear = ({ p_value }: Pick<Comparison, 'p_value'>) => p_value < 0.05;

/** The lines between the quadrants: the means of all. */
export function middleOf(all: Pick<Attribute, 'importance' | 'satisfaction'>[]) {
  const mean = (of: (one: (typeof all)[number]) => number) =>
    all.length === 0 ? 0 : all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return { importance: mean((one) => one.importance), satisfaction: mean((one) => one.satisfaction) };
}

/** From where to where an axis of ratings goes: whole numbers around all, with some room, within 1 to 10. */
export function spanOf(values: number[]): [number, number] {
  const low = Math.max(1, Math.floor(Math.min(...values) - 0.5));
  const high = Math.min(10, Math.ceil(Math.max(...values) + 0.5));
  return [Math.min(low, high - 1), high];
}
