import { describe, expect, it } from 'vitest';
import {
  addMonths,
  daysBetween,
  formatDaySentence,
  formatDuration,
  formatFullTime,
  formatListTime,
  formatRelative,
  monthsBetween,
} from './date';
import { createFmt } from './index';
import { formatMoney, formatMoneyCompact, majorToMinor } from './money';
import { formatBytes, formatCompactCount } from './number';

const cny = (minor: number) => ({ minor, currency: 'CNY', exponent: 2 });

describe('money', () => {
  it('shows all decimals in tables, in both languages', () => {
    expect(formatMoney('zh-CN', cny(183_450))).toBe('¥1,834.50');
    expect(formatMoney('en', cny(183_450))).toBe('¥1,834.50');
    expect(formatMoney('en', cny(-123_450))).toBe('-¥1,234.50');
    expect(formatMoney('en', { minor: 5, currency: 'GBP', exponent: 2 })).toBe('£0.05');
  });

  it('knows currencies without decimals and such without a symbol', () => {
    expect(formatMoney('en', { minor: 1234, currency: 'JPY', exponent: 0 })).toBe('¥1,234');
    expect(formatMoney('en', { minor: 123_456, currency: 'CHF', exponent: 2 })).toBe('CHF 1,234.56');
  });

  it('keeps every digit of amounts that a fraction would round', () => {
    expect(formatMoney('en', cny(900_719_925_474_099))).toBe('¥9,007,199,254,740.99');
  });

  it('is compact in 万 and 亿, or K and M, from ten thousand on', () => {
    expect(formatMoneyCompact('zh-CN', cny(1_234_567_000))).toBe('¥1234.57万');
    expect(formatMoneyCompact('zh-CN', cny(12_345_678_900))).toBe('¥1.23亿');
    expect(formatMoneyCompact('en', cny(1_234_567_000))).toBe('¥12.35M');
    expect(formatMoneyCompact('zh-CN', cny(999_900))).toBe('¥9,999');
    expect(formatMoneyCompact('zh-CN', cny(1_000_000))).toBe('¥1万');
    expect(formatMoneyCompact('en', cny(-214_350))).toBe('-¥2,143.50');
  });

  it('turns typed amounts into minor units', () => {
    expect(majorToMinor(19.99, 2)).toBe(1999);
    expect(majorToMinor(0.29, 2)).toBe(29);
  });
});

describe('counts, percentages, sizes', () => {
  it('shows counts completely up to six digits', () => {
    expect(formatCompactCount('zh-CN', 128_430)).toBe('128,430');
    expect(formatCompactCount('zh-CN', 12_345_678)).toBe('1234.57万');
    expect(formatCompactCount('en', 12_345_678)).toBe('12.35M');
  });

  it('gives percentages one decimal', () => {
    expect(createFmt('zh-CN', 'UTC').percent(0.035)).toBe('3.5%');
  });

  it('counts bytes in powers of 1024', () => {
    expect(formatBytes('en', 512)).toBe('512 B');
    expect(formatBytes('en', 6_176_397)).toBe('5.9 MiB');
  });
});

describe('dates', () => {
  const at = '2026-11-11T12:03:05Z';
  const now = new Date('2026-11-20T00:00:00Z');

  it('shows times on the clock of the brand', () => {
    expect(formatListTime('Asia/Shanghai', at, now)).toBe('11-11 20:03');
    expect(formatListTime('Europe/London', at, now)).toBe('11-11 12:03');
    expect(formatFullTime('Asia/Shanghai', at)).toBe('2026-11-11 20:03:05');
  });

  it('adds the year when it is not the current one', () => {
    expect(formatListTime('UTC', '2011-12-09T12:50:00Z', now)).toBe('2011-12-09 12:50');
  });

  it('crosses midnight where the brand is, not where the reader is', () => {
    expect(createFmt('zh-CN', 'Asia/Shanghai').day('2026-11-11T16:30:00Z')).toBe('2026-11-12');
  });

  it('is relative within a day only', () => {
    expect(formatRelative('en', '2026-11-19T23:57:00Z', now)).toBe('3 minutes ago');
    expect(formatRelative('zh-CN', '2026-11-19T23:57:00Z', now)).toBe('3 分钟前');
    expect(formatRelative('zh-CN', '2026-11-18T23:57:00Z', now)).toBeNull();
  });

  it('writes days in sentences', () => {
    expect(formatDaySentence('zh-CN', '2026-11-11')).toBe('11月11日 周三');
    expect(formatDaySentence('en', '2026-11-11').replace(',', '')).toBe('Wed 11 Nov');
  });

  it('counts months and days', () => {
    expect(addMonths('2010-12', 1)).toBe('2011-01');
    expect(addMonths('2011-01', -1)).toBe('2010-12');
    expect(monthsBetween('2010-12', '2011-12')).toBe(12);
    expect(daysBetween('2011-12-09', '2011-12-10')).toBe(1);
  });

  it('shows durations in their two largest units', () => {
    expect(formatDuration('zh-CN', 3900)).toBe('1 小时 5 分');
    expect(formatDuration('en', 130)).toBe('2 min 10 s');
    expect(formatDuration('en', 0)).toBe('0 s');
  });
});
