import { addMonths } from '@/shared/fmt/date';

/** The list knows in which of so many months from the first purchase on somebody bought. */
export const LISTED_MONTHS = 126;

type Search = Record<string, string>;

/** `valued` leaves out who came after the run: empty while the run knows everybody. */
export function cohortSearch(cohort: string, valued: Search): Search {
  return { cohort, ...valued };
}

/** Null where the list cannot be asked. */
export function cellSearch(cohort: string, monthIndex: number, valued: Search): Search | null {
  if (monthIndex >= LISTED_MONTHS) return null;
  return { ...cohortSearch(cohort, valued), bought_in: addMonths(cohort, monthIndex) };
}
