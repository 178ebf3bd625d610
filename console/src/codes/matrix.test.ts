import { expect, it } from 'vitest';
import { matrixOf } from './matrix';

const at = (hour: string, region: string | null, scans: number) => ({ hour, region, scans });

it('region by hour of the day adds up to the scans; the same hour of two days is one column', () => {
  const matrix = matrixOf(
    [
      at('2026-11-20T01:00:00Z', 'Shanghai', 3),
      at('2026-11-21T01:00:00Z', 'Shanghai', 2),
      at('2026-11-20T03:00:00Z', '杭州', 9),
      at('2026-11-20T01:00:00Z', null, 40),
    ],
    'Asia/Shanghai',
  );
  expect(matrix.hours).toEqual(['09:00', '10:00', '11:00']);
  expect(matrix.rows).toEqual([
    { region: '杭州', cells: [0, 0, 9], scans: 9 },
    { region: 'Shanghai', cells: [5, 0, 0], scans: 5 },
    { region: null, cells: [40, 0, 0], scans: 40 },
  ]);
  expect([matrix.totals, matrix.scans, matrix.largest]).toEqual([[45, 0, 9], 54, 40]);
});

it('a clock of half hours says so', () => {
  expect(matrixOf([at('2026-11-20T03:00:00Z', null, 1)], 'Asia/Kolkata').hours).toEqual(['08:30']);
});

it('without scans there is nothing', () => {
  expect(matrixOf([], 'UTC')).toEqual({ hours: [], rows: [], totals: [], scans: 0, largest: 0 });
});
