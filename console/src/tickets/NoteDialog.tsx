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
import { changeState } from './api';
import type { Ticket } from './types';

const NOTE_MAX = 1000;

/** Closes an open ticket, or opens a closed one again: what was done, or why, is written down first. */
export function NoteDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const t = useT();
  const what = ticket.state === 'open' ? 'close' : 'reopen';
  const c = t.tickets[what];
  const queryClient = useQueryClient();
  const [note, setNote] = useState('');
  useFocusBack();
  const change = useMutation({
    mutationFn: () => changeState(ticket.id, what, note.trim()),
    onSuccess: () => {
      notify(c.done);
      queryClient.invalidateQueries({ queryKey: ['customer', ticket.customer_id] });
      onClose();
    },
    onError: (error) => {
      const isDone = error instanceof ApiError && error.status === 409;
      notify(isDone ? c.overtaken : errorText(t, error), 'danger');
      // What somebody else wrote stands in the list.
      if (isDone) onClose();
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
          change.mutate();
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
          <Button type="submit" disabled={note.trim() === ''} loading={change.isPending}>
            {c.title}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
