import { NativeSelect } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Search } from '@/app/search';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { type Messages, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { ratioOf, ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { Missing, MoneyText, Percent } from '@/shared/ui/Values';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { funnelQuery, type PeopleOf, type ReachDays } from './api';
import { milliMajor, milliText } from './figures';
import { Opens } from './Opens';
import css from './reach.module.css';
import type { Funnel, FunnelSource, FunnelStep } from './types';

/** For one in many visits. */
const PeopleDialog = lazy(() =>
  import('./coverage/CoveragePanel').then((module) => ({ default: module.PeopleDialog })),
);

const STEPS = ['clicked', 'followed', 'registered', 'bought'] as const;
/** What most brands write into their codes. */
const USUAL_PARAMETER = 'channel';

/** From paid clicks in public to buyers, by source, with what each step cost. */
export function FunnelPanel({ days }: { days: ReachDays }) {
  const f = useT().reach.funnel;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { nameOf } = useTouchPoints();
  const parameter = search.parameter ?? '';
  const query = useQuery(funnelQuery(days, parameter));
  const go = (next: string) =>
    navigate({ to: '.', search: { ...search, parameter: next }, replace: true, resetScroll: false });
  const say = (source: string | null) => (source === null ? f.without : parameter === '' ? nameOf(source) : source);
  return (
    <Panel
      flush
      title={f.title}
      explain={<Explain name={f.title} definition={f.about} />}
      testId="funnel"
      actions={
        query.data &&
        query.data.sources.length > 0 && <DownloadCsv title={f.title} file={() => fileOf(query.data, days, f, say)} />
      }
    >
      <div className={css.tools}>
        <NativeSelect
          label={f.by}
          value={parameter === '' ? 'touch_point' : 'parameter'}
          onChange={(event) => go(event.currentTarget.value === 'parameter' ? USUAL_PARAMETER : '')}
          data={[
            { value: 'touch_point', label: f.touchPoint },
            { value: 'parameter', label: f.parameter },
          ]}
        />
        {parameter !== '' && (
          <SearchField label={f.parameterName} placeholder={f.parameterHint} value={parameter} onChange={go} />
        )}
      </div>
      <QueryView
        query={query}
        loading={
          <div className={registry.pad}>
            <LoadingBlock lines={5} height={56} />
          </div>
        }
      >
        {(funnel) =>
          funnel.sources.length === 0 ? (
            <StateView
              testId="state-no-clicks"
              icon={<IconFilter size={28} stroke={1.5} />}
              title={f.emptyTitle}
              text={f.emptyText}
            />
          ) : (
            <Found funnel={funnel} say={say} days={days} parameter={parameter} />
          )
        }
      </QueryView>
    </Panel>
  );
}

interface FoundProps {
  funnel: Funnel;
  say: (source: string | null) => string;
  days: ReachDays;
  parameter: string;
}

function Found({ funnel, say, days, parameter }: FoundProps) {
  const f = useT().reach.funnel;
  const byTouchPoint = parameter === '';
  const [opened, setOpened] = useState<PeopleOf | null>(null);
  const open = ({ source }: FunnelSource, figure: string, name: string) =>
    setOpened({
      title: `${say(source)} · ${name}`,
      path: '/reach/funnel/people',
      query: { ...days, parameter, figure, ...(source !== null && { source }) },
    });
  const search = useSearch({ strict: false }) as Search;
  const step = (key: (typeof STEPS)[number]): Column<FunnelSource> => ({
    key,
    header: f.steps[key],
    numeric: true,
    render: (one) => (
      <Step
        step={one[key]}
        of={one}
        isFirst={key === 'clicked'}
        name={key}
        onOpen={() => open(one, key, f.steps[key])}
      />
    ),
  });
  const columns: Column<FunnelSource>[] = [
    {
      key: 'source',
      header: byTouchPoint ? f.touchPoint : f.parameter,
      always: true,
      render: ({ source }) =>
        source === null || !byTouchPoint ? (
          <span className={registry.name} translate={source === null ? undefined : 'no'}>
            {say(source)}
          </span>
        ) : (
          // The same days: what the codes of this touch-point were scanned in them.
          <Link to="/codes" search={codesOf(source, search)} className={registry.name} translate="no">
            {say(source)}
          </Link>
        ),
    },
    { key: 'cost', header: f.cost, numeric: true, render: ({ cost }) => <MoneyText value={cost} /> },
    ...STEPS.map(step),
    {
      key: 'super',
      header: f.superUsers,
      numeric: true,
      render: (one) => <SuperUsers of={one} onOpen={() => open(one, 'super_users', f.superUsers)} />,
    },
  ];
  return (
    <>
      <p className={registry.note}>
        {f.note} {funnel.values_as_of === null ? f.noValues : f.valuesAsOf(funnel.values_as_of)}
      </p>
      <DataTable label={f.table} columns={columns} rows={funnel.sources} rowKey={({ source }) => source ?? ''} tall />
      <Suspense fallback={null}>{opened && <PeopleDialog of={opened} onClose={() => setOpened(null)} />}</Suspense>
    </>
  );
}

/** The list of codes has all time where its address says nothing; here that is thirty days. */
function codesOf(touch_point: string, { days, from, until }: Search): Search {
  const own: Search = {};
  if (from) own.from = from;
  if (until) own.until = until;
  return { touch_point, ...(Object.keys(own).length > 0 ? own : { days: days && days !== 'all' ? days : '30' }) };
}

interface StepProps {
  step: FunnelStep;
  of: FunnelSource;
  isFirst: boolean;
  name: string;
  onOpen: () => void;
}

/** How many, which share of the clicks, and what one came to. */
function Step({ step, of: { cost }, isFirst, name, onOpen }: StepProps) {
  const f = useT().reach.funnel;
  const fmt = useFmt();
  return (
    <span className={css.step}>
      <strong data-step={name}>
        <Opens count={step.count} name={f.steps[name as keyof typeof f.steps]} onOpen={onOpen} />
      </strong>
      {!isFirst && <ShareBar ratio={ratioOf(step.share_basis_points)} />}
      <span className={registry.code}>
        {step.cost_each_milli_minor === null ? (
          <Missing reason={f.nobody} />
        ) : (
          f.each(milliText(fmt, step.cost_each_milli_minor, cost))
        )}
      </span>
    </span>
  );
}

function SuperUsers({ of: { super_users: found }, onOpen }: { of: FunnelSource; onOpen: () => void }) {
  const f = useT().reach.funnel;
  const fmt = useFmt();
  if (found === null) return <Missing reason={f.noValues} />;
  return (
    <span className={css.step}>
      <strong>
        <Opens count={found.super_users} name={f.superUsers} onOpen={onOpen} />
      </strong>
      <Percent ratio={ratioOf(found.share_basis_points)} reason={f.nobody} />
      <span className={registry.code}>{f.ofBuyers(fmt.count(found.buyers))}</span>
    </span>
  );
}

type Words = Messages['reach']['funnel'];

function fileOf({ sources, values_as_of }: Funnel, days: ReachDays, f: Words, say: (source: string | null) => string) {
  const [first] = sources;
  const percent = (points: number | null | undefined) => (points === null || points === undefined ? '' : points / 100);
  return {
    name: 'reach-funnel.csv',
    currency: first?.cost.currency ?? null,
    columns: [
      f.column.from,
      f.column.to,
      f.column.code,
      f.column.source,
      f.cost,
      ...STEPS.flatMap((step) => [f.steps[step], `${f.steps[step]} %`, f.column.costOf(f.steps[step])]),
      f.superUsers,
      f.column.buyers,
      `${f.superUsers} %`,
      f.column.valuesAsOf,
    ],
    rows: sources.map((one) => [
      days.from,
      days.to,
      one.source ?? '',
      say(one.source),
      moneyMajor(one.cost),
      ...STEPS.flatMap((step) => {
        const { count, share_basis_points, cost_each_milli_minor: each } = one[step];
        return [count, percent(share_basis_points), each === null ? '' : milliMajor(each, one.cost)];
      }),
      one.super_users?.super_users ?? '',
      one.super_users?.buyers ?? '',
      percent(one.super_users?.share_basis_points),
      values_as_of ?? '',
    ]),
  };
}
