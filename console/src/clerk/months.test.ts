import { describe, expect, it } from 'vitest';
import { lastMonth, thisMonth } from './months';

describe('months of a statement', () => {
  it('begin with the first and end with today, or with the last day of the month before', () => {
    expect(thisMonth('2026-11-21')).toEqual({ from: '2026-11-01', to: '2026-11-21' });
    expect(lastMonth('2026-11-21')).toEqual({ from: '2026-10-01', to: '2026-10-31' });
    expect(lastMonth('2028-03-01')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
    expect(lastMonth('2027-01-31')).toEqual({ from: '2026-12-01', to: '2026-12-31' });
  });
});
