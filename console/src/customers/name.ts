import type { CustomerRow } from '@/shared/api/types';

/** A name, else the first identifier, else our own id: nobody is nameless. */
export function customerName(row: CustomerRow): string {
  return row.display_name ?? row.identifiers[0]?.value ?? row.id;
}
