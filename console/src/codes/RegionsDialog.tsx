import { Button, InputBase, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { LeaveGuard } from '@/app/drafts/LeaveGuard';
import { ApiError, api } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { ErrorDetail, errorText } from '@/shared/ui/StateView';
import css from './codes.module.css';
import { NETWORKS_MAX, readRegions, refusedLine } from './regions';

/** The operator's table of networks by region. The server takes a whole one, and does not show it again. */
export function RegionsDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const fmt = useFmt();
  const r = t.codes.regions;
  useFocusBack();
  const [text, setText] = useState('');
  const { rows, lines, wrongLine } = readRegions(text);
  const save = useMutation({
    mutationFn: async () => (await api.put<{ networks: number }>('/code-regions', { networks: rows })).data,
    onSuccess: ({ networks }) => {
      notify(r.done(fmt.count(networks)));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const refused = save.error instanceof ApiError ? refusedLine(save.error.errors[0]?.pointer ?? '', lines) : null;
  const fault = wrongLine !== null ? r.wrong(fmt.count(wrongLine)) : rows.length > NETWORKS_MAX ? r.limit : undefined;
  return (
    <Modal opened onClose={onClose} title={r.title} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <LeaveGuard when={text !== ''} />
      <form onSubmit={submit} className={css.stack} noValidate>
        <p>{r.text}</p>
        {/* Of a fixed height: what lets a Textarea grow would come along. */}
        <InputBase
          component="textarea"
          multiline
          label={r.field}
          description={r.limit}
          error={fault}
          rows={10}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            save.reset();
          }}
          classNames={{ input: css.mono }}
          data-autofocus
        />
        {save.error && (
          <div role="alert">
            <p>{refused === null ? errorText(t, save.error) : r.refused(fmt.count(refused))}</p>
            <ErrorDetail error={save.error} />
          </div>
        )}
        <Button type="submit" loading={save.isPending} disabled={rows.length === 0 || fault !== undefined}>
          {r.save(fmt.count(rows.length))}
        </Button>
      </form>
    </Modal>
  );
}
