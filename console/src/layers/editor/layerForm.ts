import { CODE_MAX, codeFault, NAME_MAX } from '@/app/forms/codes';
import { inLines } from '@/segments/ruleText';
import type { Messages } from '@/shared/i18n';
import type { Layer, LayerSettings, LayerTemplate, StageSettings } from '../types';

export const DESCRIPTION_MAX = 1000;
export const STAGES_MAX = 130;
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

export const STAGE: StageSettings = { code: '', name: '', text: '' };
export const EMPTY: LayerForm = { name: '', code: '', description: '', base: '', stages: JSON.stringify([STAGE]) };

export const stagesOf = (form: Pick<LayerForm, 'stages'>): StageSettings[] => JSON.parse(form.stages);

const stageText = ({ code, name, text }: StageSettings): StageSettings => ({ code, name, text: inLines(text) });

export function formOf({ name, code, description, base, stages }: Layer): LayerForm {
  return {
    name,
    code,
    description,
    base: base ? inLines(base.text) : '',
    stages: JSON.stringify(stages.map(stageText)),
  };
}

/** What a template gives to begin with. The code stays free to choose. */
export function formOfTemplate({ name, code, description, base, stages }: LayerTemplate): LayerForm {
  return { name, code, description, base: inLines(base ?? ''), stages: JSON.stringify(stages.map(stageText)) };
}

export function settingsOf({ name, description, base, ...form }: LayerForm): LayerSettings {
  return { name, description, base: base.trim() === '' ? null : { text: base }, stages: stagesOf(form) };
}

export const faultAt = (place: number, field: keyof StageSettings) => `stages.${place}.${field}`;

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
