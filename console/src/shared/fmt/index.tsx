import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Day, Instant, LocaleTag, Money } from '../api/types';
import { useLocale } from '../i18n';
import * as date from './date';
import * as money from './money';
import * as number from './number';

export { MISSING } from './number';

/** Every figure on a screen passes through here: one locale, one time zone. */
export function createFmt(locale: LocaleTag, timeZone: string) {
  const zone = date.knownTimeZone(timeZone);
  return {
    locale,
    timeZone: zone,
    list: (items: string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items),
    count: (value: number) => number.formatCount(locale, value),
    compactCount: (value: number) => number.formatCompactCount(locale, value),
    decimal: (value: number, digits = 2) => number.formatDecimal(locale, value, digits, digits),
    number: (value: number, maxDigits = 2) => number.formatDecimal(locale, value, 0, maxDigits),
    compact: (value: number) => number.formatCompact(locale, value),
    percent: (ratio: number, digits = 1) => number.formatPercent(locale, ratio, digits),
    bytes: (bytes: number) => number.formatBytes(locale, bytes),
    money: (value: Money) => money.formatMoney(locale, value),
    moneyCompact: (value: Money) => money.formatMoneyCompact(locale, value),
    moneyShort: (value: Money) => money.formatMoneyShort(locale, value),
    signedMoney: (value: Money) => number.formatSigned(money.formatMoney(locale, value), value.minor),
    signedMoneyCompact: (value: Money) => number.formatSigned(money.formatMoneyCompact(locale, value), value.minor),
    symbol: (currency: string) => money.currencySymbol(locale, currency).trim(),
    listTime: (at: Instant) => date.formatListTime(zone, at, new Date()),
    fullTime: (at: Instant) => date.formatFullTime(zone, at),
    relative: (at: Instant) => date.formatRelative(locale, at, new Date()),
    day: (at: Instant): Day => date.dayOf(zone, at),
    daySentence: (day: Day) => date.formatDaySentence(locale, day),
    duration: (seconds: number) => date.formatDuration(locale, seconds),
  };
}

export type Fmt = ReturnType<typeof createFmt>;

const FmtContext = createContext<Fmt | null>(null);

export function FmtProvider({ timeZone, children }: { timeZone: string; children: ReactNode }) {
  const { locale } = useLocale();
  const fmt = useMemo(() => createFmt(locale, timeZone), [locale, timeZone]);
  return <FmtContext.Provider value={fmt}>{children}</FmtContext.Provider>;
}

export function useFmt(): Fmt {
  const fmt = useContext(FmtContext);
  if (!fmt) throw new Error('no time zone: render inside FmtProvider');
  return fmt;
}

/** Formats for times that belong to another zone than the brand's, such as those of a file. */
export function useFmtIn(timeZone: string | null): Fmt {
  const fmt = useFmt();
  return useMemo(() => (timeZone === null ? fmt : createFmt(fmt.locale, timeZone)), [fmt, timeZone]);
}
