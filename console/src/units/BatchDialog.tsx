import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { DraftNotice } from '@/app/drafts/DraftNotice';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { useFoundDraft, useKeptDraft } from '@/app/drafts/useDraft';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { useFields } from '@/shared/ui/useFields';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { batchesQuery, createBatch } from './api';
import { type BatchForm, batchOf, EMPTY } from './batchForm';
import type { NewUnitBatch, UnitBatchWithCodes } from './types';
import css from './units.module.css';

const DRAFT = 'unit-batch';

interface Props {
  onClose: () => void;
  onCreated: (made: UnitBatchWithCodes) => void;
}

export function BatchDialog({ onClose, onCreated }: Props) {
  const t = useT();
  const fmt = useFmt();
  const { form: f, ...u } = t.units;
  const { choices } = useTouchPoints();
  useFocusBack();
  const queryClient = useQueryClient();
  const draft = useFoundDraft<BatchForm>(DRAFT);
  const form = useFields<BatchForm>(draft?.value ?? EMPTY);
  const changed = JSON.stringify(form.values) !== JSON.stringify(EMPTY);
  const { restoredAt, drop } = useKeptDraft(DRAFT, changed ? form.values : null, draft);
  const keyOf = useKeyOfAttempt();
  const create = useMutation({
    mutationFn: (batch: NewUnitBatch) => createBatch(batch, keyOf(batch)),
    onSuccess: (made) => {
      queryClient.invalidateQueries({ queryKey: batchesQuery.queryKey });
      drop();
      onClose();
      onCreated(made);
    },
    onError: (error) => {
      form.refuse(error);
      notify(errorText(t, error), 'danger');
    },
  });
  const { batch, faults } = batchOf(t, form.values);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check(faults) && batch) create.mutate(batch);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={u.create}
      size="lg"
      closeOnClickOutside={!create.isPending}
      closeOnEscape={!create.isPending}
      withCloseButton={!create.isPending}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <LeaveGuard when={changed} onDiscard={drop} />
      <form onSubmit={submit} className={css.stack} noValidate>
        {restoredAt && <DraftNotice at={restoredAt} onDiscard={() => form.setValues(EMPTY)} />}
        <TextInput label={u.column.product} description={f.productHint} data-autofocus {...form.field('product')} />
        <div className={css.fields}>
          <TextInput label={u.column.sku} {...form.field('sku')} />
          <TextInput label={u.column.batchNo} description={f.batchNoHint} {...form.field('batch_no')} />
        </div>
        <NativeSelect
          label={u.column.touchPoint}
          translate="no"
          data={[{ value: '', label: f.chooseTouchPoint }, ...choices]}
          {...form.field('touch_point')}
        />
        <div className={css.fields}>
          <TextInput label={f.rewardName} description={f.rewardNameHint} {...form.field('reward_name')} />
          <TextInput label={f.rewardAmount} inputMode="numeric" {...form.field('reward_amount')} />
        </div>
        <TextInput label={f.units} description={f.unitsRange} inputMode="numeric" {...form.field('units')} />
        <div className={css.notice}>
          <Notice tone="info">
            <p>{f.once}</p>
            <p>{f.recorded}</p>
          </Notice>
        </div>
        {create.isPending && <p role="status">{f.working(fmt.count(create.variables.units))}</p>}
        <Button type="submit" loading={create.isPending}>
          {batch ? f.submit(fmt.count(batch.units)) : u.create}
        </Button>
      </form>
    </Modal>
  );
}
