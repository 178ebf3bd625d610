import type { Messages } from '@/shared/i18n';
import type { OwnPath, Path, PathStep, Paths } from './api';

// As the server has it.
export const STEPS_MIN = 2;
export const STEPS_MAX = 8;
export const OWN_PATHS_MAX = 10;
const WITHIN_HOURS_MAX = 8_784;

export const KINDS = ['touch_point', 'visit', 'event', 'scan', 'order', 'ticket', 'sign_up'] as const;

/** As it is typed. */
export interface StepForm {
  kind: string;
  names: string;
  touch_point: string;
  channel: string;
  within_hours: string;
}

/** `steps` is their list as JSON: one field of the form, which others change as a whole too. */
export type PathForm = Record<'code' | 'name_zh' | 'name_en' | 'steps', string>;

export const EMPTY_STEP: StepForm = { kind: 'order', names: '', touch_point: '', channel: '', within_hours: '' };
export const EMPTY: PathForm = {
  code: '',
  name_zh: '',
  name_en: '',
  steps: JSON.stringify([{ ...EMPTY_STEP, kind: 'scan' }, EMPTY_STEP]),
};

export const hasNames = (kind: string) => kind !== 'order' && kind !== 'touch_point';
export const stepsOf = (form: Pick<PathForm, 'steps'>) => JSON.parse(form.steps) as StepForm[];

const listOf = (text: string) => [
  ...new Set(
    text
      .split(/[,，]/)
      .map((name) => name.trim())
      .filter(Boolean),
  ),
];

export function formOf({ code, name_zh, name_en, steps }: OwnPath): PathForm {
  const typed = steps.map((step) => ({
    kind: step.kind,
    names: step.names.join(', '),
    touch_point: step.touch_point ?? '',
    channel: step.channel ?? '',
    within_hours: step.within_hours === null ? '' : String(step.within_hours),
  }));
  return { code, name_zh, name_en, steps: JSON.stringify(typed) };
}

export function pathOf(form: PathForm): OwnPath {
  const steps = stepsOf(form).map(
    (step, place): PathStep => ({
      kind: step.kind,
      names: hasNames(step.kind) ? listOf(step.names) : [],
      touch_point: step.touch_point || null,
      channel: step.channel.trim() || null,
      within_hours: place === 0 || step.within_hours.trim() === '' ? null : Number(step.within_hours),
    }),
  );
  return { code: form.code, name_zh: form.name_zh, name_en: form.name_en, steps };
}

export const ownOf = ({ items }: Paths): OwnPath[] =>
  items
    .filter(({ is_preset }) => !is_preset)
    .map(({ code, name_zh, name_en, steps }) => ({ code, name_zh, name_en, steps }));

/** The brand's own paths with this one, in the place of an earlier one of its code. */
export function withPath(paths: Paths, path: OwnPath): OwnPath[] {
  const own = ownOf(paths);
  return own.some(({ code }) => code === path.code)
    ? own.map((one) => (one.code === path.code ? path : one))
    : [...own, path];
}

export function faultsOf(
  { form: f }: Messages['paths'],
  count: (number: number) => string,
  form: PathForm,
): Partial<PathForm> {
  const faults: Partial<PathForm> = {};
  for (const field of ['name_zh', 'name_en'] as const)
    if (form[field].trim() === '' || [...form[field].trim()].length > 60) faults[field] = f.needsName;
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(form.code)) faults.code = f.codeHint;
  const wrong = stepsOf(form).map((step, place) => {
    const number = count(place + 1);
    const hours = step.within_hours.trim();
    if (step.kind === 'event' && listOf(step.names).length === 0) return f.needsNames(number);
    if (step.kind === 'touch_point' && step.touch_point === '') return f.needsTouchPoint(number);
    const isWhole = /^\d+$/.test(hours) && Number(hours) >= 1 && Number(hours) <= WITHIN_HOURS_MAX;
    return place > 0 && hours !== '' && !isWhole ? f.wrongHours(number) : null;
  });
  const first = wrong.find((one) => one !== null);
  if (first) faults.steps = first;
  return faults;
}

/** Of a path, in the language of the page. */
export const nameIn = (locale: string, path: Pick<Path, 'name_zh' | 'name_en'>) =>
  locale === 'en' ? path.name_en : path.name_zh;
