import type { Day } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { useOldValues } from './oldValues';

/** Above figures of a run whose lists go by purchases as they are on file now. */
export function OldValuesNote({ asOf }: { asOf: Day }) {
  const t = useT();
  if (!useOldValues()) return null;
  return (
    <div data-testid="old-values-note">
      <Notice tone="warning">{t.value.listsAreNewer(asOf)}</Notice>
    </div>
  );
}
