import type { CsvFile } from '@/shared/charts/csv';
import type { Messages } from '@/shared/i18n';
import { linkOf } from './base';
import type { CodeRow } from './types';

interface Words {
  t: Messages;
  nameOfTouchPoint: (code: string) => string;
  /** Smallest units as an amount, without grouping. */
  amount: (minor: number) => number;
  currency: string;
  base: string;
}

/** What the list shows, all of its pages, with a column for each parameter that occurs. */
export function codesFile(rows: CodeRow[], { t, nameOfTouchPoint, amount, currency, base }: Words): CsvFile {
  const c = t.codes.column;
  const names = [...new Set(rows.flatMap(({ code }) => Object.keys(code.parameters)))].sort();
  return {
    name: 'codes.csv',
    currency,
    columns: [
      'id',
      t.codes.page.link,
      c.name,
      c.state,
      c.touchPoint,
      ...names,
      t.codes.page.target,
      c.scans,
      c.visitors,
      c.followed,
      c.followedBefore,
      c.registered,
      c.ordered,
      c.cost,
      c.last,
      c.created,
    ],
    rows: rows.map(({ code, ...row }) => [
      code.id,
      linkOf(base, code.path),
      code.name,
      code.state === 'paused' ? t.codes.states.paused : t.codes.states.active,
      nameOfTouchPoint(code.touch_point),
      ...names.map((name) => code.parameters[name] ?? ''),
      code.target,
      row.scans,
      row.visitors,
      row.followed,
      row.followed_before,
      row.registered,
      row.ordered,
      amount(code.cost_minor),
      row.last_scan_at ?? '',
      code.created_at,
    ]),
  };
}
