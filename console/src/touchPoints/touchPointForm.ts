import { codeFault, nameFaults } from '@/app/forms/codes';
import type { Messages } from '@/shared/i18n';
import type { NewTouchPoint } from './types';

export const EMPTY: NewTouchPoint = { code: '', name_zh: '', name_en: '' };

/** What is wrong before it is sent; whether a code is taken is for the server to say. */
export function faultsOf(t: Messages, form: NewTouchPoint): Partial<NewTouchPoint> {
  return { ...codeFault(t, form.code, t.touchPoints.form.codeHint), ...nameFaults(t, form) };
}
