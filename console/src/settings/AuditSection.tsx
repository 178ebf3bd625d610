import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditEntry } from '@/shared/api/types';
import { lookup, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { auditQuery } from './api';
import css from './settings.module.css';

function detailText(detail: AuditEntry['detail']): string {
  return Object.entries(detail ?? {})
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

export function AuditSection() {
  const t = useT();
  const s = t.settings.audit;
  const query = useInfiniteQuery(auditQuery);
  const entries = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<AuditEntry>[] = [
    { key: 'at', header: s.at, always: true, render: (entry) => <When at={entry.at} /> },
    {
      key: 'actor',
      header: s.actor,
      render: (entry) =>
        entry.actor.name ? `${entry.actor.name} (${s.actors[entry.actor.kind]})` : s.actors[entry.actor.kind],
    },
    {
      key: 'action',
      header: s.action,
      render: (entry) => <span title={entry.action}>{lookup(s.actions, entry.action)}</span>,
    },
    { key: 'subject', header: s.subject, render: (entry) => <span className={css.wrap}>{entry.subject}</span> },
    {
      key: 'detail',
      header: s.detail,
      render: (entry) => <span className={css.wrap}>{detailText(entry.detail)}</span>,
    },
  ];
  return (
    <Panel flush title={s.title}>
      {query.isPending && <LoadingBlock lines={6} height={40} />}
      <PagedError query={query} />
      {entries?.length === 0 && <p className={css.none}>{s.empty}</p>}
      {entries && entries.length > 0 && (
        <DataTable label={s.title} columns={columns} rows={entries} rowKey={(entry) => String(entry.id)} compact />
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
