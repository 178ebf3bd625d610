import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { instantOf, localOf } from '@/shared/fmt/localTime';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { replayWebhook, webhookQuery } from './api';
import type { Replay, Webhook, WebhookCounts } from './types';
import css from './webhooks.module.css';

const HOUR_MS = 3_600_000;
/** As long as the server keeps them. */
const KEPT_MS = 7 * 24 * HOUR_MS;

interface Props {
  webhook: Webhook;
  counts: WebhookCounts;
  onClose: () => void;
}

/** Sent once more: what was given up, or everything from a time on. */
export function ReplayDialog({ webhook, counts, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const r = t.webhooks.replay;
  const queryClient = useQueryClient();
  const [openedAt] = useState(Date.now);
  const localAgo = (ms: number) => localOf(fmt.timeZone, new Date(openedAt - ms).toISOString());
  const [kind, setKind] = useState<'failed' | 'since'>(counts.failed > 0 ? 'failed' : 'since');
  const [since, setSince] = useState(() => localAgo(24 * HOUR_MS));
  const [error, setError] = useState<string | null>(null);
  const keyOf = useKeyOfAttempt();
  const replay = useMutation({
    mutationFn: (what: Replay) => replayWebhook(webhook.id, what, keyOf(what)),
    onSuccess: ({ deliveries }) => {
      notify(deliveries === 0 ? r.none : r.done(fmt.count(deliveries)));
      queryClient.invalidateQueries({ queryKey: webhookQuery(webhook.id).queryKey });
      onClose();
    },
    onError: (failure) => notify(errorText(t, failure), 'danger'),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kind === 'failed') return replay.mutate({ failed: true });
    const at = instantOf(fmt.timeZone, since);
    const age = at === null ? null : Date.now() - Date.parse(at);
    // A minute more: the field has no seconds.
    if (at === null || age === null || age < 0 || age > KEPT_MS + 60_000) return setError(r.sinceRange);
    replay.mutate({ since: at });
  };
  return (
    <Modal opened onClose={onClose} title={r.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form onSubmit={submit} className={css.stack} noValidate>
        <p>{r.text}</p>
        <Radio.Group label={r.what} value={kind} onChange={(value) => setKind(value as 'failed' | 'since')}>
          <div className={css.choices}>
            <Radio value="failed" label={r.failed(fmt.count(counts.failed))} disabled={counts.failed === 0} />
            <Radio value="since" label={r.since} />
          </div>
        </Radio.Group>
        {kind === 'since' && (
          <TextInput
            type="datetime-local"
            label={r.sinceAt}
            description={r.sinceHint(fmt.timeZone)}
            min={localAgo(KEPT_MS)}
            max={localAgo(0)}
            value={since}
            error={error}
            onChange={(event) => {
              setSince(event.currentTarget.value);
              setError(null);
            }}
          />
        )}
        {webhook.state === 'paused' && <p className={css.hint}>{r.paused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={replay.isPending}>
            {r.action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
