import { Link } from '@tanstack/react-router';
import type { Overview } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { CountCompact, MoneyCompact } from '@/shared/ui/Values';

export function HomeFigures({ overview, trend }: { overview: Overview; trend: Overview['trend'] }) {
  const t = useT();
  const fmt = useFmt();
  const asOf = overview.as_of;
  const d = t.home.definitions;
  const last = trend.at(-1);
  const previous = trend.at(-2);
  const delta = (now: number, then: number) => {
    if (!last || !previous || then === 0) return undefined;
    if (last.partial) return t.home.partialNote;
    const ratio = now / then - 1;
    const arrow = ratio > 0 ? '▲' : ratio < 0 ? '▼' : '';
    const sign = ratio > 0 ? '+' : '';
    return `${arrow} ${t.home.monthDelta(sign + fmt.percent(ratio), previous.month)}`.trim();
  };
  return (
    <FigureStrip label={t.home.kpis}>
      <Figure
        name={t.home.customers}
        testId="kpi-customers"
        explain={<Explain name={t.home.customers} definition={d.customers} />}
      >
        <Link to="/customers" data-count={overview.customers}>
          <CountCompact value={overview.customers} />
        </Link>
      </Figure>
      <Figure
        name={t.home.buyers}
        testId="kpi-buyers"
        explain={<Explain name={t.home.buyers} definition={d.buyers} />}
        note={
          overview.customers > 0 ? t.home.buyersShare(fmt.percent(overview.buyers / overview.customers)) : undefined
        }
      >
        <Link to="/customers" search={{ min_orders: '1' }} data-count={overview.buyers}>
          <CountCompact value={overview.buyers} />
        </Link>
      </Figure>
      {last && (
        <>
          <Figure
            name={t.home.lastMonth(last.month)}
            explain={<Explain name={t.home.measures.revenue} definition={d.revenue} asOf={asOf} />}
            note={delta(last.revenue.minor, previous?.revenue.minor ?? 0)}
          >
            <Link to="/customers" search={{ bought_in: last.month, sort: 'revenue' }}>
              <MoneyCompact value={last.revenue} />
            </Link>
          </Figure>
          <Figure
            name={t.home.lastMonthOrders(last.month)}
            explain={<Explain name={t.home.measures.orders} definition={d.orders} asOf={asOf} />}
            note={delta(last.orders, previous?.orders ?? 0)}
          >
            <Link to="/customers" search={{ bought_in: last.month, sort: 'orders' }}>
              <CountCompact value={last.orders} />
            </Link>
          </Figure>
        </>
      )}
    </FigureStrip>
  );
}
