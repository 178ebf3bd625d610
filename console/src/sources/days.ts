import type { SourceCounts, SourceDetail } from '@/shared/api/types';

const DAYS_SHOWN = 30;
const DAY_MS = 86_400_000;
export const NOTHING: SourceCounts = {
  accepted: 0,
  duplicates: 0,
  refused: 0,
  put_aside: 0,
  released: 0,
  discarded: 0,
  erased: 0,
  last_at: null,
};

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Every day (UTC) since the source was made, at most thirty: one without messages is a zero, not a gap. */
export function filledDays({ source, days }: SourceDetail, now: Date): SourceDetail['days'] {
  const known = new Map(days.map((one) => [one.day, one]));
  const first = [source.created_at.slice(0, 10), days[0]?.day ?? ''].filter(Boolean).sort()[0] ?? '';
  return Array.from({ length: DAYS_SHOWN }, (_, index) => dayOf(now.getTime() - (DAYS_SHOWN - 1 - index) * DAY_MS))
    .filter((day) => day >= first)
    .map((day) => known.get(day) ?? { day, counts: NOTHING });
}
