import { CODE_MAX, codeFault, NAME_MAX } from '@/app/forms/codes';
import { inLines } from '@/segments/ruleText';
import type { Messages } from '@/shared/i18n';
import type { Layer, LayerSettings, LayerTemplate, StageSettings } from '../types';

export const DESCRIPTION_MAX = 1000;
export const STAGES_MAX = 130;
/** Stages whose people are counted while they are written: each is asked for by itself. */
export const STAGES_COUNTED = 12;
/** The address of the page that makes one. */
const NEW = 'new';

/** Stages are kept as one text, so that a draft and a comparison with what others saved have them as they stand. */
export interface LayerForm {
  name: string;
  code: string;
  description: string;
  base: string;
  stages: string;
}

export interface FormStage extends StageSettings {
  /** It has a segment with this code. */
  isKept?: true;
}

export const STAGE: FormStage = { code: '', name: '', text: '' };
export const EMPTY: LayerForm = { name: '', code: '', description: '', base: '', stages: JSON.stringify([STAGE]) };

export const stagesOf = (form: Pick<LayerForm, 'stages'>): FormStage[] => JSON.parse(form.stages);

const stageText = ({ code, name, text }: StageSettings): FormStage => ({ code, name, text: inLines(text) });

export function formOf({ name, code, description, base, stages }: Layer): LayerForm {
  return {
    name,
    code,
    description,
    base: base ? inLines(base.text) : '',
    stages: JSON.stringify(stages.map((one) => ({ ...stageText(one), isKept: true }))),
  };
}

/** What a template gives to begin with. The code stays free to choose. */
export function formOfTemplate({ name, code, description, base, stages }: LayerTemplate): LayerForm {
  return { name, code, description, base: inLines(base ?? ''), stages: JSON.stringify(stages.map(stageText)) };
}

export function settingsOf({ name, description, base, ...form }: LayerForm): LayerSettings {
  return {
    name,
    description,
    base: base.trim() === '' ? null : { text: base },
    stages: stagesOf(form).map(({ isKept: _, ...stage }) => stage),
  };
}

/** Who is in a stage as the form has it: within the base, without whoever an earlier stage has. Null where a rule is missing. */
export function whoOf(base: string, stages: StageSettings[], place: number): string | null {
  const rules = stages.slice(0, place + 1).map(({ text }) => text.trim());
  if (rules.includes('')) return null;
  const own = rules[place] ?? '';
  return [base.trim(), own]
    .filter((text) => text !== '')
    .map((text) => `(${text})`)
    .concat(rules.slice(0, place).map((text) => `not (${text})`))
    .join(' and ');
}

export const faultAt = (place: number, field: keyof StageSettings) => `stages.${place}.${field}`;

type Faults = Partial<Record<string, string>>;

/** What is still wrong once the stages are other ones: faults go with their stage, and with a field that was changed. */
export function faultsAfter(before: FormStage[], after: FormStage[], faults: Faults): Faults {
  const kept = Object.entries(faults).filter(([key]) => key !== 'stages' && !key.startsWith('stages.'));
  for (const [place, stage] of after.entries()) {
    const same = before.indexOf(stage);
    // Who is not there as it was is the one that was changed in its place.
    const was = same >= 0 ? same : before.length === after.length ? place : -1;
    for (const [key, text] of Object.entries(faults)) {
      const [, at, field] = /^stages\.(\d+)\.(.+)$/.exec(key) ?? [];
      if (at === undefined || field === undefined || Number(at) !== was) continue;
      const typed = (field === 'rule' ? 'text' : field) as keyof StageSettings;
      if (before[was]?.[typed] === stage[typed]) kept.push([`stages.${place}.${field}`, text]);
    }
  }
  return Object.fromEntries(kept);
}

/** What is wrong before it is sent; what is wrong with a rule the server says. */
export function faultsOf(t: Messages, form: LayerForm): Partial<Record<keyof LayerForm, string>> {
  const e = t.layers.editor;
  const { required } = t.access;
  const faults: Record<string, string> = {};
  if (form.name.trim() === '') faults.name = required;
  Object.assign(faults, codeFault(t, form.code, e.codeHint));
  if (form.code.trim() === NEW) faults.code = e.codeIsNew;
  const stages = stagesOf(form);
  for (const [place, { code, name, text }] of stages.entries()) {
    const wrong = codeFault(t, code, e.stageCodeHint).code;
    if (wrong) faults[faultAt(place, 'code')] = wrong;
    else if (stages.findIndex((one) => one.code === code) < place) faults[faultAt(place, 'code')] = e.twice;
    if (name.trim() === '' || name.length > NAME_MAX) faults[faultAt(place, 'name')] = required;
    if (text.trim() === '') faults[faultAt(place, 'text')] = e.ruleRequired;
  }
  return faults;
}

/** The stages of two versions, by name, for whoever is told what others saved. */
export const saidStages = (stages: string) =>
  stagesOf({ stages })
    .map(({ name, text }) => `${name}: ${text.replaceAll('\n', ' ')}`)
    .join(' → ')
    .slice(0, CODE_MAX * 10);
