import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { rotateSecret } from './api';
import type { Webhook, WebhookWithSecret } from './types';
import css from './webhooks.module.css';

/** Seconds, up to the most that the server allows. */
const GRACES = ['0', '3600', '86400', '604800'] as const;
type Grace = (typeof GRACES)[number];
const USUAL: Grace = '86400';

interface Props {
  webhook: Webhook;
  onRotated: (rotated: WebhookWithSecret) => void;
  onClose: () => void;
}

export function RotateDialog({ webhook, onRotated, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const r = t.webhooks.rotate;
  const [grace, setGrace] = useState<Grace>(USUAL);
  const keyOf = useKeyOfAttempt();
  const rotate = useMutation({
    mutationFn: () => rotateSecret(webhook.id, Number(grace), keyOf(grace)),
    onSuccess: (rotated) => {
      onClose();
      onRotated(rotated);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <Modal opened onClose={onClose} title={r.action} closeButtonProps={{ 'aria-label': t.common.close }}>
      <div className={css.stack}>
        <p>{r.text}</p>
        <NativeSelect
          label={r.grace}
          description={grace === '0' ? r.nowHint : r.laterHint}
          data={GRACES.map((value) => ({ value, label: r.graces[value] }))}
          value={grace}
          onChange={(event) => setGrace(event.currentTarget.value as Grace)}
        />
        {webhook.earlier_secret_valid_until && (
          <Notice tone="warning">{r.earlierEnds(fmt.listTime(webhook.earlier_secret_valid_until))}</Notice>
        )}
      </div>
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button color={grace === '0' ? 'red.9' : undefined} onClick={() => rotate.mutate()} loading={rotate.isPending}>
          {r.action}
        </Button>
      </div>
    </Modal>
  );
}
