import { readTable } from './create/table';

export const NETWORKS_MAX = 10_000;

export interface RegionRow {
  network: string;
  region: string;
}

interface Read {
  rows: RegionRow[];
  /** On which line each row stands. */
  lines: number[];
  /** The first line that is none; there are no rows then. */
  wrongLine: number | null;
}

/** Lines of a network and its region; a first line of names is left out. */
export function readRegions(text: string): Read {
  const rows: RegionRow[] = [];
  const lines: number[] = [];
  for (const [place, { line, cells }] of readTable(text).entries()) {
    const [network = '', region = '', ...more] = cells;
    const isNetwork = /^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(network);
    if (place === 0 && !isNetwork && cells.length === 2 && region !== '' && /^[a-z]+$|网段/i.test(network)) continue;
    if (!isNetwork || region === '' || more.some((cell) => cell !== ''))
      return { rows: [], lines: [], wrongLine: line };
    rows.push({ network, region });
    lines.push(line);
  }
  return { rows, lines, wrongLine: null };
}

/** The line of the row that the server has refused, by the place in its pointer: `/networks/1/network` is the second. */
export function refusedLine(pointer: string, lines: number[]): number | null {
  const place = /^\/networks\/(\d+)\//.exec(pointer)?.[1];
  return place === undefined ? null : (lines[Number(place)] ?? null);
}
