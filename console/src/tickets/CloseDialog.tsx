import { Button, Modal, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import css from '@/shared/ui/dialog.module.css';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { closeTicket } from './api';
import type { Ticket } from './types';

const NOTE_MAX = 1000;

/** It stays closed: what was done is written down first. */
export function CloseDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const t = useT();
  const c = t.tickets.close;
  const queryClient = useQueryClient();
  const [note, setNote] = useState('');
  useFocusBack();
  const close = useMutation({
    mutationFn: () => closeTicket(ticket.id, note.trim()),
    onSuccess: () => {
      notify(c.done);
      queryClient.invalidateQueries({ queryKey: ['customer', ticket.customer_id] });
      onClose();
    },
    onError: (error) => {
      const isClosed = error instanceof ApiError && error.status === 409;
      notify(isClosed ? c.overtaken : errorText(t, error), 'danger');
      // What somebody else wrote stands in the list.
      if (isClosed) onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['tickets'] }),
  });
  return (
    <Modal opened onClose={onClose} title={c.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={note !== ''} />
      <form
        noValidate
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault();
          close.mutate();
        }}
      >
        <p>{c.text}</p>
        <Textarea
          label={c.note}
          description={c.noteHint}
          rows={4}
          maxLength={NOTE_MAX}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" disabled={note.trim() === ''} loading={close.isPending}>
            {c.title}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
