import { Button, Progress } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import type { ImportRecord } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { cancelImport, importQuery, isUnfinished } from './api';
import { ImportResultPanel } from './ImportResultPanel';
import { ImportStateChip } from './ImportState';
import css from './imports.module.css';

export function ImportPage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(importQuery(id));
  useRefreshWhenDone(query.data);
  useDocumentTitle(query.data ? t.imports.page.title(t.imports.kinds[query.data.kind]) : t.imports.title);
  return (
    <QueryView
      query={{ ...query, isRefetching: false } as typeof query}
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(record) => <ImportView record={record} />}
    </QueryView>
  );
}

/** Figures elsewhere were computed before this import; they are asked for again once it is through. */
function useRefreshWhenDone(record: ImportRecord | undefined) {
  const queryClient = useQueryClient();
  const wasRunning = useRef(false);
  const running = record ? isUnfinished(record) : false;
  useEffect(() => {
    if (wasRunning.current && !running) {
      for (const key of ['overview', 'customers', 'value', 'imports'])
        queryClient.invalidateQueries({ queryKey: [key] });
    }
    wasRunning.current = running;
  }, [running, queryClient]);
}

function ImportView({ record }: { record: ImportRecord }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.imports.page;
  const running = isUnfinished(record);
  return (
    <div data-testid="import" data-state={record.state}>
      <nav className={css.back} aria-label={t.imports.title}>
        <Link to="/imports">← {t.imports.title}</Link>
      </nav>
      <PageHeader
        title={p.title(t.imports.kinds[record.kind])}
        meta={
          <>
            <ImportStateChip state={record.state} />
            {record.dry_run && <Chip>{p.dryRun}</Chip>}
            <When at={record.created_at} />
            <span>{record.created_by}</span>
          </>
        }
        actions={
          record.state === 'done' && (
            <>
              <Button component={Link} to="/value" variant="default">
                {p.seeValue}
              </Button>
              <Button component={Link} to="/customers">
                {p.seeCustomers}
              </Button>
            </>
          )
        }
      />
      <div className={css.stack}>
        {running && <ProgressPanel record={record} />}
        {record.state === 'cancelled' && <Notice tone="info">{p.cancelled}</Notice>}
        {record.error && (
          <Notice tone="danger" title={p.failed}>
            {record.error.text}
          </Notice>
        )}
        {!running && record.result.rows > 0 && <ImportResultPanel record={record} />}
        <Panel title={p.files}>
          <ul className={css.files}>
            {record.files.map((file) => (
              <li key={file.name}>
                <span className={css.fileName}>{file.name}</span>
                <span className="muted">{fmt.bytes(file.size_bytes)}</span>
              </li>
            ))}
          </ul>
          <dl className={css.times}>
            {record.started_at && (
              <div>
                <dt>{p.started}</dt>
                <dd>{fmt.fullTime(record.started_at)}</dd>
              </div>
            )}
            {record.started_at && record.finished_at && (
              <>
                <div>
                  <dt>{p.finished}</dt>
                  <dd>{fmt.fullTime(record.finished_at)}</dd>
                </div>
                <div>
                  <dt>{p.took}</dt>
                  <dd>
                    {fmt.duration(Math.max(1, (Date.parse(record.finished_at) - Date.parse(record.started_at)) / 1000))}
                  </dd>
                </div>
              </>
            )}
          </dl>
        </Panel>
      </div>
    </div>
  );
}

function ProgressPanel({ record }: { record: ImportRecord }) {
  const t = useT();
  const fmt = useFmt();
  const can = useCan();
  const queryClient = useQueryClient();
  const p = t.imports.page;
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
      <p className={css.progressState} aria-live="polite">
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
