import type { Messages } from '@/shared/i18n';
import type { NewTouchPoint } from './types';

/** As the server has it. */
export const CODE_MAX = 40;
export const NAME_MAX = 60;
const CODE = /^[a-z][a-z0-9_]*$/;

export const EMPTY: NewTouchPoint = { code: '', name_zh: '', name_en: '' };

export function trimmed(form: NewTouchPoint): NewTouchPoint {
  return { code: form.code.trim(), name_zh: form.name_zh.trim(), name_en: form.name_en.trim() };
}

type Errors = Partial<Record<keyof NewTouchPoint, string>>;

/** What is wrong before it is sent; whether a code is taken is for the server to say. */
export function faultsOf(t: Messages, form: NewTouchPoint): Errors {
  const { code, name_zh, name_en } = trimmed(form);
  const found: Errors = {};
  if (code === '') found.code = t.access.required;
  else if (!CODE.test(code) || code.length > CODE_MAX) found.code = t.touchPoints.form.codeHint;
  if (name_zh === '') found.name_zh = t.access.required;
  if (name_en === '') found.name_en = t.access.required;
  return found;
}

/** A code from an English name, as a suggestion: `Pop-up store` → `pop_up_store`. */
export function codeFrom(name: string): string {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .replace(/_+$/, '');
  return plain.slice(0, CODE_MAX).replace(/_+$/, '');
}
