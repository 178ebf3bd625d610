import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { MoneyText } from '@/shared/ui/Values';
import { type Whom, worthQuery } from './api';
import css from './insight.module.css';

/** What one of a group is worth, and what it took to win one. Where that is not known, nothing is said. */
export function WorthList({ whom }: { whom: Whom }) {
  const w = useT().segmentInsight.worth;
  const fmt = useFmt();
  const { data, error } = useQuery(worthQuery(whom));
  if (!data || error || (!data.lifetime_value && !data.acquisition)) return null;
  const { lifetime_value: lifetime, acquisition } = data;
  return (
    <div className={css.worth} data-testid="worth">
      <div className={css.subHead}>
        <h3 className={css.sub}>{w.title}</h3>
        <Explain name={w.title} definition={w.about} />
      </div>
      <dl>
        {lifetime && (
          <div>
            <dt>{w.lifetime}</dt>
            <dd data-testid="worth-lifetime">
              <MoneyText value={lifetime.amount} /> <span className="muted">{w.of(fmt.count(lifetime.of))}</span>
            </dd>
          </div>
        )}
        {acquisition && (
          <div>
            <dt>{w.cost}</dt>
            <dd data-testid="worth-cost">
              <MoneyText value={acquisition.cost.amount} />{' '}
              <span className="muted">{w.of(fmt.count(acquisition.cost.of))}</span>
            </dd>
          </div>
        )}
        {typeof acquisition?.ratio === 'number' && (
          <div>
            <dt>{w.ratio}</dt>
            <dd data-testid="worth-ratio">{fmt.decimal(acquisition.ratio)}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
