import { addDays, choiceOf, type PeriodSearch, SPANS } from '@/codes/period';
import type { Day } from '@/shared/api/types';
import type { Days, Scene } from './api';

/** All further scenes, where there are more than the server tells apart. */
export const OTHERS = '…';
/** Where the address says nothing. */
const USUAL = '30';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The choice of the field: a span, days of one's own, or all. */
export function chosenOf(search: PeriodSearch): string {
  if (search.days === 'all') return 'all';
  const choice = choiceOf(search);
  return choice === 'all' ? USUAL : choice;
}

/** Days that the server takes; `today` is in UTC, as scenes are counted. */
export function daysOf(search: PeriodSearch, today: Day): Days {
  const choice = chosenOf(search);
  if (choice === 'all') return { from: null, until: null };
  if (SPANS.some((span) => span === choice)) return { from: addDays(today, 1 - Number(choice)), until: null };
  const day = (text = '') => (DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null);
  return { from: day(search.from), until: day(search.until) };
}

type Sort = { key: string; order: 'asc' | 'desc' };

const VALUES: Record<string, (scene: Scene) => number | null> = {
  entered: (scene) => scene.entered,
  completed: (scene) => scene.completed,
  drop_off: (scene) => scene.drop_off_basis_points,
  rated: (scene) => scene.rated,
  satisfaction: (scene) => scene.satisfaction_basis_points,
};

/** What is not known stands last, whichever way it is sorted. */
export function inOrder(scenes: Scene[], { key, order }: Sort): Scene[] {
  const of = VALUES[key];
  if (!of) return scenes;
  const sign = order === 'asc' ? 1 : -1;
  return [...scenes].sort((one, other) => {
    const [a, b] = [of(one), of(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (a - b);
  });
}
