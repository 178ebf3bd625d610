import { describe, expect, it } from 'vitest';
import { bestFirst } from './lorenz';

describe('the curve, best customers first', () => {
  it('begins at nothing, ends at everything and never falls where nobody loses money', () => {
    const curve = bestFirst([
      { p: 0, share: 0 },
      { p: 0.5, share: 0.25 },
      { p: 1, share: 1 },
    ]);
    expect(curve).toEqual([
      { p: 0, share: 0 },
      { p: 0.5, share: 0.75 },
      { p: 1, share: 1 },
    ]);
  });

  it('is the diagonal where all bring the same', () => {
    const equal = [0, 0.25, 0.5, 0.75, 1].map((p) => ({ p, share: p }));
    expect(bestFirst(equal)).toEqual(equal);
  });

  it('rises above everything where some lose money', () => {
    const curve = bestFirst([
      { p: 0, share: 0 },
      { p: 0.5, share: -0.25 },
      { p: 1, share: 1 },
    ]);
    expect(curve[1]).toEqual({ p: 0.5, share: 1.25 });
  });

  it('keeps steps of fewer than ten customers: shares repeat until the next one counts', () => {
    const curve = bestFirst([
      { p: 0, share: 0 },
      { p: 0.1, share: 0 },
      { p: 0.5, share: 0.2 },
      { p: 1, share: 1 },
    ]);
    expect(curve.map(({ share }) => share)).toEqual([0, 0.8, 1, 1]);
  });

  it('has no points where the server sends none', () => {
    expect(bestFirst([])).toEqual([]);
  });
});
