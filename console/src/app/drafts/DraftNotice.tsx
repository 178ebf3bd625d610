import { Button } from '@mantine/core';
import type { Instant } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import css from './drafts.module.css';

/** Above a form that opened with what was left in it. */
export function DraftNotice({ at, onDiscard }: { at: Instant; onDiscard: () => void }) {
  const t = useT();
  const fmt = useFmt();
  return (
    <div role="status" className={css.restored} data-testid="draft-restored">
      <Notice tone="info">
        <div className={css.notice}>
          <p>{t.common.draft.restored(fmt.listTime(at))}</p>
          <Button size="xs" variant="default" onClick={onDiscard}>
            {t.common.draft.discard}
          </Button>
        </div>
      </Notice>
    </div>
  );
}
