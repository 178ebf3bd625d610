import type { Messages } from '@/shared/i18n';
import type { Counter, CounterSettings } from './types';

/** As the server has it. */
export const NAME_MAX = 60;

/** As it is typed; nothing where none is chosen. */
export type CounterForm = Record<keyof CounterSettings, string>;

export const EMPTY: CounterForm = { name: '', place: '', clerk: '', code: '' };

export function formOf({ name, place, clerk, code }: Counter): CounterForm {
  return { name, place, clerk: clerk ?? '', code: code ?? '' };
}

export function settingsOf({ name, place, clerk, code }: CounterForm): CounterSettings {
  const orNull = (text: string) => (text === '' ? null : text);
  return { name: name.trim(), place, clerk: orNull(clerk), code: orNull(code) };
}

export function faultsOf(t: Messages, { name, place }: CounterForm): Partial<CounterForm> {
  return {
    ...(name.trim() === '' ? { name: t.access.required } : {}),
    ...(place === '' ? { place: t.access.required } : {}),
  };
}
