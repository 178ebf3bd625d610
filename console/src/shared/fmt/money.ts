import type { LocaleTag, Money } from '../api/types';
import { formatCompact, formatDecimal, MINUS } from './number';

/** ISO 4217 for "none": amounts from before the brand has a currency. */
const NO_CURRENCY = 'XXX';

const symbols = new Map<string, string>();

/** `narrowSymbol`, because the default of English would write "CN¥". */
export function currencySymbol(locale: LocaleTag, currency: string): string {
  const key = `${locale} ${currency}`;
  let symbol = symbols.get(key);
  if (symbol === undefined) {
    try {
      const parts = new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
      }).formatToParts(0);
      symbol = parts.find((part) => part.type === 'currency')?.value ?? currency;
    } catch {
      symbol = currency;
    }
    if (currency === NO_CURRENCY) symbol = '';
    if (/[A-Za-z]$/.test(symbol)) symbol += ' ';
    symbols.set(key, symbol);
  }
  return symbol;
}

/** Minor units as decimal text, by digits: a sum of several thousand million never passes through a fraction. */
function decimalText(locale: LocaleTag, minor: number, exponent: number): string {
  const absolute = BigInt(Math.abs(Math.trunc(minor)));
  const scale = 10n ** BigInt(exponent);
  const whole = new Intl.NumberFormat(locale).format(absolute / scale);
  if (exponent === 0) return whole;
  return `${whole}.${(absolute % scale).toString().padStart(exponent, '0')}`;
}

/** For tables, ledgers and forms: always all decimals. */
export function formatMoney(locale: LocaleTag, money: Money): string {
  const sign = money.minor < 0 ? MINUS : '';
  return sign + currencySymbol(locale, money.currency) + decimalText(locale, money.minor, money.exponent);
}

export function moneyMajor(money: Money): number {
  return money.minor / 10 ** money.exponent;
}

/** For figures that stand alone and for axes. `Intl` compact with a currency style writes "¥1.00万", so it is composed. */
export function formatMoneyCompact(locale: LocaleTag, money: Money): string {
  const major = moneyMajor(money);
  const sign = major < 0 ? MINUS : '';
  const absolute = Math.abs(major);
  const digits = absolute < 10_000 && !Number.isInteger(absolute);
  const text = digits ? formatDecimal(locale, absolute, 2, 2) : formatCompact(locale, absolute);
  return sign + currencySymbol(locale, money.currency) + text;
}

/** For axes and cells with little room: no decimals below ten thousand, one above. */
export function formatMoneyShort(locale: LocaleTag, money: Money): string {
  const major = moneyMajor(money);
  const sign = major < 0 ? MINUS : '';
  const absolute = Math.abs(major);
  const text =
    absolute < 10_000
      ? formatDecimal(locale, absolute, 0, absolute < 10 ? 2 : 0)
      : new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(absolute);
  return sign + currencySymbol(locale, money.currency) + text;
}

export function addMoney(a: Money, b: Money): Money {
  return { ...a, minor: a.minor + b.minor };
}

export function majorToMinor(major: number, exponent: number): number {
  return Math.round(major * 10 ** exponent);
}
