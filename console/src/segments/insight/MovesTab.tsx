import { IconArrowsExchange } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
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

function JustBegun({ trend: { points } }: { trend: SegmentTrend }) {
  const { trend: w } = useT().segmentInsight;
  const fmt = useFmt();
  const [first] = points;
  return (
    <Panel title={w.title} testId="trend">
      <p className="muted">{first ? w.since(fmt.daySentence(first.day)) : w.notYet}</p>
    </Panel>
  );
}

function Line({ segment, trend: { points, as_of } }: { segment: Segment; trend: SegmentTrend }) {
  const { trend: w } = useT().segmentInsight;
  const fmt = useFmt();
  const navigate = useNavigate();
  const searchOf = (day: string) => ({ at: day });
  return (
    <ChartFrame
      title={w.title}
      explain={<Explain name={w.title} definition={w.about} asOf={fmt.listTime(as_of)} />}
      fileName={`trend-${segment.code}.csv`}
      testId="trend"
      note={points.length < TREND_WEEKS * 7 && points[0] && <span>{w.since(fmt.daySentence(points[0].day))}</span>}
      table={{
        columns: [w.day, w.count],
        rows: points.map(({ day, count }) => ({
          cells: [
            day,
            <Link key="count" to="/segments/$code" params={{ code: segment.code }} search={searchOf(day)}>
              {fmt.count(count)}
            </Link>,
          ],
          plain: [day, count],
        })),
      }}
    >
      <Suspense fallback={<LoadingBlock height={HEIGHT_PX} />}>
        <XyChart
          height={HEIGHT_PX}
          label={w.title}
          xLabels={points.map(({ day }) => day)}
          series={[{ key: 'count', label: w.count, kind: 'line', color: 1, values: points.map(({ count }) => count) }]}
          formatAxis={(value) => fmt.compact(value)}
          formatValue={(value) => fmt.count(value)}
          onPick={(index) => {
            const day = points[index]?.day;
            if (day) navigate({ to: '/segments/$code', params: { code: segment.code }, search: searchOf(day) });
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
      render: ({ entered }) => <Chip tone={entered ? 'primary' : undefined}>{entered ? m.entered : m.left}</Chip>,
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
          rowKey={({ at, customer, entered }) => `${at} ${customer.id} ${entered}`}
        />
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
