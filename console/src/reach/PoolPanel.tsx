import { Button } from '@mantine/core';
import { IconPlus, IconUsersPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { MoneyText, When } from '@/shared/ui/Values';
import { type PeopleOf, poolQuery } from './api';
import { milliMajor, milliText } from './figures';
import { Opens } from './Opens';
import css from './reach.module.css';
import type { Pool, PoolChannel, ReachChannel } from './types';

/** For one in many visits. */
const ChannelDialog = lazy(() => import('./ChannelDialog').then((module) => ({ default: module.ChannelDialog })));

const PeopleDialog = lazy(() =>
  import('./coverage/CoveragePanel').then((module) => ({ default: module.PeopleDialog })),
);

/** How many customers can be reached now, over which channel and at what cost. */
export function PoolPanel() {
  const r = useT().reach;
  const p = r.pool;
  const nameOf = useNameOf();
  const can = useCan();
  const query = useQuery(poolQuery);
  /** Null: none is changed; `new`: one is added. */
  const [changing, setChanging] = useState<ReachChannel | 'new' | null>(null);
  const pool = query.data;
  return (
    <Panel
      flush
      title={p.title}
      explain={<Explain name={p.title} definition={p.about} />}
      testId="pool"
      actions={
        pool && (
          <>
            <DownloadCsv title={p.title} file={() => fileOf(pool, p, nameOf)} />
            {can('touch_points.manage') && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                onClick={() => setChanging('new')}
              >
                {r.channel.create}
              </Button>
            )}
          </>
        )
      }
    >
      <QueryView
        query={query}
        loading={
          <div className={registry.pad}>
            <LoadingBlock lines={6} height={40} />
          </div>
        }
      >
        {(found) => <Found pool={found} onChange={setChanging} />}
      </QueryView>
      <Suspense fallback={null}>
        {changing && <ChannelDialog channel={changing === 'new' ? null : changing} onClose={() => setChanging(null)} />}
      </Suspense>
    </Panel>
  );
}

function Found({ pool, onChange }: { pool: Pool; onChange: (channel: ReachChannel) => void }) {
  const p = useT().reach.pool;
  const fmt = useFmt();
  const [opened, setOpened] = useState<PeopleOf | null>(null);
  const open = (title: string, figure: string, channel?: string) =>
    setOpened({ title, path: '/reach/pool/people', query: { figure, ...(channel && { channel }) } });
  const columns = useColumns(onChange, open);
  return (
    <>
      <div className={registry.pad}>
        <FigureStrip label={p.title} dense>
          <Figure
            name={p.contacts}
            explain={<Explain name={p.contacts} definition={p.contactsAbout} />}
            testId="pool-contacts"
          >
            <Opens count={pool.contacts} name={p.contacts} onOpen={() => open(p.contacts, 'contacts')} />
          </Figure>
          <Figure
            name={p.reachable}
            explain={<Explain name={p.reachable} definition={p.reachableAbout} />}
            note={pool.contacts > 0 ? p.share(fmt.percent(pool.reachable / pool.contacts)) : undefined}
            testId="pool-reachable"
          >
            <Opens count={pool.reachable} name={p.reachable} onOpen={() => open(p.reachable, 'reachable')} />
          </Figure>
          <Figure name={p.asOf}>
            <When at={pool.as_of} />
          </Figure>
        </FigureStrip>
      </div>
      {pool.contacts === 0 && (
        <StateView
          testId="state-first-use"
          icon={<IconUsersPlus size={28} stroke={1.5} />}
          title={p.emptyTitle}
          text={p.emptyText}
        />
      )}
      <DataTable label={p.table} columns={columns} rows={pool.channels} rowKey={({ channel }) => channel.code} />
      <Suspense fallback={null}>{opened && <PeopleDialog of={opened} onClose={() => setOpened(null)} />}</Suspense>
    </>
  );
}

type Words = Messages['reach']['pool'];

function fileOf(pool: Pool, { column: c }: Words, nameOf: (channel: ReachChannel) => string) {
  const [first] = pool.channels;
  return {
    name: 'reach-pool.csv',
    asOf: pool.as_of,
    currency: first?.cost_of_all.currency ?? null,
    columns: [c.code, c.channel, c.contacts, c.withheld, c.exhausted, c.reachable, c.costEach, c.costOfAll],
    rows: pool.channels.map((one) => [
      one.channel.code,
      nameOf(one.channel),
      one.contacts,
      one.withheld,
      one.exhausted,
      one.reachable,
      milliMajor(one.channel.cost_milli_minor, one.cost_of_all),
      moneyMajor(one.cost_of_all),
    ]),
  };
}

function useColumns(
  onChange: (channel: ReachChannel) => void,
  open: (title: string, figure: string, channel: string) => void,
): Column<PoolChannel>[] {
  const t = useT();
  const { column: c, ...p } = t.reach.pool;
  const fmt = useFmt();
  const can = useCan();
  const nameOf = useNameOf();
  const figure = (key: 'contacts' | 'withheld' | 'exhausted' | 'reachable'): Column<PoolChannel> => ({
    key,
    header: c[key],
    numeric: true,
    render: (one) => {
      const name = `${nameOf(one.channel)} · ${c[key]}`;
      return (
        <span data-figure={key}>
          <Opens count={one[key]} name={name} onOpen={() => open(name, key, one.channel.code)} />
        </span>
      );
    },
  });
  const columns: Column<PoolChannel>[] = [
    {
      key: 'channel',
      header: c.channel,
      always: true,
      render: ({ channel }) => (
        <>
          <span className={registry.name} translate="no">
            {nameOf(channel)}
          </span>
          {channel.is_connection && <Chip tone="info">{p.isConnection}</Chip>}
        </>
      ),
    },
    figure('contacts'),
    figure('withheld'),
    figure('exhausted'),
    figure('reachable'),
    {
      key: 'cost',
      header: c.costEach,
      numeric: true,
      render: ({ channel, cost_of_all }) => milliText(fmt, channel.cost_milli_minor, cost_of_all),
    },
    {
      key: 'cost-all',
      header: c.costOfAll,
      numeric: true,
      render: ({ cost_of_all }) => <MoneyText value={cost_of_all} />,
    },
    {
      key: 'rule',
      header: c.rule,
      render: ({ channel: { identifiers, consent, purpose, quota } }) => (
        <span className={css.rule}>
          <span>{fmt.list(identifiers.map((one) => lookup(t.common.identifiers, one)))}</span>
          <span className={registry.code}>
            {lookup(p.consents, consent)} · <span className="mono">{purpose}</span>
          </span>
          <span className={registry.code}>
            {quota === null ? p.noQuota : p.quota(fmt.count(quota.messages), fmt.count(quota.days))}
          </span>
        </span>
      ),
    },
  ];
  if (!can('touch_points.manage')) return columns;
  const tools: Column<PoolChannel> = {
    key: 'tools',
    header: c.tools,
    render: ({ channel }) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t.reach.channel.change.of(nameOf(channel))}
        onClick={() => onChange(channel)}
      >
        {t.reach.channel.change.action}
      </Button>
    ),
  };
  return [...columns, tools];
}
