import { SearchSelect } from '@/shared/ui/SearchSelect';
import { pathText, storesBelow, type Tree } from '@/stores/tree';

const NONE = 'none';
/** A list of thousands is for typing, not for scrolling. */
const OFFERED = 60;

interface Props {
  label: string;
  description?: string;
  tree: Tree;
  words: { storePlaceholder: string; noStore: string };
  value: string | null;
  /** What no store is called; absent: one must be chosen. */
  none?: string;
  /** A store that is no choice: the one where the clerk is. */
  except?: string | null;
  error?: string;
  onChange: (store: string | null) => void;
}

/** Chooses a store, by its name, its regions or its code. */
export function StoreSelect({ label, description, tree, words, value, none, except, error, onChange }: Props) {
  const stores = tree.roots
    .flatMap(storesBelow)
    .filter(({ place }) => place.id !== except)
    .map((node) => ({ value: node.place.id, label: `${pathText(node)} (${node.place.code ?? ''})` }));
  return (
    <SearchSelect
      label={label}
      description={description}
      data={none === undefined ? stores : [{ value: NONE, label: none }, ...stores]}
      limit={OFFERED}
      attributes={{ dropdown: { translate: 'no' } }}
      placeholder={words.storePlaceholder}
      nothingFoundMessage={words.noStore}
      value={value ?? (none === undefined ? null : NONE)}
      error={error}
      onChange={(next) => onChange(next === NONE ? null : next)}
    />
  );
}
