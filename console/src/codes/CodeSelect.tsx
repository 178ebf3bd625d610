import { useQuery } from '@tanstack/react-query';
import { SearchSelect } from '@/shared/ui/SearchSelect';
import { LoadingBlock } from '@/shared/ui/StateView';
import { reportQuery } from './api';

const NONE = 'none';
/** A list of thousands is for typing, not for scrolling. */
const OFFERED = 60;
const FIELD_PX = 60;

interface Props {
  label: string;
  description?: string;
  words: { placeholder: string; noneFound: string };
  /** What no code is called. */
  none: string;
  value: string | null;
  error?: string;
  onChange: (code: string | null) => void;
}

/** All codes, as a list that one is chosen from. */
export function useCodes() {
  return useQuery({ ...reportQuery(null, { from: null, until: null }), refetchInterval: false });
}

/** Chooses a channel code by its name, or none. */
export function CodeSelect({ label, description, words, none, value, error, onChange }: Props) {
  const query = useCodes();
  if (query.isPending) return <LoadingBlock height={FIELD_PX} />;
  const codes = query.data?.items.map(({ code }) => ({ value: code.id, label: code.name })) ?? [];
  // One that did not come is chosen all the same.
  const lost = value !== null && !codes.some((one) => one.value === value) ? [{ value, label: value }] : [];
  return (
    <SearchSelect
      label={label}
      description={description}
      data={[{ value: NONE, label: none }, ...lost, ...codes]}
      limit={OFFERED}
      attributes={{ dropdown: { translate: 'no' } }}
      placeholder={words.placeholder}
      nothingFoundMessage={words.noneFound}
      value={value ?? NONE}
      error={error}
      onChange={(next) => onChange(next === NONE ? null : next)}
    />
  );
}
