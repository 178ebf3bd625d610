import { expect, it } from 'vitest';
import type { SourceDetail } from '@/shared/api/types';
import { filledDays } from './days';

const counts = (accepted: number) => ({ accepted, duplicates: 0, refused: 0, last_at: null });
const detail = (created: string, days: [string, number][]) =>
  ({
    source: { created_at: created },
    days: days.map(([day, accepted]) => ({ day, counts: counts(accepted) })),
  }) as SourceDetail;
const NOW = new Date('2026-11-21T23:30:00Z');

it('a day without messages is a zero, and the axis ends today', () => {
  const days = filledDays(
    detail('2026-01-04T02:00:00Z', [
      ['2026-11-19', 5],
      ['2026-11-21', 7],
    ]),
    NOW,
  );
  expect(days).toHaveLength(30);
  expect(days[0]?.day).toBe('2026-10-23');
  expect(days.slice(-3).map((one) => [one.day, one.counts.accepted])).toEqual([
    ['2026-11-19', 5],
    ['2026-11-20', 0],
    ['2026-11-21', 7],
  ]);
});

it('a new source begins with the day on which it was made', () => {
  const days = filledDays(detail('2026-11-20T02:00:00Z', [['2026-11-21', 7]]), NOW);
  expect(days.map(({ day }) => day)).toEqual(['2026-11-20', '2026-11-21']);
});
