import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError } from '@/shared/api/client';
import { useKeyOfAttempt } from '@/shared/api/useKeyOfAttempt';
import { lookup, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { fieldErrors } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { writeField } from './api';
import css from './fields.module.css';
import type { Information } from './types';

interface Props {
  id: string;
  information: Information;
  onClose: () => void;
}

/** What somebody was told is written down: first what is to be asked next. */
export function WriteDialog({ id, information, onClose }: Props) {
  const t = useT();
  const i = t.fields;
  const nameOf = useNameOf();
  const queryClient = useQueryClient();
  const keyOf = useKeyOfAttempt();
  const fields = information.classes.flatMap((one) => one.fields);
  const [name, setName] = useState(information.ask_next?.name ?? fields[0]?.name ?? '');
  const [value, setValue] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const field = fields.find((one) => one.name === name);
  const save = useMutation({
    mutationFn: () => writeField(id, name, value.trim(), keyOf([name, value])),
    onSuccess: () => {
      notify(i.done);
      queryClient.invalidateQueries({ queryKey: ['customer', id] });
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(fieldErrors(t, error));
      notify(errorText(t, error), 'danger');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const allowed = field?.type === 'choice' ? field.allowed : [];
  return (
    <Modal opened onClose={onClose} title={i.writeTitle} size="md" closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={value !== ''} />
      <form onSubmit={submit} className={css.stack} noValidate>
        <NativeSelect
          label={i.field}
          data={information.classes
            .filter((one) => one.fields.length > 0)
            .map((one) => ({
              group: lookup(i.classes, one.class),
              items: one.fields.map((each) => ({ value: each.name, label: nameOf(each) })),
            }))}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setValue('');
            setErrors({});
          }}
        />
        {allowed.length > 0 ? (
          <NativeSelect
            label={i.value}
            data={['', ...allowed]}
            value={value}
            error={errors[`values.${name}`]}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            label={i.value}
            description={field ? lookup(i.hints, field.type) : undefined}
            value={value}
            error={errors[`values.${name}`]}
            onChange={(event) => setValue(event.currentTarget.value)}
            data-autofocus
          />
        )}
        <Button type="submit" loading={save.isPending} disabled={value.trim() === ''}>
          {i.save}
        </Button>
      </form>
    </Modal>
  );
}
