import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { customersQuery, profileQuery } from '@/customers/api';
import { useCustomerName } from '@/customers/name';
import { identityQuery } from '@/identity/api';
import { ApiError } from '@/shared/api/client';
import type { CustomerProfile } from '@/shared/api/types';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { fieldErrors } from '@/shared/ui/errorText';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { eraseCustomer, erasuresQuery } from './api';
import css from './privacy.module.css';

const REASON_CHARACTERS_MAX = 500;

interface Props {
  profile: CustomerProfile;
  onClose: () => void;
}

/** A person is erased, for good: what goes, what stays, why, and the id once more by hand. */
export function EraseDialog({ profile, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const e = t.privacy.erase;
  const { row } = profile;
  const name = useCustomerName()(row);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const identity = useQuery(identityQuery(row.id));
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const keyOf = useKeyOfAttempt();
  const erase = useMutation({
    mutationFn: () => eraseCustomer(row.id, reason.trim(), keyOf(reason.trim())),
    onSuccess: async (erasure) => {
      notify(e.done);
      await navigate({ to: '/settings/$section', params: { section: 'privacy' }, search: { erasure: erasure.id } });
      queryClient.removeQueries({ queryKey: profileQuery(row.id).queryKey });
      queryClient.invalidateQueries({ queryKey: customersQuery({}).queryKey.slice(0, 1) });
      queryClient.invalidateQueries({ queryKey: erasuresQuery.queryKey });
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const confirmed = typed.trim() === row.id;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '') return setErrors({ reason: t.access.required });
    if (confirmed) erase.mutate();
  };
  const profiles = identity.data?.profiles.length ?? null;
  return (
    <Modal opened onClose={onClose} title={e.title} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <form onSubmit={submit} className={css.stack} noValidate>
        <p>
          {e.lead(name)} <span className="mono">{row.id}</span>
        </p>
        <div className={css.notice}>
          <Notice tone="danger" title={e.goesTitle}>
            <ul className={css.points}>
              <li>
                {profiles === null
                  ? e.identities(fmt.count(profile.identities.length))
                  : e.identitiesOf(fmt.count(profile.identities.length), fmt.count(profiles))}
              </li>
              <li>{e.orders(fmt.count(row.orders))}</li>
              <li>{e.facts}</li>
              <li>{e.files}</li>
            </ul>
            <p>{e.forGood}</p>
          </Notice>
        </div>
        <div>
          <h3 className={css.subtitle}>{e.staysTitle}</h3>
          <ul className={css.points}>
            {[e.stays.audit, e.stays.hashes, e.stays.outside].map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
        </div>
        <TextInput
          label={e.reason}
          description={e.reasonHint}
          maxLength={REASON_CHARACTERS_MAX}
          value={reason}
          error={errors.reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setErrors({});
          }}
          data-autofocus
        />
        <TextInput
          label={e.confirm(row.id)}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'mono' }}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose} disabled={erase.isPending}>
            {t.common.cancel}
          </Button>
          <Button type="submit" color="red.9" disabled={!confirmed} loading={erase.isPending}>
            {e.action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
