import type { ActiveCell } from './types';

/** As the server names them. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const SLOTS = ['night', 'morning', 'afternoon', 'evening'] as const;

export function cellAt(cells: ActiveCell[], weekday: string, slot: string): ActiveCell | undefined {
  return cells.find((cell) => cell.weekday === weekday && cell.slot === slot);
}

/** Step 0–7 of the sequential scale: 7 is every week. */
export function stepOf(weeks: number, of: number): number {
  return of > 0 ? Math.min(7, Math.ceil((7 * weeks) / of)) : 0;
}
