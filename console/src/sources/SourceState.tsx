import type { Source } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';

export function SourceStateChip({ state }: { state: Source['state'] }) {
  const t = useT();
  return <Chip tone={state === 'active' ? 'success' : 'warning'}>{lookup(t.sources.states, state)}</Chip>;
}
