import { useInfiniteQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { attemptsQuery } from './api';
import { resultText } from './result';
import type { Attempt } from './types';
import css from './webhooks.module.css';

/** Each attempt, the newest first. */
export function AttemptsPanel({ id }: { id: string }) {
  const t = useT();
  const fmt = useFmt();
  const { attempts: a, events, deliveries: d } = t.webhooks;
  const query = useInfiniteQuery(attemptsQuery(id));
  const rows = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<Attempt>[] = [
    { key: 'at', header: a.at, always: true, render: ({ at }) => <When at={at} /> },
    {
      key: 'result',
      header: a.result,
      render: ({ status, error }) => (
        <Chip tone={error === null ? 'success' : 'danger'}>{resultText(t, status, error)}</Chip>
      ),
    },
    { key: 'event', header: d.event, render: ({ event_type }) => lookup(events, event_type) },
    { key: 'attempt', header: a.number, numeric: true, render: ({ attempt }) => fmt.count(attempt) },
    {
      key: 'duration',
      header: a.duration,
      numeric: true,
      render: ({ duration_ms }) => a.ms(fmt.count(duration_ms)),
    },
    { key: 'id', header: d.id, render: ({ event_id }) => <span className="mono">{event_id}</span> },
  ];
  return (
    <Panel flush title={a.title} explain={<Explain name={a.title} definition={a.about} />} testId="attempts">
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={5} height={36} />
        </div>
      )}
      <PagedError query={query} />
      {rows?.length === 0 && <p className={css.none}>{a.empty}</p>}
      {rows && rows.length > 0 && (
        <DataTable label={a.title} columns={columns} rows={rows} rowKey={({ id: key }) => String(key)} compact tall />
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
