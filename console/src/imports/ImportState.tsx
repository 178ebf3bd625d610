import type { ImportState } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';

const TONES: Record<ImportState, Tone> = {
  queued: 'neutral',
  reading: 'info',
  applying: 'info',
  done: 'success',
  cancelled: 'neutral',
  failed: 'danger',
};

export function ImportStateChip({ state }: { state: ImportState }) {
  const t = useT();
  return <Chip tone={TONES[state]}>{t.imports.states[state] ?? state}</Chip>;
}
