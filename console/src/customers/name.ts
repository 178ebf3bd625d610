import type { CustomerRow } from '@/shared/api/types';
import { mask, type PersonalKind } from '@/shared/privacy/mask';
import { usePersonal } from '@/shared/privacy/Privacy';

/** A name, else the first identifier, else our own id: nobody is nameless. */
export function customerName(row: CustomerRow): { kind: PersonalKind; value: string } {
  if (row.display_name) return { kind: 'name', value: row.display_name };
  const [first] = row.identifiers;
  return first ? { kind: first.type, value: first.value } : { kind: 'id', value: row.id };
}

/** For titles of tabs, which the browser keeps in its history: masked, whatever the screen shows. */
export function maskedName(row: CustomerRow): string {
  const { kind, value } = customerName(row);
  return mask(kind, value);
}

/** How lists call a customer. */
export function useCustomerName(): (row: CustomerRow) => string {
  const personal = usePersonal();
  return (row) => {
    const { kind, value } = customerName(row);
    return personal(kind, value);
  };
}
