import { IconArrowsExchange } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Search } from '@/app/search';
import { useCustomerName } from '@/customers/name';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import type { Segment } from '../types';
import { movesQuery, TREND_WEEKS, trendQuery } from './api';
import type { SegmentMove, SegmentTrend } from './types';

const XyChart = lazy(() => import('@/shared/charts/XyChart').then((module) => ({ default: module.XyChart })));

const HEIGHT_PX = 220;

/** How many were in it over twelve weeks, and who came and went, why. */
export function MovesTab({ segment }: { segment: Segment }) {
  return (
    <div className={registry.stack}>
      <Trend segment={segment} />
      <Moves segment={segment} />
    </div>
  );
}

function Trend({ segment }: { segment: Segment }) {
  const query = useQuery(trendQuery(segment.code));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock height={HEIGHT_PX} />}>
      {(trend) => (trend.points.length < 2 ? <JustBegun trend={trend} /> : <Line segment={segment} trend={trend} />)}
    </QueryView>
  );
}

function JustBegun({ trend: { kept_since } }: { trend: SegmentTrend }) {
  const { trend: w } = useT().segmentInsight;
  const fmt = useFmt();
  return (
    <Panel title={w.title} testId="trend">
      <p className="muted">{kept_since ? w.since(fmt.daySentence(fmt.day(kept_since))) : w.notYet}</p>
    </Panel>
  );
}

function Line({ segment, trend: { points, kept_since, as_of } }: { segment: Segment; trend: SegmentTrend }) {
  const { trend: w } = useT().segmentInsight;
  const fmt = useFmt();
  const navigate = useNavigate();
  const isNow = (index: number) => index === points.length - 1;
  const nameOf = (day: string, index: number) => (isNow(index) ? w.now : day);
  // The last one is now: that is the list as it is.
  const searchOf = (day: string, index: number): Search => (isNow(index) ? {} : { at: day });
  return (
    <ChartFrame
      title={w.title}
      explain={<Explain name={w.title} definition={w.about} asOf={fmt.listTime(as_of)} />}
      fileName={`trend-${segment.code}.csv`}
      testId="trend"
      note={points.length < TREND_WEEKS && kept_since && <span>{w.since(fmt.daySentence(fmt.day(kept_since)))}</span>}
      table={{
        columns: [w.day, w.count],
        rows: points.map(({ day, count }, index) => ({
          cells: [
            nameOf(day, index),
            <Link key="count" to="/segments/$code" params={{ code: segment.code }} search={searchOf(day, index)}>
              {fmt.count(count)}
            </Link>,
          ],
          plain: [nameOf(day, index), count],
        })),
      }}
    >
      <Suspense fallback={<LoadingBlock height={HEIGHT_PX} />}>
        <XyChart
          height={HEIGHT_PX}
          label={w.title}
          xLabels={points.map(({ day }, index) => nameOf(day, index))}
          series={[{ key: 'count', label: w.count, kind: 'line', color: 1, values: points.map(({ count }) => count) }]}
          formatAxis={(value) => fmt.compact(value)}
          formatValue={(value) => fmt.count(value)}
          onPick={(index) => {
            const day = points[index]?.day;
            if (day) navigate({ to: '/segments/$code', params: { code: segment.code }, search: searchOf(day, index) });
          }}
        />
      </Suspense>
    </ChartFrame>
  );
}

function Moves({ segment: { code, name } }: { segment: Segment }) {
  const m = useT().segmentInsight.moves;
  const fmt = useFmt();
  const nameOf = useCustomerName();
  const query = useInfiniteQuery(movesQuery(code));
  const moves = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<SegmentMove>[] = [
    {
      key: 'customer',
      header: m.column.customer,
      always: true,
      render: ({ customer }) => (
        <Link to="/customers/$id" params={{ id: customer.id }}>
          {nameOf(customer)}
        </Link>
      ),
    },
    {
      key: 'what',
      header: m.column.what,
      render: ({ has_entered }) => (
        <Chip tone={has_entered ? 'primary' : undefined}>{has_entered ? m.entered : m.left}</Chip>
      ),
    },
    { key: 'at', header: m.column.at, render: ({ at }) => <When at={at} /> },
    { key: 'cause', header: m.column.cause, render: ({ cause }) => m.causes[cause] },
    { key: 'version', header: m.column.version, numeric: true, render: ({ version }) => fmt.count(version) },
    {
      key: 'why',
      header: m.why,
      render: ({ customer }) => (
        <Link
          to="/segments/$code"
          params={{ code }}
          search={{ tab: 'why', customer: customer.id }}
          aria-label={m.whyOf(nameOf(customer))}
          resetScroll={false}
        >
          {m.why}
        </Link>
      ),
    },
  ];
  return (
    <Panel flush title={m.title} explain={<Explain name={m.title} definition={m.about} />} testId="moves">
      {query.isPending && (
        <div className={registry.pad}>
          <LoadingBlock lines={6} height={36} />
        </div>
      )}
      <PagedError query={query} />
      {moves?.length === 0 && (
        <StateView
          testId="state-no-moves"
          icon={<IconArrowsExchange size={28} stroke={1.5} />}
          title={m.none}
          text={m.noneText}
        />
      )}
      {moves && moves.length > 0 && (
        <DataTable
          label={m.titleOf(name)}
          columns={columns}
          rows={moves}
          rowKey={({ at, customer, has_entered }) => `${at} ${customer.id} ${has_entered}`}
        />
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
