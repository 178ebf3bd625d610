import { Link } from '@tanstack/react-router';
import { PART_COLORS } from '@/customers/profile/partColors';
import type { Overview, ValuePartName } from '@/shared/api/types';
import { ShareBar } from '@/shared/charts/Bars';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Notice } from '@/shared/ui/Notice';
import { MoneyCompact } from '@/shared/ui/Values';
import { rateText } from '@/value/rateText';
import css from './home.module.css';

const PARTS: ValuePartName[] = ['historical', 'current', 'potential'];

export function NorthStar({ total, asOf }: { total: NonNullable<Overview['total_value']>; asOf: string | null }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.home.definitions;
  const { definition } = total;
  return (
    <section className={css.northStar} aria-labelledby="north-star" data-testid="north-star">
      <div className={css.northHead}>
        <h2 id="north-star" className={css.northName}>
          {t.home.northStar}
        </h2>
        <Explain
          name={t.home.northStar}
          definition={d.lifetime}
          asOf={asOf}
          formula={`${t.common.parts.historical} + ${t.common.parts.current} + ${t.common.parts.potential}`}
        />
      </div>
      <p className={css.northValue} data-testid="total-lifetime" data-minor={total.lifetime?.minor}>
        <Link to="/customers" search={{ sort: 'lifetime_value' }}>
          <MoneyCompact value={total.lifetime} reason={t.value.distribution.tooLittleTitle} />
        </Link>
      </p>
      <ShareBar parts={PARTS.map((part) => ({ key: part, size: total[part]?.minor ?? 0, color: PART_COLORS[part] }))} />
      <dl className={css.addends}>
        {PARTS.map((part, index) => (
          <div key={part}>
            <dt>
              <span className={css.swatch} style={{ background: PART_COLORS[part] }} aria-hidden="true" />
              {index > 0 && <span aria-hidden="true">+</span>}
              {t.common.parts[part]}
              <Explain name={t.common.parts[part]} definition={d[part]} asOf={asOf} />
            </dt>
            <dd data-testid={`total-${part}`} data-minor={total[part]?.minor}>
              <Link to="/customers" search={{ sort: `${part}_value` }}>
                <MoneyCompact value={total[part]} reason={t.value.distribution.tooLittleTitle} />
              </Link>
            </dd>
            {part === 'potential' && total.potential_low && total.potential_high && (
              <dd className={css.range}>
                {t.home.potentialRange(fmt.moneyCompact(total.potential_low), fmt.moneyCompact(total.potential_high))}
              </dd>
            )}
          </div>
        ))}
      </dl>
      <p className={css.northTerms}>
        {t.home.definitionLine(
          fmt.count(definition.horizon_days),
          rateText(fmt, definition.discount_rate_annual),
          rateText(fmt, definition.margin_basis_points / 10_000),
          fmt.count(definition.current_window_days),
        )}
      </p>
      {!total.lifetime && (
        <Notice tone="info" title={t.value.distribution.tooLittleTitle}>
          {t.value.distribution.tooLittleText}
        </Notice>
      )}
      {!definition.margin_is_set && (
        <Notice tone="warning">
          {t.home.marginMissing} <Link to="/settings">{t.home.setMargin}</Link>
        </Notice>
      )}
    </section>
  );
}
