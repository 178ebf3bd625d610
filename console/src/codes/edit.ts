import type { Fmt } from '@/shared/fmt';
import type { Messages } from '@/shared/i18n';
import { isTarget, NAME_MAX } from './limits';
import { majorText, minorOf, moneyIn } from './money';
import type { Code, CodeChange } from './types';

/** As it is typed. */
export type EditForm = Record<'name' | 'target' | 'cost', string>;

interface Brand {
  currency: string;
  exponent: number;
}

export function formOf({ name, target, cost_minor }: CodeChange, { exponent }: Brand): EditForm {
  return { name, target, cost: majorText(cost_minor, exponent) };
}

type Faults = Partial<Record<keyof EditForm, string>>;

/** What may be sent, or what is wrong at which field. */
export function changeOf(form: EditForm, brand: Brand, t: Messages): { change: CodeChange | null; faults: Faults } {
  const { faults: f } = t.codes.form;
  const [name, target] = [form.name.trim(), form.target.trim()];
  const cost = minorOf(form.cost, brand.exponent);
  const faults: Faults = {};
  if (name === '' || [...name].length > NAME_MAX) faults.name = f.name;
  if (!isTarget(target)) faults.target = f.target;
  if (cost === null) faults.cost = f.cost;
  const isGood = Object.keys(faults).length === 0;
  return { change: isGood && cost !== null ? { name, target, cost_minor: cost } : null, faults };
}

const FIELDS: (keyof EditForm)[] = ['name', 'target', 'cost'];

/** The fields of a form that are not as it began. */
export function changedFields(before: EditForm, after: EditForm): (keyof EditForm)[] {
  return FIELDS.filter((field) => before[field] !== after[field].trim());
}

/** Mine on top of what somebody else has made of it meanwhile. */
export function onTop(base: EditForm, mine: EditForm, theirs: EditForm): EditForm {
  const own = changedFields(base, mine).map((field) => [field, mine[field]]);
  return { ...theirs, ...Object.fromEntries(own) };
}

/** What they changed, a line for each field. */
export function changeLines(t: Messages, fmt: Fmt, brand: Brand, before: Code, after: Code): string[] {
  const { form: f } = t.codes;
  const say = (code: Code, field: keyof EditForm) =>
    field === 'cost' ? fmt.money(moneyIn(brand, code.cost_minor)) : code[field];
  const names = { name: f.name, target: f.target, cost: f.cost };
  return FIELDS.filter((field) => say(before, field) !== say(after, field)).map((field) =>
    t.common.changed(names[field], say(before, field), say(after, field)),
  );
}
