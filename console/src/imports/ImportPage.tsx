import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { NotFoundView } from '@/app/Fallbacks';
import type { ImportRecord } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { ServerText } from '@/shared/ui/ServerText';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { importQuery, isUnfinished } from './api';
import { ComputingNotice } from './ComputingNotice';
import { ImportActions } from './ImportActions';
import { ImportResultPanel } from './ImportResultPanel';
import { ImportStateChip } from './ImportState';
import css from './imports.module.css';
import { ProgressPanel } from './ProgressPanel';

export function ImportPage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(importQuery(id));
  useRefreshWhenDone(query.data);
  useDocumentTitle(query.data ? t.importPage.title(t.imports.kinds[query.data.kind]) : t.imports.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(record) => <ImportView record={record} />}
    </QueryView>
  );
}

/** Lists and counts change at once. Value follows when the run has ended that the import put in the queue. */
function useRefreshWhenDone(record: ImportRecord | undefined) {
  const queryClient = useQueryClient();
  const wasRunning = useRef(false);
  const running = record ? isUnfinished(record) : false;
  useEffect(() => {
    if (wasRunning.current && !running) {
      for (const key of ['overview', 'customers', 'customer', 'imports', 'value-run'])
        queryClient.invalidateQueries({ queryKey: [key] });
    }
    wasRunning.current = running;
  }, [running, queryClient]);
}

function ImportView({ record }: { record: ImportRecord }) {
  const t = useT();
  const p = t.importPage;
  const running = isUnfinished(record);
  const state = t.imports.states[record.state];
  return (
    <div data-testid="import" data-state={record.state}>
      <BackNav label={t.imports.title}>
        <Link to="/imports">← {t.imports.title}</Link>
      </BackNav>
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
        actions={!running && <ImportActions record={record} />}
      />
      {/* The state is announced when it changes; the figures of the progress change every second. */}
      <p className="visually-hidden" role="status">
        {state}
      </p>
      <div className={css.stack}>
        {running && <ProgressPanel record={record} />}
        {record.state === 'cancelled' && <Notice tone="info">{p.cancelled}</Notice>}
        {record.state === 'done' && record.dry_run && <Notice tone="info">{p.tried}</Notice>}
        {record.state === 'done' && !record.dry_run && <ComputingNotice />}
        {record.error && <Failure record={record} error={record.error} />}
        {!running && record.result.rows > 0 && <ImportResultPanel record={record} />}
        <FilesPanel record={record} />
      </div>
    </div>
  );
}

function Failure({ record, error }: { record: ImportRecord; error: NonNullable<ImportRecord['error']> }) {
  const t = useT();
  const p = t.importPage;
  const sentence = lookup(t.imports.failures, error.code);
  return (
    <Notice tone="danger" title={record.dry_run ? p.failedTry : p.failed}>
      {sentence !== error.code && <p>{sentence}</p>}
      <p>
        <ServerText text={error.text} />
      </p>
    </Notice>
  );
}

function FilesPanel({ record }: { record: ImportRecord }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.importPage;
  const { started_at: started, finished_at: finished } = record;
  return (
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
        {started && (
          <div>
            <dt>{p.started}</dt>
            <dd>{fmt.fullTime(started)}</dd>
          </div>
        )}
        {started && finished && (
          <>
            <div>
              <dt>{p.finished}</dt>
              <dd>{fmt.fullTime(finished)}</dd>
            </div>
            <div>
              <dt>{p.took}</dt>
              <dd>{fmt.duration(Math.max(1, (Date.parse(finished) - Date.parse(started)) / 1000))}</dd>
            </div>
          </>
        )}
      </dl>
    </Panel>
  );
}
