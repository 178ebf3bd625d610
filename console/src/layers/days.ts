const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

export const isDay = (text: string | undefined): text is string => DAY.test(text ?? '');

export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first day at whose beginning it was written down who was in the stages of a layer that was made on this day. */
export const firstKnownDay = (madeOn: string) => daysAfter(madeOn, 1);
