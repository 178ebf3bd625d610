import { soldBy } from '../sales';
import type { RankingRow } from '../types';

/** The rows as the server orders them, with their place: who signed up as many and sold as much shares it. */
export function ranked(rows: RankingRow[]): { place: number; row: RankingRow }[] {
  let place = 0;
  return rows.map((row, index) => {
    const before = rows[index - 1];
    const isSame =
      before !== undefined && before.sign_ups === row.sign_ups && soldBy(before).net.minor === soldBy(row).net.minor;
    if (!isSame) place = index + 1;
    return { place, row };
  });
}
