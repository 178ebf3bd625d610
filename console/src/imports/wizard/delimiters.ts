import { lookup, type Messages } from '@/shared/i18n';

/** What may stand between two cells, as the server names it. */
export const DELIMITERS = [
  { value: ',', name: 'comma' },
  { value: ';', name: 'semicolon' },
  { value: '\t', name: 'tab' },
  { value: '|', name: 'pipe' },
] as const;

export function delimiterName(t: Messages, delimiter: string): string {
  const found = DELIMITERS.find((one) => one.value === delimiter);
  return found ? lookup(t.wizard.delimiters, found.name) : delimiter;
}
