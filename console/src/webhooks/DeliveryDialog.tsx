import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { Fact, Facts } from '@/shared/ui/Facts';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { replayWebhook, webhookQuery } from './api';
import { DELIVERY_TONES } from './health';
import { resultText } from './result';
import type { Delivery, Webhook } from './types';
import css from './webhooks.module.css';

interface Props {
  webhook: Webhook;
  delivery: Delivery;
  onClose: () => void;
}

/** One message as it is sent, what became of it, and once more. It names nobody: ids, amounts, products. */
export function DeliveryDialog({ webhook, delivery, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const { deliveries: d, events, replay: r } = t.webhooks;
  const can = useCan();
  useFocusBack();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const { event_id, attempts } = delivery;
  const replay = useMutation({
    mutationFn: () => replayWebhook(webhook.id, { event_id }, keyOf({ event_id, attempts })),
    onSuccess: () => {
      notify(r.one);
      queryClient.invalidateQueries({ queryKey: webhookQuery(webhook.id).queryKey });
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={lookup(events, delivery.event_type)}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <div className={css.stack}>
        <Facts>
          <Fact name={d.state}>
            <Chip tone={DELIVERY_TONES[delivery.state]}>{lookup(d.states, delivery.state)}</Chip>
          </Fact>
          <Fact name={d.happenedAt}>
            <When at={delivery.happened_at} />
          </Fact>
          <Fact name={d.attempts}>{fmt.count(delivery.attempts)}</Fact>
          {delivery.last_attempt_at && (
            <Fact name={d.last}>
              <When at={delivery.last_attempt_at} /> · {resultText(t, delivery.last_status, delivery.last_error)}
            </Fact>
          )}
          {delivery.next_attempt_at && (
            <Fact name={d.next}>
              <When at={delivery.next_attempt_at} relative />
            </Fact>
          )}
          <Fact name={d.id}>
            <span className="mono">{event_id}</span>
          </Fact>
        </Facts>
        <CodeBlock label={d.body} code={JSON.stringify(delivery.body, null, 2)} testId="delivery-body" />
        {can('webhooks.manage') && (
          <div className={css.foot}>
            <Button
              variant="default"
              onClick={() => replay.mutate()}
              loading={replay.isPending}
              disabled={delivery.state === 'waiting' && delivery.attempts === 0}
            >
              {r.oneAction}
            </Button>
          </div>
        )}
      </div>
    </Modal>
  );
}
