import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import css from '@/shared/ui/dialog.module.css';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { assigneesQuery, assignTicket } from './api';
import type { Ticket } from './types';

export { NoteDialog } from './NoteDialog';

/** Hands a ticket on to who sees its customer, or back to nobody. */
export function AssignDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const t = useT();
  const a = t.tickets.assign;
  const queryClient = useQueryClient();
  const query = useQuery(assigneesQuery(ticket.id));
  const [user, setUser] = useState(ticket.assigned?.user_id ?? '');
  useFocusBack();
  const assign = useMutation({
    mutationFn: () => assignTicket(ticket, user === '' ? null : user),
    onSuccess: () => {
      notify(a.done);
      onClose();
    },
    onError: (error) => {
      const isOvertaken = error instanceof ApiError && (error.status === 412 || error.status === 409);
      notify(isOvertaken ? a.overtaken : errorText(t, error), 'danger');
      if (isOvertaken) onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['tickets'] }),
  });
  return (
    <Modal opened onClose={onClose} title={a.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form
        noValidate
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault();
          assign.mutate();
        }}
      >
        <QueryView query={query} loading={<LoadingBlock lines={1} height={40} />}>
          {({ items }) => (
            <NativeSelect
              label={t.tickets.column.assigned}
              description={a.hint}
              value={user}
              onChange={(event) => setUser(event.currentTarget.value)}
              data={[
                { value: '', label: t.tickets.with.nobody },
                ...items.map(({ user_id, name }) => ({ value: user_id, label: name })),
              ]}
            />
          )}
        </QueryView>
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" disabled={!query.data} loading={assign.isPending}>
            {a.title}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
