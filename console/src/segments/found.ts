import type { Fmt } from '@/shared/fmt';
import type { FoundValue } from './types';

const MONEY = /^(-?)(\d+)(?:\.(\d+))? ([A-Z]{3})$/;

/** `500.00 CNY` as amounts are shown; as it is where it is no amount. */
function moneyText(fmt: Fmt, text: string): string {
  const [, sign, whole, decimals = '', currency] = MONEY.exec(text) ?? [];
  if (whole === undefined || currency === undefined) return text;
  return fmt.money({ minor: Number(`${sign}${whole}${decimals}`), currency, exponent: decimals.length });
}

/** What a part of a rule came to. Texts say something of a person: `personal` covers what names them. */
export function foundText(
  fmt: Fmt,
  personal: (text: string) => string,
  words: { yes: string; no: string },
  value: FoundValue,
): string {
  if (typeof value === 'string') return personal(value);
  if (typeof value === 'number') return fmt.number(value, 6);
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if ('money' in value) return moneyText(fmt, value.money);
  if ('day' in value) return value.day;
  return fmt.listTime(value.instant);
}
