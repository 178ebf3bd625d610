import type { Day, Instant, LocaleTag, Month } from '../api/types';

/** Making one is slow, the first of a page most of all. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Throws for a zone that the browser does not know. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  let format = clocks.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(timeZone, format);
  }
  return format;
}

interface Clock {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
  second: string;
}

/** The fields of an instant on the wall clock of `timeZone`. */
export function clockIn(timeZone: string, at: Instant): Clock {
  const fields: Record<string, string> = {};
  for (const part of clockOf(timeZone).formatToParts(new Date(at))) fields[part.type] = part.value;
  return fields as unknown as Clock;
}

export function knownTimeZone(timeZone: string): string {
  try {
    clockOf(timeZone);
    return timeZone;
  } catch {
    return 'UTC';
  }
}

/** Lists: `11-11 20:03`, with the year when it is not the current one. */
export function formatListTime(timeZone: string, at: Instant, now: Date): string {
  const clock = clockIn(timeZone, at);
  const year = clockIn(timeZone, now.toISOString()).year === clock.year ? '' : `${clock.year}-`;
  return `${year}${clock.month}-${clock.day} ${clock.hour}:${clock.minute}`;
}

/** Details: `2026-11-11 20:03:05`. */
export function formatFullTime(timeZone: string, at: Instant): string {
  const clock = clockIn(timeZone, at);
  return `${clock.year}-${clock.month}-${clock.day} ${clock.hour}:${clock.minute}:${clock.second}`;
}

export function dayOf(timeZone: string, at: Instant): Day {
  const clock = clockIn(timeZone, at);
  return `${clock.year}-${clock.month}-${clock.day}`;
}

/** Less than a day away: "3 分钟前"; otherwise null and the caller shows the absolute time. */
export function formatRelative(locale: LocaleTag, at: Instant, now: Date): string | null {
  const seconds = Math.round((new Date(at).getTime() - now.getTime()) / 1000);
  if (Math.abs(seconds) >= 86_400) return null;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const [value, unit]: [number, Intl.RelativeTimeFormatUnit] =
    Math.abs(seconds) < 60
      ? [seconds, 'second']
      : Math.abs(seconds) < 3600
        ? [Math.round(seconds / 60), 'minute']
        : [Math.round(seconds / 3600), 'hour'];
  return spaced(format.format(value, unit));
}

/** A half-width space between figures and Chinese characters, as everywhere else on the screens. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=[\u4e00-\u9fff])/g, '$1 ');
}

/** Sentences: `11月11日 周三`, `Wed, 11 Nov`. */
export function formatDaySentence(locale: LocaleTag, day: Day): string {
  const date = new Date(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone: 'UTC',
    month: locale === 'en' ? 'short' : 'long',
    day: 'numeric',
    weekday: 'short',
  })
    .format(date)
    .replace(/日(?=周)/, '日 ');
}

export function addMonths(month: Month, count: number): Month {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const total = year * 12 + number - 1 + count;
  return `${Math.floor(total / 12)}-${String((total % 12) + 1).padStart(2, '0')}`;
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Duration as the two largest units: 3 小时 5 分, 2 m 10 s. */
export function formatDuration(locale: LocaleTag, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units = locale === 'en' ? [' h', ' min', ' s'] : [' 小时', ' 分', ' 秒'];
  const amounts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const first = amounts.findIndex((amount) => amount > 0);
  if (first < 0) return `0${units[2]}`;
  const parts = [`${amounts[first]}${units[first]}`];
  const next = first + 1;
  if (next < 3 && (amounts[next] ?? 0) > 0) parts.push(`${amounts[next]}${units[next]}`);
  return parts.join(' ');
}

export function monthsBetween(from: Month, to: Month): number {
  const [fromYear = 0, fromMonth = 1] = from.split('-').map(Number);
  const [toYear = 0, toMonth = 1] = to.split('-').map(Number);
  return (toYear - fromYear) * 12 + toMonth - fromMonth;
}
