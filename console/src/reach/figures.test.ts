import { expect, it } from 'vitest';
import { createFmt } from '@/shared/fmt';
import { ratioOf } from '@/shared/ui/ShareBar';
import { milliText, reachDays } from './figures';

const TODAY = '2026-11-29';

it('has both days, at most 366 of them', () => {
  expect(reachDays({}, TODAY)).toEqual({ from: '2026-10-31', to: TODAY });
  expect(reachDays({ days: '7' }, TODAY)).toEqual({ from: '2026-11-23', to: TODAY });
  // All time is more than the server counts.
  expect(reachDays({ days: 'all' }, TODAY)).toEqual({ from: '2026-10-31', to: TODAY });
  expect(reachDays({ from: '2026-05-01', until: '2026-05-31' }, TODAY)).toEqual({
    from: '2026-05-01',
    to: '2026-05-31',
  });
  expect(reachDays({ from: '2026-05-02', until: '2026-05-01' }, TODAY)).toBeNull();
  expect(reachDays({ from: '2025-05-01', until: '2026-05-02' }, TODAY)).toBeNull();
  expect(reachDays({ until: '2026-05-02' }, TODAY)).toBeNull();
});

it('what one message costs is told with all that it has, a larger amount as amounts are', () => {
  const fmt = createFmt('en', 'UTC');
  const yuan = { currency: 'CNY', exponent: 2 };
  expect(milliText(fmt, 4500, yuan)).toBe('¥0.045');
  expect(milliText(fmt, 163_934, yuan)).toBe('¥1.64');
  expect(milliText(fmt, 33_871, yuan)).toBe('¥0.339');
  expect(milliText(fmt, 20_000, yuan)).toBe('¥0.20');
  expect(milliText(fmt, 3, yuan)).toBe('¥0.00003');
  expect(milliText(fmt, 0, yuan)).toBe('¥0.00');
  expect(milliText(fmt, 250, { currency: 'JPY', exponent: 0 })).toBe('¥0.25');
});

it('a share of nothing is none', () => {
  expect([ratioOf(3900), ratioOf(null)]).toEqual([0.39, null]);
});
