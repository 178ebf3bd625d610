import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { Missing, MoneyText, When } from '@/shared/ui/Values';
import { topicsQuery } from '@/topics/api';
import { consumptionQuery } from './api';
import css from './journey.module.css';
import type { Bought, Consumption } from './types';

/** What a customer buys, when and what for; what came back, what they complained of; which topics they open. */
export function ConsumptionTab({ id }: { id: string }) {
  const query = useQuery(consumptionQuery(id));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={5} height={56} />}>
      {(consumption) => (
        <div className={css.stack} data-testid="consumption">
          <SumsPanel consumption={consumption} />
          <BoughtPanel consumption={consumption} />
          <InterestsPanel consumption={consumption} />
        </div>
      )}
    </QueryView>
  );
}

function SumsPanel({ consumption: one }: { consumption: Consumption }) {
  const c = useT().consumption;
  const b = useT().journey.behaviour;
  const fmt = useFmt();
  const { usual_time: time, preference, after_sales: after, complaints } = one;
  return (
    <Panel title={c.title} explain={<Explain name={c.title} definition={c.about} />}>
      <FigureStrip label={c.title} dense>
        <Figure
          name={c.amount}
          note={one.orders_without_amount > 0 ? c.withoutAmount(fmt.count(one.orders_without_amount)) : undefined}
          testId="consumption-amount"
        >
          <MoneyText value={one.amount} />
        </Figure>
        <Figure
          name={c.orders}
          note={one.median_interval_days === null ? c.noInterval : c.interval(fmt.count(one.median_interval_days))}
          testId="consumption-orders"
        >
          {fmt.count(one.orders)}
        </Figure>
        <Figure
          name={c.time}
          note={time ? c.ofOrders(fmt.count(time.orders), fmt.count(one.orders)) : c.noTime}
          testId="consumption-time"
        >
          {time ? b.when(lookup(b.weekdays, time.weekday), lookup(b.slots, time.slot)) : <Missing />}
        </Figure>
        <Figure
          name={c.preference}
          note={preference ? c.ofAmount(fmt.percent(preference.percent / 100)) : c.noPreference}
          testId="consumption-preference"
        >
          {preference?.category ?? <Missing />}
        </Figure>
        <Figure name={c.mainWish} note={one.main_wish ? undefined : c.noMainWish} testId="consumption-wish">
          {one.main_wish ?? <Missing />}
        </Figure>
        <Figure
          name={c.refunds}
          note={after.refunds > 0 ? <MoneyText value={after.refunded} /> : undefined}
          testId="consumption-refunds"
        >
          {fmt.count(after.refunds)}
        </Figure>
        <Figure name={c.tickets} note={c.open(fmt.count(after.tickets_open))} testId="consumption-tickets">
          {fmt.count(after.tickets_open + after.tickets_closed)}
        </Figure>
        <Figure
          name={c.complaints}
          note={complaints.last_at ? <When at={complaints.last_at} /> : undefined}
          testId="consumption-complaints"
        >
          {fmt.count(complaints.count)}
        </Figure>
      </FigureStrip>
    </Panel>
  );
}

function BoughtPanel({ consumption: one }: { consumption: Consumption }) {
  const c = useT().consumption;
  const fmt = useFmt();
  if (one.products.length === 0) return null;
  return (
    <>
      <Panel title={c.products}>
        {one.products_count > one.products.length && (
          <p className={css.lead}>{c.largest(fmt.count(one.products.length), fmt.count(one.products_count))}</p>
        )}
        <BoughtTable label={c.products} name={c.product} rows={one.products} testId="products" />
      </Panel>
      {one.categories.length > 0 && (
        <Panel title={c.categories}>
          <BoughtTable label={c.categories} name={c.category} rows={one.categories} testId="categories" />
        </Panel>
      )}
    </>
  );
}

function BoughtTable({ label, name, rows, testId }: { label: string; name: string; rows: Bought[]; testId: string }) {
  const c = useT().consumption;
  const fmt = useFmt();
  return (
    <RowTable
      label={label}
      testId={testId}
      rows={rows}
      rowKey={({ name }, index) => `${index}/${name}`}
      columns={[
        { key: 'name', header: name, render: (bought) => <span translate="no">{bought.name}</span> },
        { key: 'orders', header: c.orders, numeric: true, render: ({ orders }) => fmt.count(orders) },
        {
          key: 'quantity',
          header: c.quantity,
          numeric: true,
          render: ({ quantity_milli }) => fmt.number(quantity_milli / 1000, 3),
        },
        { key: 'amount', header: c.amount, numeric: true, render: ({ amount }) => <MoneyText value={amount} /> },
      ]}
    />
  );
}

function InterestsPanel({ consumption: { interests, sensitivity } }: { consumption: Consumption }) {
  const c = useT().consumption;
  const { data: topics } = useQuery(topicsQuery);
  const nameOf = (code: string) => topics?.items.find((topic) => topic.code === code)?.name ?? code;
  const fmt = useFmt();
  return (
    <Panel
      title={c.interests}
      explain={<Explain name={c.interests} definition={c.interestsAbout} />}
      testId="interests"
    >
      {sensitivity && (
        <p className={css.lead} data-testid="sensitivity">
          {c.sensitive(lookup(c.sensitivities, sensitivity.to), fmt.percent(sensitivity.percent / 100, 0))}
        </p>
      )}
      {interests.length === 0 ? (
        <p className="muted">{c.noInterests}</p>
      ) : (
        <RowTable
          label={c.interests}
          rows={interests}
          rowKey={({ topic }) => topic}
          columns={[
            { key: 'topic', header: c.topic, render: ({ topic }) => nameOf(topic) },
            {
              key: 'interest',
              header: c.interest,
              render: ({ interest }) => (
                <Chip tone={interest === 'high' ? 'success' : interest === 'low' ? 'warning' : 'neutral'}>
                  {lookup(c.levels, interest)}
                </Chip>
              ),
            },
            {
              key: 'opened',
              header: c.opened,
              numeric: true,
              render: ({ opened, sent }) => c.openedOf(fmt.count(opened), fmt.count(sent)),
            },
            {
              key: 'interval',
              header: c.sure,
              numeric: true,
              render: ({ low, high }) => c.between(fmt.percent(low), fmt.percent(high)),
            },
          ]}
        />
      )}
    </Panel>
  );
}
