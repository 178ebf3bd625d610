import type { Messages } from '@/shared/i18n';
import { isTarget, NAME_MAX } from './limits';
import { majorText, minorOf } from './money';
import type { CodeChange } from './types';

/** As it is typed. */
export type EditForm = Record<'name' | 'target' | 'cost', string>;

interface Brand {
  currency: string;
  exponent: number;
}

export function formOf({ name, target, cost_minor }: CodeChange, { exponent }: Brand): EditForm {
  return { name, target, cost: majorText(cost_minor, exponent) };
}

/** What is wrong at which field. */
export function faultsOf(form: EditForm, brand: Brand, t: Messages): Partial<EditForm> {
  const { faults: f } = t.codes.form;
  const { name, target } = changeOf(form, brand);
  return {
    ...(name === '' || [...name].length > NAME_MAX ? { name: f.name } : {}),
    ...(isTarget(target) ? {} : { target: f.target }),
    ...(minorOf(form.cost, brand.exponent) === null ? { cost: f.cost } : {}),
  };
}

/** What is sent of a form without faults. */
export function changeOf(form: EditForm, { exponent }: Brand): CodeChange {
  return { name: form.name.trim(), target: form.target.trim(), cost_minor: minorOf(form.cost, exponent) ?? 0 };
}
