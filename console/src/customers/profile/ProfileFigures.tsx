import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CustomerProfile, CustomerRow } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { DayOf, Missing, MoneyCompact, Percent } from '@/shared/ui/Values';
import { timelineQuery } from '../api';
import { lifetimeRankQuery } from './lifetimeRank';

/** First what moves with every purchase, then what the last value run has made of it, which has a day that it is of. */
export function ProfileFigures({ profile }: { profile: CustomerProfile }) {
  const t = useT();
  const fmt = useFmt();
  const { row, value } = profile;
  const c = t.customers.column;
  const d = t.customers.definitions;
  const p = t.customers.profile;
  const average = row.orders > 0 ? { ...row.revenue, minor: Math.round(row.revenue.minor / row.orders) } : null;
  const live = (name: string, definition: string) => ({
    name,
    explain: <Explain name={name} definition={definition} />,
  });
  const ofRun = (name: string, definition: string) => ({
    name,
    explain: <Explain name={name} definition={definition} asOf={value?.as_of} />,
  });
  return (
    <FigureStrip dense columns={5} label={p.kpis}>
      <Figure {...live(c.revenue, d.revenue)}>
        <ToTimeline>
          <MoneyCompact value={row.revenue} />
        </ToTimeline>
      </Figure>
      <Figure {...live(c.gross_sales, d.gross_sales)} testId="profile-gross">
        <ToTimeline kind="order">
          <MoneyCompact value={row.gross_sales} />
        </ToTimeline>
      </Figure>
      {row.refunds.minor === 0 ? (
        <Figure {...live(c.refunds, d.refunds)} testId="profile-refunds">
          <MoneyCompact value={row.refunds} />
        </Figure>
      ) : (
        <Figure {...live(c.refunds, d.refunds)} testId="profile-refunds" note={<RefundCount id={row.id} />}>
          <ToTimeline kind="refund">
            <MoneyCompact value={row.refunds} />
          </ToTimeline>
        </Figure>
      )}
      <Figure {...live(c.orders, d.orders)}>
        <ToTimeline kind="order" testId="profile-orders">
          {fmt.count(row.orders)}
        </ToTimeline>
      </Figure>
      <Figure {...live(p.averageOrder, d.averageOrder)}>
        {average ? (
          <ToTimeline kind="order">
            <MoneyCompact value={average} />
          </ToTimeline>
        ) : (
          <Missing reason={t.customers.neverBought} />
        )}
      </Figure>
      <Figure {...live(c.first_purchase_at, d.first_purchase_at)} testId="profile-first">
        <Bought at={row.first_purchase_at} />
      </Figure>
      <Figure {...live(c.last_purchase_at, d.last_purchase_at)}>
        <Bought at={row.last_purchase_at} />
      </Figure>
      <Figure
        {...ofRun(c.lifetime_value, row.lifetime_value ? `${d.lifetime_value} ${d.lifetimeRank}` : d.lifetime_value)}
        note={row.lifetime_value ? <LifetimeRank minor={row.lifetime_value.minor} /> : undefined}
      >
        <MoneyCompact value={row.lifetime_value} reason={t.customers.noValueReason} />
      </Figure>
      <Figure {...ofRun(c.probability_active, d.probability_active)}>
        <Percent ratio={row.probability_active} reason={t.customers.noValueReason} />
      </Figure>
      <Figure {...ofRun(c.cell, d.rfm)}>
        {row.rfm ? (
          <Link to="/customers" search={{ cell: row.rfm.cell }}>
            {row.rfm.cell}
          </Link>
        ) : (
          <Missing reason={t.customers.neverBought} />
        )}
      </Figure>
    </FigureStrip>
  );
}

/** To the entries that a figure adds up. */
function ToTimeline({ kind, testId, children }: { kind?: string; testId?: string; children: ReactNode }) {
  return (
    <Link to="." search={kind ? { kind } : {}} hash="timeline" state={true} data-testid={testId}>
      {children}
    </Link>
  );
}

function Bought({ at }: { at: CustomerRow['first_purchase_at'] }) {
  const t = useT();
  return at ? <DayOf at={at} /> : <Missing reason={t.customers.neverBought} />;
}

/** Counted in the timeline, whose first page is seldom not all of them. */
function RefundCount({ id }: { id: string }) {
  const t = useT();
  const fmt = useFmt();
  const { data, hasNextPage } = useInfiniteQuery(timelineQuery(id, 'refund'));
  if (!data) return null;
  const count = data.pages.reduce((sum, page) => sum + page.items.length, 0);
  return <>{t.customers.profile.refundCount(fmt.count(count) + (hasNextPage ? '+' : ''))}</>;
}

function LifetimeRank({ minor }: { minor: number }) {
  const t = useT();
  const fmt = useFmt();
  const { data } = useQuery(lifetimeRankQuery(minor));
  if (!data) return null;
  const p = t.customers.profile;
  return (
    <span data-testid="lifetime-rank">
      {p.lifetimeRank(fmt.count(data.rank), fmt.count(data.total))}
      {' · '}
      {p.rankText(fmt.percent(data.atMost))}
    </span>
  );
}
