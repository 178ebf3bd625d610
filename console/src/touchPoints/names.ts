import type { LocaleTag } from '@/shared/api/types';
import type { TouchPointList, TouchPointNames } from './types';

/** As it is called in the language of the screen. */
export function nameOf({ name_zh, name_en }: TouchPointNames, locale: LocaleTag): string {
  return locale === 'en' ? name_en : name_zh;
}

/** The name for a code; the code itself where the registry does not have it, or has not come yet. */
export function namesByCode(list: TouchPointList | undefined, locale: LocaleTag): (code: string) => string {
  const names = new Map(list?.items.map(({ touch_point: one }) => [one.code, nameOf(one, locale)]));
  return (code) => names.get(code) ?? code;
}

/** Those that take new facts, for a field that chooses one. */
export function openChoices(list: TouchPointList | undefined, locale: LocaleTag): { value: string; label: string }[] {
  const open = list?.items.filter(({ touch_point: one }) => one.archived_at === null) ?? [];
  return open.map(({ touch_point: one }) => ({ value: one.code, label: nameOf(one, locale) }));
}
