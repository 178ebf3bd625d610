import { readTable } from './create/table';

export const NETWORKS_MAX = 10_000;

export interface RegionRow {
  network: string;
  region: string;
}

/** Lines of a network and its region; a first line of names is left out. The line that is neither comes back instead. */
export function readRegions(text: string): { rows: RegionRow[]; wrongLine: number | null } {
  const rows: RegionRow[] = [];
  for (const [place, { line, cells }] of readTable(text).entries()) {
    const [network = '', region = '', ...more] = cells;
    const isNetwork = /^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(network);
    if (place === 0 && !isNetwork && cells.length === 2 && region !== '' && /^[a-z]+$|网段/i.test(network)) continue;
    if (!isNetwork || region === '' || more.some((cell) => cell !== '')) return { rows: [], wrongLine: line };
    rows.push({ network, region });
  }
  return { rows, wrongLine: null };
}
