import { describe, expect, it } from 'vitest';
import { shadeOf, shortName, TILES, tileBeside } from './tiles';

describe('the tiles of the map', () => {
  it('are thirty-four, each in a place of its own', () => {
    const places = Object.values(TILES).map(([column, row]) => `${column}/${row}`);
    expect(places).toHaveLength(34);
    expect(new Set(places).size).toBe(34);
  });

  it('are reached from each other by the arrow keys, all of them', () => {
    const reached = new Set(['11']);
    for (const code of reached)
      for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
        const next = tileBeside(code, key);
        if (next) reached.add(next);
      }
    expect(reached.size).toBe(34);
    expect(tileBeside('33', 'ArrowUp')).toBe('32');
    expect(tileBeside('65', 'ArrowLeft')).toBeNull();
    expect(tileBeside('33', 'Enter')).toBeNull();
  });

  it('are darker with more members, and nobody is no shade at all', () => {
    expect([0, 1, 25, 56, 100].map((members) => shadeOf(members, 100))).toEqual([0, 1, 2, 3, 4]);
    expect(shadeOf(1, 1_000_000)).toBe(1);
    expect(shadeOf(0, 0)).toBe(0);
  });

  it('say the names as people do', () => {
    const names = ['浙江省', '北京市', '内蒙古自治区', '新疆维吾尔自治区', '香港特别行政区', '西藏自治区'];
    expect(names.map(shortName)).toEqual(['浙江', '北京', '内蒙古', '新疆', '香港', '西藏']);
  });
});
