import { CODE_MAX, NAME_MAX } from '@/app/forms/codes';
import type { LayerItem } from '@/layers/types';
import type { Messages } from '@/shared/i18n';
import type { Priorities, PriorityEntry } from '../types';

export const ENTRIES_MAX = 200;

/** Entries are kept as one text, so that a draft and a comparison with what others saved have them as they stand. */
export interface PrioritiesForm {
  entries: string;
}

/** A stage by the codes of its layer and its own, as one value of a select. */
export interface EntryForm {
  at: string;
  plan: string;
}

export const ENTRY: EntryForm = { at: '', plan: '' };
export const NONE: PrioritiesForm = { entries: '[]' };

export const atOf = (layer: string, stage: string) => `${layer}/${stage}`;
export const entriesOf = ({ entries }: PrioritiesForm): EntryForm[] => JSON.parse(entries);

export function formOf({ entries }: Priorities): PrioritiesForm {
  return { entries: JSON.stringify(entries.map(({ layer, stage, plan }) => ({ at: atOf(layer, stage), plan }))) };
}

export const sentOf = (form: PrioritiesForm): Pick<PriorityEntry, 'layer' | 'stage' | 'plan'>[] =>
  entriesOf(form).map(({ at, plan }) => {
    const [layer = '', stage = ''] = at.split('/');
    return { layer, stage, plan: plan.trim() };
  });

/** Whether the layers still have the stage; while they are not known, it is taken for granted. */
export const isThere = (layers: LayerItem[] | undefined, at: string) =>
  !layers || layers.some(({ code, stages }) => stages.some((stage) => atOf(code, stage.code) === at));

/** What is wrong before it is sent, by `entries.3.at`. */
export function faultsOf(t: Messages, form: PrioritiesForm, layers: LayerItem[] | undefined) {
  const p = t.matrices.priorities;
  const faults: Record<string, string> = {};
  const entries = entriesOf(form);
  for (const [place, { at, plan }] of entries.entries()) {
    if (at === '') faults[`entries.${place}.at`] = t.access.required;
    else if (!isThere(layers, at)) faults[`entries.${place}.at`] = p.gone;
    else if (entries.findIndex((one) => one.at === at) < place) faults[`entries.${place}.at`] = p.twice;
    if (plan.trim() === '' || plan.trim().length > NAME_MAX) faults[`entries.${place}.plan`] = t.access.required;
  }
  return faults as Partial<Record<keyof PrioritiesForm, string>>;
}

/** For whoever is told what others saved. */
export const saidEntries = (entries: string) =>
  entriesOf({ entries })
    .map(({ at, plan }) => `${at}: ${plan}`)
    .join(' → ')
    .slice(0, CODE_MAX * 10);
