import { daysOf, type SpanSearch } from '@/app/forms/span';
import type { Day, Money } from '@/shared/api/types';
import type { Fmt } from '@/shared/fmt';
import type { ReachDays } from './api';

/** Where the address says nothing. */
export const USUAL = '30';
/** The most that the server counts. */
const DAYS_MAX = 366;
const DAY_MS = 86_400_000;
const MILLI = 1000;
const SIGNIFICANT = 3;

/** What the address asks for, with both days; null where it is the wrong way round, or too long. */
export function reachDays(search: SpanSearch, today: Day): ReachDays | null {
  const { from, until } = daysOf({ ...search, days: search.days === 'all' ? undefined : search.days }, today, USUAL);
  if (from === null) return null;
  const to = until ?? today;
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days >= 1 && days <= DAYS_MAX ? { from, to } : null;
}

/** Thousandths of the smallest unit, as a plain number of the unit. */
export function milliMajor(milli: number, { exponent }: Pick<Money, 'exponent'>): number {
  return milli / MILLI / 10 ** exponent;
}

/** An amount of thousandths: below a whole unit with three digits that say something, else as amounts are. */
export function milliText(
  fmt: Fmt,
  milli: number,
  { currency, exponent }: Pick<Money, 'currency' | 'exponent'>,
): string {
  const major = milliMajor(milli, { exponent });
  const symbol = fmt.symbol(currency);
  const space = /[A-Za-z]$/.test(symbol) ? ' ' : '';
  const digits = major > 0 && major < 1 ? Math.floor(-Math.log10(major)) + SIGNIFICANT : exponent;
  const isWhole = Number(major.toFixed(digits)) === Number(major.toFixed(exponent));
  return symbol + space + (isWhole ? fmt.decimal(major, exponent) : fmt.number(major, digits));
}
