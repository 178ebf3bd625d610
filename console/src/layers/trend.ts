import type { SegmentTrend } from '@/segments/insight/types';
import type { LayerCounts } from './types';

/** A column of more parts can no longer be told apart, and each is asked for by itself. */
export const STAGES_IN_TREND = 12;

interface Named {
  code: string;
  name: string;
}

/** In their order with their places; of very many those that most are in now, which are not known without counts. */
export function largestStages(stages: Named[], counts: LayerCounts | undefined): (Named & { place: number })[] | null {
  const placed = stages.map(({ code, name }, place) => ({ code, name, place }));
  if (placed.length <= STAGES_IN_TREND) return placed;
  if (!counts) return null;
  const countOf = (code: string) => counts.stages.find((one) => one.code === code)?.count ?? 0;
  return [...placed]
    .sort((one, other) => countOf(other.code) - countOf(one.code) || one.place - other.place)
    .slice(0, STAGES_IN_TREND)
    .sort((one, other) => one.place - other.place);
}

export interface Stack {
  /** The oldest first; the last one is now. */
  days: string[];
  /** Of each stage, of each day. */
  counts: number[][];
  asOf: string;
}

/** Trends of stages under the same days. A stage that was added later had nobody before. */
export function stackOf(trends: SegmentTrend[]): Stack {
  const before = trends.map(({ points }) => new Map(points.slice(0, -1).map(({ day, count }) => [day, count])));
  const days = [...new Set(before.flatMap((one) => [...one.keys()]))].sort();
  const now = trends.map(({ points }) => points.at(-1));
  return {
    days: [...days, now[0]?.day ?? ''],
    counts: before.map((one, place) => [...days.map((day) => one.get(day) ?? 0), now[place]?.count ?? 0]),
    asOf: trends.map(({ as_of }) => as_of).sort()[0] ?? '',
  };
}
