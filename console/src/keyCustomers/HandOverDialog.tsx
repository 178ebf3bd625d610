import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCustomerName } from '@/customers/name';
import { useT } from '@/shared/i18n';
import css from '@/shared/ui/dialog.module.css';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { askAgain, handOver } from './api';
import type { ContactPromise, KeyCustomer } from './types';

interface Props {
  promise: ContactPromise;
  of: KeyCustomer;
  onClose: () => void;
}

/** To another of the owners. */
export function HandOverDialog({ promise, of: { customer, owner }, onClose }: Props) {
  const t = useT();
  const h = t.keyCustomers.handOver;
  const nameOf = useCustomerName();
  const queryClient = useQueryClient();
  const [user, setUser] = useState('');
  const others = promise.owners.filter(
    ({ user_id }) => user_id !== owner?.user_id && !promise.unable_owners.includes(user_id),
  );
  useFocusBack();
  const save = useMutation({
    mutationFn: () => handOver(promise.segment, customer.id, user),
    onSuccess: () => {
      notify(h.done);
      askAgain(queryClient, customer.id);
      onClose();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={h.title(nameOf(customer))}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <form
        noValidate
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {owner && <p>{h.now(owner.name)}</p>}
        {others.length === 0 ? (
          <p>{h.noOther}</p>
        ) : (
          <NativeSelect
            label={h.to}
            description={h.hint}
            value={user}
            data-autofocus
            onChange={(event) => setUser(event.currentTarget.value)}
            data={[
              { value: '', label: h.choose },
              ...others.map(({ user_id, name }) => ({ value: user_id, label: name })),
            ]}
          />
        )}
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" disabled={user === ''} loading={save.isPending}>
            {h.action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
