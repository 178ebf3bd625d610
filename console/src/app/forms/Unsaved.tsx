import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useT } from '@/shared/i18n';
import { TheirChanges } from '@/shared/ui/TheirChanges';
import type { useVersioned } from './useVersioned';

type Edited = Pick<ReturnType<typeof useVersioned>, 'changed' | 'theirs' | 'restoredAt' | 'drop' | 'restart'>;

/** Above the fields of a form on what others may change too: what was left in it, what they changed; and it asks before it is left. */
export function Unsaved({ of: { changed, theirs, restoredAt, drop, restart } }: { of: Edited }) {
  const t = useT();
  return (
    <>
      <LeaveGuard when={changed} onDiscard={drop} />
      {restoredAt && theirs.length === 0 && <DraftNotice at={restoredAt} onDiscard={restart} />}
      <TheirChanges title={t.common.theirs.title} text={t.common.theirs.text} lines={theirs} />
    </>
  );
}
