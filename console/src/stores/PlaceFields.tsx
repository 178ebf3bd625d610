import { SegmentedControl, TextInput } from '@mantine/core';
import { useT } from '@/shared/i18n';
import { SearchSelect } from '@/shared/ui/SearchSelect';
import { CODE_CHARACTERS_MAX, NAME_CHARACTERS_MAX, type PlaceForm } from './placeForm';
import { parentsFor, pathText, type Tree } from './tree';
import type { Place, PlaceKind } from './types';

/** What a field of regions offers where a place is to stand above all. */
const ROOT = 'root';
/** A list of thousands is for typing, not for scrolling. */
const OFFERED = 60;

interface Props {
  form: PlaceForm;
  errors: Record<string, string>;
  /** Null: a new one is made, and it may be a region or a store. */
  place: Place | null;
  tree: Tree;
  set: (next: Partial<PlaceForm>) => void;
}

export function PlaceFields({ form, errors, place, tree, set }: Props) {
  const t = useT();
  const { form: f, kinds } = t.stores;
  const parents = parentsFor(tree, place?.id ?? null).map((node) => ({ value: node.place.id, label: pathText(node) }));
  const codeChanges = place !== null && form.kind === 'store' && form.code.trim() !== (place.code ?? '');
  return (
    <>
      {!place && (
        <SegmentedControl
          aria-label={f.kind}
          value={form.kind}
          onChange={(kind) => set({ kind: kind as PlaceKind })}
          data={[
            { value: 'store', label: kinds.store },
            { value: 'region', label: kinds.region },
          ]}
        />
      )}
      {form.kind === 'store' && (
        <TextInput
          label={f.code}
          description={codeChanges ? f.codeChanges : f.codeHint}
          maxLength={CODE_CHARACTERS_MAX}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'mono' }}
          value={form.code}
          error={errors.code}
          onChange={(event) => set({ code: event.currentTarget.value })}
          data-autofocus={form.code === '' ? true : undefined}
        />
      )}
      <TextInput
        label={f.name}
        maxLength={NAME_CHARACTERS_MAX}
        autoComplete="off"
        value={form.name}
        error={errors.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        data-autofocus={form.kind === 'region' || form.code !== '' ? true : undefined}
      />
      <SearchSelect
        label={f.parent}
        description={f.parentHint}
        data={[{ value: ROOT, label: f.root }, ...parents]}
        limit={OFFERED}
        nothingFoundMessage={f.noRegion}
        value={form.parent ?? ROOT}
        error={errors.parent}
        onChange={(parent) => set({ parent: parent === null || parent === ROOT ? null : parent })}
      />
    </>
  );
}
