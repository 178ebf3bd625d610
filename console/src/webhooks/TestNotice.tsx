import { CloseButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { deliveriesQuery } from './api';
import { testOutcome } from './health';
import { resultText } from './result';
import css from './webhooks.module.css';

const TONES = { under_way: 'info', arrived: 'success', failed: 'danger' } as const;

interface Props {
  id: string;
  eventId: string;
  onClose: () => void;
}

/** What became of a test message, as soon as it is known. */
export function TestNotice({ id, eventId, onClose }: Props) {
  const t = useT();
  const query = useInfiniteQuery(deliveriesQuery(id, null));
  const delivery = query.data?.pages.flatMap(({ items }) => items).find(({ event_id }) => event_id === eventId);
  const outcome = testOutcome(delivery);
  const n = t.webhooks.test;
  return (
    <div className={css.notice} role="status" data-testid="test-outcome" data-outcome={outcome}>
      <Notice tone={TONES[outcome]} title={n[outcome]}>
        {delivery && outcome !== 'under_way' && <p>{resultText(t, delivery.last_status, delivery.last_error)}</p>}
        {outcome === 'failed' && <p>{n.again}</p>}
      </Notice>
      <CloseButton className={css.dismiss} onClick={onClose} aria-label={t.common.close} />
    </div>
  );
}
