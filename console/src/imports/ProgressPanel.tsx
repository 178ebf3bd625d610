import { Button, Progress } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import type { ImportRecord } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { errorText } from '@/shared/ui/StateView';
import { cancelImport } from './api';
import css from './imports.module.css';

export function ProgressPanel({ record }: { record: ImportRecord }) {
  const t = useT();
  const fmt = useFmt();
  const can = useCan();
  const queryClient = useQueryClient();
  const p = t.importPage;
  const cancel = useMutation({
    mutationFn: () => cancelImport(record.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['import', record.id] }),
    onError: (error) => notify(errorText(t, error), 'danger'),
  });
  const { progress } = record;
  const { fraction } = progress;
  const cancelling = cancel.isSuccess || record.cancel_requested;
  const percent = fmt.percent(fraction, 0);
  return (
    <Panel
      title={p.progress}
      testId="import-progress"
      actions={
        can('imports.run') && (
          <Button
            variant="default"
            size="xs"
            onClick={() => cancel.mutate()}
            loading={cancel.isPending}
            disabled={cancelling}
          >
            {cancelling ? p.cancelling : p.cancel}
          </Button>
        )
      }
    >
      <p className={css.progressState}>
        <strong>{t.imports.states[record.state]}</strong> <span>{percent}</span>
      </p>
      <Progress.Root size="md">
        <Progress.Section value={fraction * 100} aria-label={`${p.progress} ${percent}`} />
      </Progress.Root>
      <p className={css.progressFacts}>
        <span>{p.rows(fmt.count(progress.rows))}</span>
        <span>{p.bytes(fmt.bytes(progress.bytes_done), fmt.bytes(progress.bytes_total))}</span>
        {progress.rows_per_second > 0 && <span>{p.rate(fmt.count(progress.rows_per_second))}</span>}
        {progress.seconds_left !== null && <span>{p.left(fmt.duration(progress.seconds_left))}</span>}
      </p>
      <p className="muted">{p.safe}</p>
    </Panel>
  );
}
