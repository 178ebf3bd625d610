import type { Fmt } from '@/shared/fmt';

/** Rates are set in hundredths of a percent: 42.25 % must not read 42 %, and 42 % needs no decimals. */
export function rateText(fmt: Fmt, ratio: number): string {
  return `${fmt.number(ratio * 100, 2)}%`;
}
