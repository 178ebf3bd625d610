import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import type { Erasure } from './types';

/** Late is what is not done by its deadline; what was late and is done says so beside. */
export function ErasureStateChip({ erasure }: { erasure: Erasure }) {
  const e = useT().privacy.erasures;
  if (erasure.state === 'running' && erasure.is_overdue) return <Chip tone="danger">{e.overdue}</Chip>;
  return <Chip tone={erasure.state === 'done' ? 'success' : 'info'}>{lookup(e.states, erasure.state)}</Chip>;
}
