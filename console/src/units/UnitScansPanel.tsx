import { useInfiniteQuery } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import { Customer } from '@/codes/parts';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { unitScansQuery } from './api';
import type { UnitScan } from './types';
import css from './units.module.css';

const TONES: Record<string, Tone> = { claimed: 'success', already_used: 'warning', paused: 'neutral' };

/** Every press of the button: who claimed a package, and who came later. */
export function UnitScansPanel({ id }: { id: string }) {
  const t = useT();
  const fmt = useFmt();
  const { scans: s, outcomes } = t.units;
  const can = useCan();
  const query = useInfiniteQuery(unitScansQuery(id));
  const rows = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<UnitScan>[] = [
    { key: 'serial', header: s.serial, always: true, render: ({ serial }) => s.number(fmt.count(serial)) },
    {
      key: 'outcome',
      header: s.outcome,
      render: ({ outcome }) => <Chip tone={TONES[outcome]}>{lookup(outcomes, outcome)}</Chip>,
    },
    {
      key: 'customer',
      header: t.codes.scans.customer,
      render: ({ customer_id: customer }) => <Customer id={customer} linked={can('customers.read')} gone={s.nobody} />,
    },
    {
      key: 'region',
      header: t.codes.scans.region,
      render: ({ region }) =>
        region === null ? (
          <span className="muted">{t.codes.matrix.unknown}</span>
        ) : (
          <span translate="no">{region}</span>
        ),
    },
    { key: 'at', header: t.codes.scans.at, numeric: true, render: ({ at }) => <When at={at} /> },
  ];
  return (
    <Panel flush title={s.title} explain={<Explain name={s.title} definition={s.about} />} testId="unit-scans">
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={5} height={36} />
        </div>
      )}
      <PagedError query={query} />
      {rows?.length === 0 && <p className={css.none}>{s.empty}</p>}
      {rows && rows.length > 0 && (
        <>
          <p className={css.none}>{s.order}</p>
          <DataTable
            label={s.title}
            columns={columns}
            rows={rows}
            rowKey={(row) => `${row.serial} ${row.at} ${row.outcome}`}
            compact
            tall
          />
        </>
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
