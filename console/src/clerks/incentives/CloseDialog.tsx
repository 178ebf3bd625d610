import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiError } from '@/shared/api/client';
import type { Day, Money } from '@/shared/api/types';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { rankingQuery, settle, settlementsQuery } from '../api';
import css from '../clerks.module.css';

interface Props {
  through: Day;
  /** What it would pay, as far as is known now; null where nothing. */
  sum: Money | null;
  clerks: number;
  onClosed: () => void;
  onClose: () => void;
}

/** Closes a period for good: the day is typed once more. */
export function CloseDialog({ through, sum, clerks, onClosed, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const c = t.clerks.close;
  useFocusBack();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const [typed, setTyped] = useState('');
  const close = useMutation({
    mutationFn: () => settle(through, keyOf(through)),
    onSuccess: (made) => {
      notify(c.done);
      onClose();
      onClosed();
      navigate({ to: '/incentives', search: { tab: 'settlements', settlement: made.id }, resetScroll: false });
    },
    onError: (error) => {
      const isClosed = error instanceof ApiError && error.code === 'conflict';
      notify(isClosed ? c.closedMeanwhile : errorText(t, error), 'danger');
    },
    onSettled: () => {
      queryClient.invalidateQueries({ queryKey: settlementsQuery.queryKey });
      queryClient.invalidateQueries({ queryKey: ['clerks'] });
      queryClient.invalidateQueries({ queryKey: rankingQuery('', '').queryKey.slice(0, 1) });
    },
  });
  const confirmed = typed.trim() === through;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (confirmed) close.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={c.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form onSubmit={submit} className={css.stack} noValidate>
        <p>{sum ? c.pays(through, fmt.money(sum), fmt.count(clerks)) : c.paysNothing(through)}</p>
        <Notice tone="danger" title={c.forGoodTitle}>
          <p>{c.forGood}</p>
          <p>{c.late}</p>
        </Notice>
        <TextInput
          label={c.confirm(through)}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'mono' }}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose} disabled={close.isPending}>
            {t.common.cancel}
          </Button>
          <Button type="submit" color="red.9" disabled={!confirmed} loading={close.isPending}>
            {c.action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
