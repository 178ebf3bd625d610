import type { Money, Overview } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { MoneyCompact } from '@/shared/ui/Values';
import css from './home.module.css';

export function ChangePanel({ change }: { change: NonNullable<Overview['change']> }) {
  const t = useT();
  const c = t.home.change;
  const largest = Math.max(1, ...change.drivers.map((driver) => Math.abs(driver.amount.minor)));
  return (
    <Panel title={c.title} explain={<Explain name={c.title} definition={t.home.definitions.change} />} testId="change">
      <p className="muted">{c.since(change.since)}</p>
      <dl className={css.drivers}>
        {change.drivers.map(({ driver, amount }) => (
          <div key={driver}>
            <dt>{c.drivers[driver] ?? driver}</dt>
            <dd className={css.driverBar} aria-hidden="true">
              <span
                data-down={amount.minor < 0 || undefined}
                style={{
                  width: `${(Math.abs(amount.minor) / largest) * 50}%`,
                  [amount.minor < 0 ? 'right' : 'left']: '50%',
                }}
              />
            </dd>
            <dd className="num">
              <Delta amount={amount} />
            </dd>
          </div>
        ))}
        <div className={css.driverTotal}>
          <dt>{c.total}</dt>
          <dd />
          <dd className="num">
            <Delta amount={change.total} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function Delta({ amount }: { amount: Money }) {
  const t = useT();
  const c = t.home.change;
  const word = amount.minor > 0 ? c.up : amount.minor < 0 ? c.down : c.none;
  const arrow = amount.minor > 0 ? '▲' : amount.minor < 0 ? '▼' : '';
  return (
    <span className={amount.minor > 0 ? css.up : amount.minor < 0 ? css.down : undefined}>
      <span aria-hidden="true">{arrow} </span>
      <span className="visually-hidden">{word} </span>
      <MoneyCompact value={amount} signed />
    </span>
  );
}
