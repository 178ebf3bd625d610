import { Button, Modal, MultiSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import type { Segment } from '@/segments/types';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import css from '@/shared/ui/dialog.module.css';
import { errorDetail, fieldErrors } from '@/shared/ui/errorText';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { promisesQuery, putPromise } from './api';
import type { ContactOwner, ContactPromise } from './types';

const DAYS_MAX = 365;
const OWNERS_MAX = 50;
const DAYS_BEFORE = '30';

interface Props {
  segment: Segment;
  /** Null: it is made. */
  promise: ContactPromise | null;
  candidates: ContactOwner[];
  onClose: () => void;
}

/** Owners, among whom those without one are shared out, and in how many days each customer is to be contacted. */
export function PromiseDialog({ segment, promise, candidates, onClose }: Props) {
  const t = useT();
  const p = t.keyCustomers.promise;
  const queryClient = useQueryClient();
  const before = promise?.owners.filter(({ user_id }) => !promise.unable_owners.includes(user_id)) ?? [];
  const [days, setDays] = useState(promise ? String(promise.days) : DAYS_BEFORE);
  const [owners, setOwners] = useState(before.map(({ user_id }) => user_id));
  const [errors, setErrors] = useState<{ days?: string; owners?: string }>({});
  const [isTouched, setTouched] = useState(false);
  useFocusBack();
  const save = useMutation({
    mutationFn: () => putPromise(segment.code, promise?.version ?? null, { days: Number(days), owners }),
    onSuccess: () => {
      notify(p.done);
      queryClient.invalidateQueries({ queryKey: ['segments'] });
      queryClient.invalidateQueries({ queryKey: ['key-customers'] });
      onClose();
    },
    onError: (error) => {
      const isOvertaken = error instanceof ApiError && (error.status === 412 || error.status === 428);
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(isOvertaken ? p.overtaken : [errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger');
      if (isOvertaken) onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: promisesQuery.queryKey }),
  });
  const change = (apply: () => void) => {
    apply();
    setTouched(true);
    setErrors({});
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = {
      ...(/^\d+$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= DAYS_MAX ? {} : { days: p.daysRange }),
      ...(owners.length > 0 ? {} : { owners: t.access.required }),
    };
    if (Object.keys(found).length > 0) return setErrors(found);
    save.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={p.dialogTitle(segment.name)}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={isTouched} />
      <form noValidate className={css.stack} onSubmit={submit} data-testid="promise-form">
        <TextInput
          label={p.daysLabel}
          description={p.daysHint}
          inputMode="numeric"
          data-autofocus
          value={days}
          error={errors.days}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change(() => setDays(value));
          }}
        />
        <MultiSelect
          label={p.owners}
          description={p.ownersHint}
          data={candidates.map(({ user_id, name }) => ({ value: user_id, label: name }))}
          value={owners}
          error={errors.owners}
          maxValues={OWNERS_MAX}
          searchable
          onChange={(next) => change(() => setOwners(next))}
        />
        <p className="muted">{p.effect}</p>
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {p.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
