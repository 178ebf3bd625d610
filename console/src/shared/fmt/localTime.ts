import type { Instant } from '../api/types';
import { clockIn } from './date';

// Fields of date and time (`datetime-local`) have no zone: what stands in them is the wall clock of the brand.

/** `2026-11-21T10:30`, as the field has it. */
export function localOf(timeZone: string, at: Instant): string {
  const { year, month, day, hour, minute } = clockIn(timeZone, at);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The instant of a field; null while there is none in it. An hour that a change of the clock leaves out is the one after it. */
export function instantOf(timeZone: string, local: string): Instant | null {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return null;
  const offsetAt = (ms: number) => {
    const clock = clockIn(timeZone, new Date(ms).toISOString());
    const shown = Date.parse(
      `${clock.year}-${clock.month}-${clock.day}T${clock.hour}:${clock.minute}:${clock.second}Z`,
    );
    return shown - Math.floor(ms / 1000) * 1000;
  };
  // The offset at the wall clock's own figures may be that of the other side of a change.
  const first = asUtc - offsetAt(asUtc);
  return new Date(asUtc - offsetAt(first)).toISOString().replace('.000Z', 'Z');
}
