import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { RotateDialog } from '@/shared/ui/RotateDialog';
import { rotateSecret } from './api';
import type { Webhook, WebhookWithSecret } from './types';

const GRACES = ['0', '3600', '86400', '604800'] as const;

interface Props {
  webhook: Webhook;
  onRotated: (rotated: WebhookWithSecret) => void;
  onClose: () => void;
}

export function RotateSecretDialog({ webhook, ...then }: Props) {
  const r = useT().webhooks.rotate;
  const fmt = useFmt();
  const keyOf = useKeyOfAttempt();
  const ends = webhook.earlier_secret_valid_until;
  return (
    <RotateDialog
      title={r.action}
      words={r}
      graces={GRACES}
      usual="86400"
      warning={ends && <Notice tone="warning">{r.earlierEnds(fmt.listTime(ends))}</Notice>}
      rotate={(grace) => rotateSecret(webhook.id, Number(grace), keyOf(grace))}
      {...then}
    />
  );
}
