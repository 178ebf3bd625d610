import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import type { AuditEntry } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { auditQuery, tokensQuery, usersQuery } from '../api';
import css from '../settings.module.css';
import { type Context, detailWords } from './detailWords';
import { Subject } from './Subject';

export function AuditSection() {
  const t = useT();
  const fmt = useFmt();
  const s = t.audit;
  const nameOf = useNames();
  const query = useInfiniteQuery(auditQuery);
  const entries = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<AuditEntry>[] = [
    { key: 'at', header: s.at, always: true, render: (entry) => <When at={entry.at} /> },
    {
      key: 'actor',
      header: s.actor,
      render: (entry) =>
        entry.actor.name ? s.named(entry.actor.name, s.actors[entry.actor.kind]) : s.actors[entry.actor.kind],
    },
    { key: 'action', header: s.action, render: (entry) => lookup(s.actions, entry.action) },
    { key: 'subject', header: s.subject, render: (entry) => <Subject id={entry.subject} nameOf={nameOf} /> },
    {
      key: 'detail',
      header: s.detail,
      render: (entry) => <Detail entry={entry} context={{ t, fmt, nameOf }} />,
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

/** The log names ids; who may manage access sees names beside them. */
function useNames(): (id: string) => string {
  const enabled = useCan()('access.manage');
  const users = useQuery({ ...usersQuery, enabled });
  const tokens = useQuery({ ...tokensQuery, enabled });
  const names = new Map(
    [...(users.data?.items ?? []), ...(tokens.data?.items ?? [])].map(({ id, name }) => [id, name]),
  );
  return (id) => names.get(id) ?? id;
}

/** In words; who opens them sees the record as it is stored. */
function Detail({ entry, context }: { entry: AuditEntry; context: Context }) {
  const a = context.t.audit;
  const words = detailWords(entry.detail, context);
  const { at: _at, id: _id, ...record } = entry;
  return (
    <details className={css.record}>
      <summary title={a.record}>
        {words.length > 0 ? (
          <span className={css.words}>{words.join(' · ')}</span>
        ) : (
          <span className="muted">{a.nothing}</span>
        )}
        <span className="visually-hidden"> {a.record}</span>
      </summary>
      <pre lang="en">{JSON.stringify(record, null, 2)}</pre>
    </details>
  );
}
