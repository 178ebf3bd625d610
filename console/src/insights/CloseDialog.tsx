import { Button, Modal, Radio, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import dialog from '@/shared/ui/dialog.module.css';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { errorText } from '@/shared/ui/StateView';
import { closeTest, testsQuery } from './api';
import { TEXT_MAX, VERDICTS } from './forms';
import type { InnovationTest, Verdict } from './types';

/** A verdict, and what it came to is kept for good. */
export function CloseDialog({ test, onClose }: { test: InnovationTest; onClose: () => void }) {
  const t = useT();
  const i = t.insights;
  const queryClient = useQueryClient();
  const [verdict, setVerdict] = useState<Verdict>('adopt');
  const [note, setNote] = useState('');
  useFocusBack();
  const close = useMutation({
    mutationFn: () => closeTest(test, verdict, note.trim()),
    onSuccess: () => {
      notify(i.closing.done);
      onClose();
    },
    onError: (error) => {
      const isOvertaken = error instanceof ApiError && (error.status === 412 || error.status === 409);
      notify(isOvertaken ? i.closing.overtaken : errorText(t, error), 'danger');
      if (isOvertaken) onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: testsQuery.queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    close.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={i.close} closeButtonProps={{ 'aria-label': t.common.close }}>
      <form noValidate className={dialog.stack} onSubmit={submit}>
        <p>{i.closing.text}</p>
        <Radio.Group label={i.closing.verdict} value={verdict} onChange={(value) => setVerdict(value as Verdict)}>
          {VERDICTS.map((value) => (
            <Radio key={value} mt="xs" value={value} label={i.verdicts[value]} description={i.closing.means[value]} />
          ))}
        </Radio.Group>
        <Textarea
          label={i.closing.note}
          rows={3}
          maxLength={TEXT_MAX}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <div className={dialog.foot}>
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" loading={close.isPending}>
            {i.close}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
