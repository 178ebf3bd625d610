import { describe, expect, it } from 'vitest';
import { matrixOf } from './matrix';
import { paintOf } from './stageColors';
import { largestStages, stackOf } from './trend';

const point = (day: string, count: number) => ({ day, at: `${day}T00:00:00Z`, count });
const trend = (...points: ReturnType<typeof point>[]) => ({ points, kept_since: null, as_of: '2026-11-29T10:00:00Z' });

describe('the trend of a layer', () => {
  it('puts stages under the same days; a later stage had nobody before, and the last point is now', () => {
    const stack = stackOf([
      trend(point('2026-11-16', 5), point('2026-11-23', 7), point('2026-11-23', 8)),
      trend(point('2026-11-23', 1), point('2026-11-23', 2)),
    ]);
    expect(stack.days).toEqual(['2026-11-16', '2026-11-23', '2026-11-23']);
    expect(stack.counts).toEqual([
      [5, 7, 8],
      [0, 1, 2],
    ]);
  });

  it('of very many stages has the largest, in their order', () => {
    const stages = Array.from({ length: 14 }, (_, place) => ({ code: `s${place}`, name: `S${place}` }));
    expect(largestStages(stages, undefined)).toBeNull();
    expect(largestStages(stages.slice(0, 12), undefined)).toHaveLength(12);
    const counts = stages.map((one, place) => ({ ...one, count: place }));
    const shown = largestStages(stages, { stages: counts, outside: 0, everybody: 91, as_of: '' });
    expect(shown?.map(({ place }) => place)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('paints no two of eighteen stages alike', () => {
    const paints = Array.from({ length: 18 }, (_, place) => JSON.stringify(paintOf(place)));
    expect(new Set(paints).size).toBe(18);
  });
});

describe('the matrix of a movement', () => {
  const cells = [
    { from: 'a', to: 'a', count: 10 },
    { from: 'a', to: 'b', count: 3 },
    { from: null, to: 'b', count: 2 },
  ];

  it("adds up, and has nobody's stage only where somebody was", () => {
    const matrix = matrixOf({ stages: ['a', 'b'], cells });
    expect(matrix.rows).toEqual(['a', 'b', null]);
    expect(matrix.columns).toEqual(['a', 'b']);
    expect([matrix.rowTotal('a'), matrix.columnTotal('b'), matrix.movedCount, matrix.total]).toEqual([13, 5, 5, 15]);
  });
});
