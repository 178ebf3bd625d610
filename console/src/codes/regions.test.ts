import { expect, it } from 'vitest';
import { readRegions, refusedLine } from './regions';

it('reads a network and its region from each line', () => {
  expect(readRegions('network,region\n203.0.113.0/24,上海\n\n2001:db8::/32,"Hang Zhou"')).toEqual({
    rows: [
      { network: '203.0.113.0/24', region: '上海' },
      { network: '2001:db8::/32', region: 'Hang Zhou' },
    ],
    lines: [2, 4],
    wrongLine: null,
  });
  expect(readRegions('网段\t地区\n10.0.0.0/8\t办公室').rows).toHaveLength(1);
});

it('names the first line that is none', () => {
  expect(readRegions('203.0.113.0/24,上海\n198.51.100.0/24').wrongLine).toBe(2);
  expect(readRegions('Shanghai,203.0.113.0/24\n203.0.113.0/24,x,y').wrongLine).toBe(2);
  expect(readRegions('')).toEqual({ rows: [], lines: [], wrongLine: null });
});

it('finds the line that the server refused', () => {
  expect(refusedLine('/networks/1/network', [2, 4])).toBe(4);
  expect(refusedLine('/networks', [2, 4])).toBeNull();
});
