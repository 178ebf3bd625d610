import type { Day } from '../api/types';
import { toCsv } from '../ui/download';

export interface CsvFile {
  name: string;
  columns: string[];
  rows: (string | number)[][];
  /** The day and the currency of the figures. */
  asOf?: Day | null;
  currency?: string | null;
}

/** A file is read far from the screen that it was saved on, so every row says its currency and its day. */
export function csvText(file: CsvFile, words: { asOf: string; currency: string }): string {
  const shared: [string, string][] = [];
  if (file.currency) shared.push([words.currency, file.currency]);
  if (file.asOf) shared.push([words.asOf, file.asOf]);
  return toCsv([
    [...file.columns, ...shared.map(([name]) => name)],
    ...file.rows.map((row) => [...row, ...shared.map(([, value]) => value)]),
  ]);
}
