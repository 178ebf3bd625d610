import { expect, it } from 'vitest';
import { periodOf } from './period';

const NOW = new Date('2026-11-21T17:00:00Z');

it('days are those of the brand, today is one of them', () => {
  // In Shanghai it is the 22nd already.
  expect(periodOf({ days: '7' }, 'Asia/Shanghai', NOW)).toEqual({ from: '2026-11-15T16:00:00Z', until: null });
  expect(periodOf({ days: '7' }, 'UTC', NOW)).toEqual({ from: '2026-11-15T00:00:00Z', until: null });
});

it('of two days both are part of it', () => {
  const search = { from: '2026-11-01', until: '2026-11-02' };
  expect(periodOf(search, 'UTC', NOW)).toEqual({ from: '2026-11-01T00:00:00Z', until: '2026-11-03T00:00:00Z' });
});

it('what is no day is no limit', () => {
  expect(periodOf({ from: 'soon', until: '2026-13-40' }, 'UTC', NOW)).toEqual({ from: null, until: null });
  expect(periodOf({ days: '8' }, 'UTC', NOW)).toEqual({ from: null, until: null });
});
