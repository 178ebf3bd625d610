import type { Money } from '@/shared/api/types';

/** What somebody types as an amount, in smallest units, by digits: no fraction is ever rounded. Null: it is none. */
export function minorOf(text: string, exponent: number): number | null {
  const plain = text
    .trim()
    .replaceAll(',', '')
    .replace(/^[¥￥$€£]\s*/, '');
  if (plain === '') return 0;
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(plain);
  if (!match) return null;
  const decimals = (match[2] ?? '').replace(/0+$/, '');
  if (decimals.length > exponent) return null;
  return Number(match[1] + decimals.padEnd(exponent, '0'));
}

/** As it stands in a field. */
export function majorText(minor: number, exponent: number): string {
  if (minor === 0) return '';
  const digits = String(minor).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const decimals = digits.slice(digits.length - exponent);
  return exponent === 0 || /^0*$/.test(decimals) ? whole : `${whole}.${decimals}`;
}

export function moneyIn(brand: { currency: string; exponent: number }, minor: number): Money {
  return { minor, currency: brand.currency, exponent: brand.exponent };
}
