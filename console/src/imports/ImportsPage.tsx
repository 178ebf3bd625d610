import { Button } from '@mantine/core';
import { IconDatabaseImport } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { ImportRecord } from '@/shared/api/types';
import { type Fmt, useFmt } from '@/shared/fmt';
import { type Messages, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import { Missing, When } from '@/shared/ui/Values';
import { importsQuery, isUnfinished } from './api';
import { ImportStateChip } from './ImportState';

export function ImportsPage() {
  const t = useT();
  const fmt = useFmt();
  const can = useCan();
  const query = useInfiniteQuery(importsQuery);
  useDocumentTitle(t.imports.title);
  const records = query.data?.pages.flatMap((page) => page.items);
  const newImport = can('imports.run') && (
    <Button component={Link} to="/imports/new" leftSection={<IconDatabaseImport size={16} />}>
      {t.imports.newImport}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t.imports.title}
        actions={
          <>
            <Link to="/audiences">{t.imports.audiences}</Link>
            {records && records.length > 0 && newImport}
          </>
        }
      />
      {query.isPending && <LoadingBlock lines={6} height={40} />}
      <PagedError query={query} />
      {records?.length === 0 && (
        <Panel>
          <StateView
            testId="state-first-use"
            icon={<IconDatabaseImport size={28} stroke={1.5} />}
            title={t.imports.emptyTitle}
            text={t.imports.emptyText}
          >
            {newImport}
          </StateView>
        </Panel>
      )}
      {records && records.length > 0 && (
        <Panel flush>
          <DataTable
            label={t.imports.table}
            columns={columnsOf(t, fmt)}
            rows={records}
            rowKey={(record) => record.id}
          />
          <LoadMore query={query} />
        </Panel>
      )}
    </>
  );
}

function columnsOf(t: Messages, fmt: Fmt): Column<ImportRecord>[] {
  const c = t.imports.column;
  const count = (key: 'rows' | 'accepted' | 'rejected'): Column<ImportRecord> => ({
    key,
    header: c[key],
    numeric: true,
    render: (record) =>
      !isUnfinished(record) ? (
        <Link to="/imports/$id" params={{ id: record.id }}>
          {fmt.count(record.result[key])}
        </Link>
      ) : (
        <Missing reason={t.imports.states[record.state]} />
      ),
  });
  return [
    {
      key: 'files',
      header: c.files,
      always: true,
      render: (record) => (
        <Link to="/imports/$id" params={{ id: record.id }}>
          {record.files.map((file) => file.name).join(', ')}
        </Link>
      ),
    },
    { key: 'kind', header: c.kind, render: (record) => t.imports.kinds[record.kind] },
    { key: 'state', header: c.state, render: (record) => <ImportStateChip state={record.state} /> },
    count('rows'),
    count('accepted'),
    count('rejected'),
    { key: 'by', header: c.by, render: (record) => record.created_by },
    { key: 'created', header: c.created, numeric: true, render: (record) => <When at={record.created_at} relative /> },
  ];
}
