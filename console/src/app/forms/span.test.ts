import { expect, it } from 'vitest';
import { choiceOf, daysOf } from './span';

const TODAY = '2026-11-29';

it('is about the usual days, or what the address asks for', () => {
  expect(daysOf({}, TODAY, '30')).toEqual({ from: '2026-10-31', until: null });
  expect(daysOf({}, TODAY, 'all')).toEqual({ from: null, until: null });
  expect(daysOf({ days: '7' }, TODAY, '30')).toEqual({ from: '2026-11-23', until: null });
  expect(daysOf({ days: 'all' }, TODAY, '30')).toEqual({ from: null, until: null });
  expect(choiceOf({ from: '2026-11-01' }, '30')).toBe('own');
  expect(daysOf({ from: '2026-11-01', until: 'soon' }, TODAY, '30')).toEqual({ from: '2026-11-01', until: null });
});

it('what is no span is as if it were not there', () => {
  expect([choiceOf({}, 'all'), choiceOf({ days: '8' }, 'all'), choiceOf({ days: '30' }, 'all')]).toEqual([
    'all',
    'all',
    '30',
  ]);
});
