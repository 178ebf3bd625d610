import { IconChartDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { lazy, Suspense } from 'react';
import type { CustomerValue, Money, ValuePart } from '@/shared/api/types';
import { Meter, ShareBar } from '@/shared/charts/Bars';
import { type Fmt, useFmt } from '@/shared/fmt';
import { lookup, useT, withWords } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { StateView } from '@/shared/ui/StateView';
import { Missing, MoneyText, Percent } from '@/shared/ui/Values';
import { rateText } from '@/value/rateText';
import { noNextPurchase } from '../noNextPurchase';
import { PART_COLORS } from './partColors';
import { ratioOf } from './percentile';
import css from './profile.module.css';

export function ValuePanel({ value }: { value: CustomerValue | null }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.customers.profile;
  if (!value) {
    return (
      <Panel title={p.value}>
        <StateView
          testId="state-too-little-data"
          icon={<IconChartDots size={28} stroke={1.5} />}
          title={p.noValueTitle}
          text={p.noValueText}
        />
      </Panel>
    );
  }
  const total = value.parts.reduce((sum, part) => sum + (part.amount?.minor ?? 0), 0);
  const sum = value.lifetime && { ...value.lifetime, minor: total };
  return (
    <Panel
      title={p.value}
      explain={<Explain name={p.value} definition={t.customers.definitions.lifetime_value} asOf={value.as_of} />}
      testId="value-card"
    >
      <p className={css.lifetime}>
        <span className={css.lifetimeValue} data-testid="lifetime-value" data-minor={value.lifetime?.minor}>
          <MoneyText value={value.lifetime} reason={t.customers.noValueReason} />
        </span>
        {value.interval && (
          <span className="muted">
            {p.interval(
              fmt.percent(value.interval.level, 0),
              fmt.money(value.interval.low),
              fmt.money(value.interval.high),
            )}
          </span>
        )}
      </p>
      <ShareBar
        parts={value.parts.map((part) => ({
          key: part.part,
          size: part.amount?.minor ?? 0,
          color: PART_COLORS[part.part],
        }))}
      />
      <ul className={css.parts}>
        {value.parts.map((part) => (
          <Part key={part.part} part={part} />
        ))}
      </ul>
      {sum && (
        <p className={css.sum} data-testid="value-sum" data-minor={total}>
          {p.sum(fmt.money(sum))}
        </p>
      )}
      <dl className={css.terms}>
        <Term name={p.dataDate}>{value.as_of}</Term>
        <Term name={p.discountRate}>{rateText(fmt, value.discount_rate_annual)}</Term>
        <Term name={p.margin}>{rateText(fmt, value.margin_basis_points / 10_000)}</Term>
        <Term name={p.horizon}>{p.horizonDays(fmt.count(value.horizon_days))}</Term>
        <Term name={p.model}>{lookup(t.common.models, value.model)}</Term>
        {value.current_rank_percentile !== null && (
          <Term name={p.rank}>{p.rankText(fmt.percent(ratioOf(value.current_rank_percentile)))}</Term>
        )}
      </dl>
      {value.warnings.map((code) => (
        <Notice key={code} tone="warning">
          <WarningText code={code} />
        </Notice>
      ))}
    </Panel>
  );
}

/** Seldom said of one customer: the words of the value pages come with the first one. */
const ModelWarning = lazy(() =>
  withWords(['value'], import('./ModelWarning')).then((module) => ({ default: module.ModelWarning })),
);

function WarningText({ code }: { code: string }) {
  const own = lookup(useT().customers.valueWarnings, code);
  if (own !== code) return <>{own}</>;
  return (
    <Suspense fallback={null}>
      <ModelWarning code={code} />
    </Suspense>
  );
}

function Part({ part }: { part: ValuePart }) {
  const t = useT();
  const name = t.common.parts[part.part];
  return (
    <li className={css.part}>
      <span className={css.partName}>
        <span className={css.swatch} style={{ background: PART_COLORS[part.part] }} aria-hidden="true" />
        {name}
        <Explain
          name={name}
          definition={
            <dl className={css.inputs}>
              {Object.entries(part.inputs)
                .filter(([, input]) => input !== null)
                .map(([key, input]) => (
                  <Input key={key} name={key} value={input} />
                ))}
            </dl>
          }
          formula={lookup(t.customers.formulas, part.formula)}
        />
      </span>
      <span className={css.partAmount} data-testid={`part-${part.part}`} data-minor={part.amount?.minor}>
        <MoneyText value={part.amount} reason={t.customers.noValueReason} />
      </span>
      <span className={css.partPeriod}>{part.from || part.to ? `${part.from ?? '…'} – ${part.to ?? '…'}` : ''}</span>
      <span className={css.partFormula}>{lookup(t.customers.formulas, part.formula)}</span>
    </li>
  );
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value && 'exponent' in value;
}

/** Basis points and probabilities read as percentages, everything else as what it is. */
function inputText(name: string, value: unknown, fmt: Fmt): string {
  if (typeof value === 'number' && name.endsWith('_basis_points')) return rateText(fmt, value / 10_000);
  if (typeof value === 'number' && name.startsWith('probability')) return fmt.percent(value);
  if (isMoney(value)) return fmt.money(value);
  if (typeof value === 'number') return fmt.number(value, 4);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function Input({ name, value }: { name: string; value: unknown }) {
  const t = useT();
  const fmt = useFmt();
  return (
    <div>
      <dt>{lookup(t.customers.inputs, name)}</dt>
      <dd>{inputText(name, value, fmt)}</dd>
    </div>
  );
}

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function PredictionPanel({ value }: { value: CustomerValue }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.customers.profile;
  return (
    <Panel
      title={p.prediction}
      explain={
        <Explain
          name={p.prediction}
          asOf={value.as_of}
          definition={
            <>
              {t.customers.definitions.probability_active}
              <br />
              {t.customers.definitions.next_purchase_on}
            </>
          }
        />
      }
    >
      <dl className={css.facts}>
        <Term name={t.customers.column.probability_active}>
          <Percent ratio={value.probability_active} reason={t.customers.noValueReason} />
        </Term>
        <Term name={p.expectedOrders}>
          {value.expected_orders === null ? (
            <Missing reason={t.customers.noValueReason} />
          ) : (
            fmt.decimal(value.expected_orders)
          )}
        </Term>
        <Term name={t.customers.column.next_purchase_on}>
          {value.next_purchase_on ?? <Missing reason={noNextPurchase(t, value.expected_orders)} />}
        </Term>
      </dl>
      {value.probability_next_purchase_by.length > 0 && (
        <>
          <h3 className={css.subhead}>{p.buysWithin}</h3>
          <ul className={css.odds}>
            {value.probability_next_purchase_by.map(({ days, probability }) => (
              <li key={days}>
                <span>{p.withinDays(fmt.count(days))}</span>
                <Meter ratio={probability} />
                <span className="num">{fmt.percent(probability)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
