import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { TimelineEntry } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { MoreRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { MoneyText, When } from '@/shared/ui/Values';
import type { Conversion, CustomerScores } from '../types';
import { factsQuery, scoresQuery } from './api';
import css from './customer.module.css';
import { factorsOf } from './factors';

const ORDERS_SHOWN = 10;
/** Pages of facts that are looked through for the names of what touched an order. */
const PAGES_MAX = 10;

/** What decided a customer's orders, with the facts that say so. */
export function DecisionPanel({ id }: { id: string }) {
  const d = useT().customerLayers.decision;
  const query = useQuery(scoresQuery(id));
  return (
    <Panel title={d.title} explain={<Explain name={d.title} definition={d.about} />} testId="decision">
      <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={32} />}>
        {(scores) =>
          scores.decision.length === 0 ? (
            <p className="muted">{d.none}</p>
          ) : (
            <>
              <Shares scores={scores} />
              <Evidence id={id} scores={scores} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

function Shares({ scores: { decision } }: { scores: CustomerScores }) {
  const d = useT().customerLayers.decision;
  return (
    <RowTable
      label={d.title}
      rows={decision}
      rowKey={({ factor }) => factor}
      rowTestId={({ factor }) => `factor-${factor}`}
      columns={[
        { key: 'factor', header: d.factor, render: ({ factor }) => lookup(d.factors, factor) },
        { key: 'share', header: d.share, numeric: true, render: ({ percent }) => <ShareBar ratio={percent / 100} /> },
      ]}
    />
  );
}

function Evidence({ id, scores: { conversions, conversions_count } }: { id: string; scores: CustomerScores }) {
  const d = useT().customerLayers.decision;
  const fmt = useFmt();
  const [shown, setShown] = useState(ORDERS_SHOWN);
  const orders = conversions.slice(0, shown);
  const factOf = useFacts(id, orders);
  return (
    <section className={css.evidence} aria-label={d.evidence}>
      <h3 className={css.sub}>{d.orders(fmt.count(conversions_count))}</h3>
      <ol data-testid="evidence">
        {orders.map((order) => (
          <Order key={order.order} order={order} factOf={factOf} />
        ))}
      </ol>
      <MoreRows hidden={Math.max(0, conversions.length - shown)} onMore={() => setShown(shown + ORDERS_SHOWN)} />
      {conversions_count > conversions.length && shown >= conversions.length && (
        <p className="muted">{d.newest(fmt.count(conversions.length))}</p>
      )}
    </section>
  );
}

type FactOf = (key: string) => TimelineEntry | undefined;

/** What facts are called, by their keys, as far back as these orders and what touched them. */
function useFacts(id: string, orders: Conversion[]): FactOf {
  const query = useInfiniteQuery(factsQuery(id));
  const { data, hasNextPage, isFetchingNextPage, error, fetchNextPage } = query;
  const facts = new Map(data?.pages.flatMap(({ items }) => items.map(({ fact }) => [fact.id, fact] as const)));
  const lacks = orders.some(({ order, touches }) =>
    [order, ...touches.map(({ key }) => key)].some((key) => !facts.has(key)),
  );
  const isMore = hasNextPage && !isFetchingNextPage && !error && (data?.pages.length ?? 0) < PAGES_MAX;
  useEffect(() => {
    if (lacks && isMore) fetchNextPage();
  }, [lacks, isMore, fetchNextPage]);
  return (key) => facts.get(key);
}

function Order({ order, factOf }: { order: Conversion; factOf: FactOf }) {
  const t = useT();
  const d = t.customerLayers.decision;
  const fmt = useFmt();
  const fact = factOf(order.order);
  return (
    <li className={css.order}>
      <p className={css.orderHead}>
        <When at={order.at} />
        {fact?.order_no && <span className="mono">{fact.order_no}</span>}
        {fact?.amount && <MoneyText value={fact.amount} />}
        {factorsOf(order).map((factor) => (
          <Chip key={factor}>{lookup(d.factors, factor)}</Chip>
        ))}
      </p>
      <details className={css.touches}>
        <summary>{d.touches(fmt.count(order.touches_count))}</summary>
        <ul>
          {order.touches.map(({ factor, key, at }) => (
            <li key={`${factor} ${key}`}>
              <When at={at} /> <span className="muted">{lookup(d.factors, factor)}</span>{' '}
              {key === order.order ? d.ofOrder : <FactName fact={factOf(key)} />}
            </li>
          ))}
          {order.touches_count > order.touches.length && (
            <li className="muted">{d.newestTouches(fmt.count(order.touches.length))}</li>
          )}
        </ul>
      </details>
    </li>
  );
}

function FactName({ fact }: { fact: TimelineEntry | undefined }) {
  const t = useT();
  if (!fact) return null;
  return <span>{fact.kind === 'event' ? lookup(t.journey.events, fact.title) : fact.title}</span>;
}
