import type { FieldInformation } from './types';

/** A value as people read it: of several choices one after the other. */
export function shown(field: Pick<FieldInformation, 'type'>, value: string): string {
  if (field.type !== 'choices') return value;
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.join(' · ') : value;
  } catch {
    return value;
  }
}
