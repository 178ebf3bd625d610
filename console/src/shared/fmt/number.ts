import type { LocaleTag } from '../api/types';

export const MINUS = '-';
export const MISSING = '—';

/** From this many digits on, a figure that stands alone is shown in 万/亿 or K/M. */
const COMPACT_FROM = 10_000;
const COMPACT_COUNT_FROM = 1_000_000;

const cache = new Map<string, Intl.NumberFormat>();

function formatter(locale: LocaleTag, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let found = cache.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

export function formatDecimal(locale: LocaleTag, value: number, minDigits: number, maxDigits: number): string {
  return formatter(locale, { minimumFractionDigits: minDigits, maximumFractionDigits: maxDigits }).format(value);
}

export function formatCount(locale: LocaleTag, value: number): string {
  return formatDecimal(locale, value, 0, 0);
}

/** Compact figure; a plain grouped one below ten thousand. */
export function formatCompact(locale: LocaleTag, value: number): string {
  if (Math.abs(value) < COMPACT_FROM) return formatDecimal(locale, value, 0, 2);
  return compactDecimal(locale, value);
}

/** zh-CN: 万 and 亿 without grouping (1234.57万); en: K, M, B. */
function compactDecimal(locale: LocaleTag, value: number): string {
  return formatter(locale, { notation: 'compact', maximumFractionDigits: 2, useGrouping: false }).format(value);
}

/** Counts stay complete up to six digits. */
export function formatCompactCount(locale: LocaleTag, value: number): string {
  return Math.abs(value) < COMPACT_COUNT_FROM ? formatCount(locale, value) : compactDecimal(locale, value);
}

export function formatPercent(locale: LocaleTag, ratio: number, digits = 1): string {
  return formatter(locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    ratio,
  );
}

export function formatSigned(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function formatBytes(locale: LocaleTag, bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${formatDecimal(locale, value, 0, unit === 0 || value >= 100 ? 0 : 1)} ${BYTE_UNITS[unit]}`;
}
