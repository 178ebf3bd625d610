import type { Messages } from '@/shared/i18n';
import type { Place, PlaceKind, PlaceSettings } from './types';

export const NAME_CHARACTERS_MAX = 100;
export const CODE_CHARACTERS_MAX = 100;

export interface PlaceForm {
  kind: PlaceKind;
  code: string;
  name: string;
  parent: string | null;
}

export const EMPTY: PlaceForm = { kind: 'store', code: '', name: '', parent: null };

export function formOf(place: Place): PlaceForm {
  return {
    kind: place.kind === 'region' ? 'region' : 'store',
    code: place.code ?? '',
    name: place.name,
    parent: place.parent,
  };
}

/** A region has no code. */
export function settingsOf({ kind, code, name, parent }: PlaceForm): PlaceSettings {
  return { code: kind === 'store' ? code.trim() : null, name: name.trim(), parent };
}

type Field = keyof PlaceSettings;
const FIELDS: Field[] = ['code', 'name', 'parent'];

export function changedFields(before: PlaceForm, after: PlaceForm): Field[] {
  const [one, other] = [settingsOf(before), settingsOf(after)];
  return FIELDS.filter((field) => one[field] !== other[field]);
}

/** My changes on top of somebody else's newer version: what I did not touch stays as they left it. */
export function onTop(base: PlaceForm, mine: PlaceForm, theirs: PlaceForm): PlaceForm {
  return { ...theirs, ...Object.fromEntries(changedFields(base, mine).map((field) => [field, mine[field]])) };
}

/** What somebody else made of it, a line for each field. `nameOf` says where a region stands. */
export function changeLines(
  t: Messages,
  before: PlaceForm,
  after: PlaceForm,
  nameOf: (region: string) => string,
): string[] {
  const f = t.stores.form;
  const say = (form: PlaceForm, field: Field) => {
    if (field === 'parent') return form.parent === null ? f.root : nameOf(form.parent);
    return settingsOf(form)[field] ?? '';
  };
  return changedFields(before, after).map((field) => t.common.changed(f[field], say(before, field), say(after, field)));
}

/** Where something is missing that the server would ask for. */
export function missingIn(form: PlaceForm, required: string): Partial<Record<Field, string>> {
  const { code, name } = settingsOf(form);
  return { ...(code === '' ? { code: required } : {}), ...(name === '' ? { name: required } : {}) };
}
