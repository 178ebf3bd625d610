import { useInfiniteQuery } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { scansQuery } from './api';
import css from './codes.module.css';
import { Customer } from './parts';
import type { CodeScan } from './types';

/** The scans behind the figures, with the customer whose device it is now known to be. */
export function ScansPanel({ id }: { id: string }) {
  const s = useT().codes.scans;
  const { matrix: m } = useT().codes;
  const can = useCan();
  const query = useInfiniteQuery(scansQuery(id));
  const rows = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<CodeScan>[] = [
    { key: 'at', header: s.at, always: true, render: ({ at }) => <When at={at} /> },
    {
      key: 'customer',
      header: s.customer,
      render: ({ customer_id: customer }) => <Customer id={customer} linked={can('customers.read')} gone={s.erased} />,
    },
    {
      key: 'region',
      header: s.region,
      render: ({ region }) =>
        region === null ? <span className="muted">{m.unknown}</span> : <span translate="no">{region}</span>,
    },
    {
      key: 'first',
      header: s.kind,
      render: ({ first }) => <Chip tone={first ? 'success' : 'neutral'}>{first ? s.first : s.again}</Chip>,
    },
  ];
  return (
    <Panel flush title={s.title} explain={<Explain name={s.title} definition={s.about} />} testId="code-scans">
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={5} height={36} />
        </div>
      )}
      <PagedError query={query} />
      {rows?.length === 0 && <p className={css.none}>{s.empty}</p>}
      {rows && rows.length > 0 && (
        <>
          <p className={css.none}>{s.allTime}</p>
          <DataTable
            label={s.title}
            columns={columns}
            rows={rows}
            rowKey={(row) => `${row.at} ${row.customer_id} ${rows.indexOf(row)}`}
            compact
            tall
          />
        </>
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
