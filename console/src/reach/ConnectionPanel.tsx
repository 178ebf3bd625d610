import { NativeSelect, TextInput } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { type Messages, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { ratioOf, ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { Percent } from '@/shared/ui/Values';
import { connectionQuery, type ReachDays } from './api';
import css from './reach.module.css';
import type { ConnectionGroup, ConnectionRate } from './types';

const GROUPS = ['store', 'clerk', 'sku'] as const;
type By = (typeof GROUPS)[number];

/** Of those who bought in these days, how many can be spoken to: as a whole, and by store, clerk or SKU. */
export function ConnectionPanel({ days }: { days: ReachDays }) {
  const c = useT().reach.connection;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const by = GROUPS.find((one) => one === search.by) ?? 'store';
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(search.bound_by ?? '');
  const boundBy = isDay ? (search.bound_by ?? '') : '';
  const query = useQuery(connectionQuery(days, boundBy, by));
  const go = (next: Search) => navigate({ to: '.', search: { ...search, ...next }, replace: true, resetScroll: false });
  return (
    <Panel
      flush
      title={c.title}
      explain={<Explain name={c.title} definition={c.about} />}
      testId="connection"
      actions={query.data && <DownloadCsv title={c.title} file={() => fileOf(query.data, by, days, c)} />}
    >
      <div className={css.tools}>
        <NativeSelect
          label={c.by}
          value={by}
          onChange={(event) => go({ by: event.currentTarget.value })}
          data={GROUPS.map((value) => ({ value, label: c.groups[value] }))}
        />
        <TextInput
          type="date"
          label={c.boundBy}
          value={search.bound_by ?? ''}
          onChange={(event) => go({ bound_by: event.currentTarget.value })}
        />
      </div>
      <QueryView
        query={query}
        loading={
          <div className={registry.pad}>
            <LoadingBlock lines={6} height={40} />
          </div>
        }
      >
        {(rate) => <Found rate={rate} by={by} />}
      </QueryView>
    </Panel>
  );
}

function Found({ rate, by }: { rate: ConnectionRate; by: By }) {
  const c = useT().reach.connection;
  const fmt = useFmt();
  const columns = useColumns(by);
  if (rate.buyers === 0)
    return (
      <StateView
        testId="state-no-match"
        icon={<IconUserOff size={28} stroke={1.5} />}
        title={c.nobodyTitle}
        text={c.nobodyText}
      />
    );
  return (
    <>
      <div className={registry.pad}>
        <FigureStrip label={c.title} dense>
          <Figure name={c.buyers} testId="connection-buyers">
            {fmt.count(rate.buyers)}
          </Figure>
          <Figure name={c.connected} note={c.boundUntil(rate.bound_by)} testId="connection-connected">
            {fmt.count(rate.connected)}
          </Figure>
          <Figure name={c.rate} testId="connection-rate">
            <Percent ratio={ratioOf(rate.rate_basis_points)} />
          </Figure>
        </FigureStrip>
      </div>
      <p className={registry.note}>
        {c.notAdding}
        {rate.is_cut && ` ${c.isCut(fmt.count(rate.groups.length))}`}
      </p>
      <DataTable label={c.table} columns={columns} rows={rate.groups} rowKey={({ key }) => key ?? ''} tall />
    </>
  );
}

type Words = Messages['reach']['connection'];

function fileOf(rate: ConnectionRate, by: By, days: ReachDays, { column: c, ...w }: Words) {
  return {
    name: `connection-rate-by-${by}.csv`,
    columns: [c.from, c.to, c.boundBy, 'id', w.groups[by], w.buyers, w.connected, `${w.rate} %`],
    rows: [
      {
        key: '',
        name: w.whole,
        buyers: rate.buyers,
        connected: rate.connected,
        rate_basis_points: rate.rate_basis_points,
      },
      ...rate.groups,
    ].map((one) => [
      days.from,
      days.to,
      rate.bound_by,
      one.key ?? '',
      one.name ?? one.key ?? w.none[by],
      one.buyers,
      one.connected,
      one.rate_basis_points === null ? '' : one.rate_basis_points / 100,
    ]),
  };
}

function useColumns(by: By): Column<ConnectionGroup>[] {
  const c = useT().reach.connection;
  const fmt = useFmt();
  return [
    { key: 'group', header: c.groups[by], always: true, render: (group) => <Group of={group} by={by} /> },
    { key: 'buyers', header: c.buyers, numeric: true, render: ({ buyers }) => fmt.count(buyers) },
    { key: 'connected', header: c.connected, numeric: true, render: ({ connected }) => fmt.count(connected) },
    {
      key: 'rate',
      header: c.rate,
      numeric: true,
      render: ({ rate_basis_points }) => <ShareBar ratio={ratioOf(rate_basis_points)} />,
    },
  ];
}

/** A store and a clerk have a page of their own. */
function Group({ of: { key, name }, by }: { of: ConnectionGroup; by: By }) {
  const c = useT().reach.connection;
  const can = useCan();
  if (key === null) return <span className="muted">{c.none[by]}</span>;
  const text = <span translate="no">{name ?? key}</span>;
  if (by === 'sku' || !can('stores.read')) return <span className={registry.name}>{text}</span>;
  return (
    <Link to={by === 'store' ? '/stores/$id' : '/clerks/$id'} params={{ id: key }} className={registry.name}>
      {text}
    </Link>
  );
}
