import { describe, expect, it } from 'vitest';
import { en } from '@/shared/i18n/en';
import { gridCells, gridFile, heatStep } from './grid';

const money = (minor: number) => ({ minor, currency: 'GBP', exponent: 2 });
const cells = [
  { r: 5, f: 5, m: 5, customers: 3, revenue: money(300) },
  { r: 5, f: 5, m: 4, customers: 2, revenue: money(150) },
  { r: 1, f: 2, m: 1, customers: 7, revenue: money(70) },
];

describe('RFM grid', () => {
  it('adds the cells of all M', () => {
    const grid = gridCells(cells, null);
    expect(grid.get('55')).toMatchObject({ customers: 5, revenue: money(450) });
    expect(grid.get('12')).toMatchObject({ customers: 7 });
  });

  it('takes one M alone', () => {
    const grid = gridCells(cells, 5);
    expect(grid.get('55')?.customers).toBe(3);
    expect(grid.has('12')).toBe(false);
  });

  it('does not change what it was given', () => {
    gridCells(cells, null);
    expect(cells[0]?.revenue.minor).toBe(300);
  });

  it('scales from nothing to the darkest step', () => {
    expect(heatStep(0, 100)).toBe(0);
    expect(heatStep(100, 100)).toBe(7);
    expect(heatStep(1, 10_000)).toBe(1);
    expect(heatStep(-5, 100)).toBe(0);
  });
});

describe('the file of the grid', () => {
  const report = {
    as_of: '2011-12-09',
    currency: 'GBP',
    cut_points: { r: [], f: [], m: [] },
    definition: {},
    cells,
    groups: [],
    buyers: 12,
  };

  it('has one line a cell, the best first, with the day and the currency', () => {
    const file = gridFile(report, null, en.value.rfm);
    expect(file.rows).toEqual([
      [5, 5, 'All M', 5, 4.5],
      [1, 2, 'All M', 7, 0.7],
    ]);
    expect([file.asOf, file.currency]).toEqual(['2011-12-09', 'GBP']);
  });

  it('keeps to the M that is chosen', () => {
    expect(gridFile(report, 4, en.value.rfm).rows).toEqual([[5, 5, 4, 2, 1.5]]);
  });
});
