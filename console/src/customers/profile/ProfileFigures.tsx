import { Link } from '@tanstack/react-router';
import type { CustomerProfile } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { DayOf, Missing, MoneyCompact, Percent } from '@/shared/ui/Values';

export function ProfileFigures({ profile }: { profile: CustomerProfile }) {
  const t = useT();
  const fmt = useFmt();
  const { row, value } = profile;
  const c = t.customers.column;
  const d = t.customers.definitions;
  const asOf = value?.as_of;
  const average = row.orders > 0 ? { ...row.revenue, minor: Math.round(row.revenue.minor / row.orders) } : null;
  const orders = { kind: 'order' };
  return (
    <FigureStrip dense label={t.customers.profile.kpis}>
      <Figure name={c.revenue} explain={<Explain name={c.revenue} definition={d.revenue} asOf={asOf} />}>
        <Link to="." search={{}} hash="timeline" state={true}>
          <MoneyCompact value={row.revenue} />
        </Link>
      </Figure>
      <Figure name={c.orders} explain={<Explain name={c.orders} definition={d.orders} asOf={asOf} />}>
        <Link to="." search={orders} hash="timeline" state={true} data-testid="profile-orders">
          {fmt.count(row.orders)}
        </Link>
      </Figure>
      <Figure
        name={t.customers.profile.averageOrder}
        explain={<Explain name={t.customers.profile.averageOrder} definition={d.averageOrder} asOf={asOf} />}
      >
        {average ? (
          <Link to="." search={orders} hash="timeline" state={true}>
            <MoneyCompact value={average} />
          </Link>
        ) : (
          <Missing reason={t.customers.neverBought} />
        )}
      </Figure>
      <Figure
        name={c.last_purchase_at}
        explain={<Explain name={c.last_purchase_at} definition={d.last_purchase_at} asOf={asOf} />}
      >
        <DayOf at={row.last_purchase_at} />
      </Figure>
      <Figure
        name={c.lifetime_value}
        explain={<Explain name={c.lifetime_value} definition={d.lifetime_value} asOf={asOf} />}
      >
        <MoneyCompact value={row.lifetime_value} reason={t.customers.noValueReason} />
      </Figure>
      <Figure
        name={c.probability_active}
        explain={<Explain name={c.probability_active} definition={d.probability_active} asOf={asOf} />}
      >
        <Percent ratio={row.probability_active} reason={t.customers.noValueReason} />
      </Figure>
      <Figure name={c.cell} explain={<Explain name={c.cell} definition={d.rfm} asOf={asOf} />}>
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
