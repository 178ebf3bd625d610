import type { ChangeEvent } from 'react';
import type { Messages } from '@/shared/i18n';
import type { Fields } from '@/shared/ui/useFields';

// Codes of what a brand registers itself: touch-points, tags and their groups, topics. One rule, as the server has it.

export const CODE_MAX = 40;
export const NAME_MAX = 60;
const CODE = /^[a-z][a-z0-9_]*$/;

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

/** The field of a name from which the code of a new thing is suggested, as long as nobody has typed a code of their own. */
export function suggestingCode<Form extends Record<keyof Form, string>>(
  form: Fields<Form>,
  name: keyof Form,
  code: keyof Form,
) {
  return {
    ...form.field(name),
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      const typed = event.currentTarget.value;
      if (form.values[code] === codeFrom(form.values[name])) form.set(code, codeFrom(typed));
      form.set(name, typed);
    },
  };
}

/** What is wrong with a code before it is sent; whether it is taken is for the server to say. */
export function codeFault(t: Messages, code: string, hint: string): { code?: string } {
  const typed = code.trim();
  if (typed === '') return { code: t.access.required };
  return CODE.test(typed) && typed.length <= CODE_MAX ? {} : { code: hint };
}

export interface Names {
  name_zh: string;
  name_en: string;
}

/** What is wrong with the two names that everything registered has. */
export function nameFaults(t: Messages, { name_zh, name_en }: Names): Partial<Names> {
  return {
    ...(name_zh.trim() === '' ? { name_zh: t.access.required } : {}),
    ...(name_en.trim() === '' ? { name_en: t.access.required } : {}),
  };
}
