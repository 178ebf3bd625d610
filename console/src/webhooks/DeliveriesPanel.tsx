import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LinkButton } from '@/shared/ui/LinkButton';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { deliveriesQuery } from './api';
import { DELIVERY_STATES, DELIVERY_TONES } from './health';
import { resultText } from './result';
import type { Delivery, DeliveryState, Webhook, WebhookCounts } from './types';
import css from './webhooks.module.css';

/** For one in many visits. */
const DeliveryDialog = lazy(() => import('./DeliveryDialog').then((module) => ({ default: module.DeliveryDialog })));

/** What was to be sent in the last seven days. The filter is in the address. */
export function DeliveriesPanel({ webhook, counts }: { webhook: Webhook; counts: WebhookCounts }) {
  const t = useT();
  const d = t.webhooks.deliveries;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const state = DELIVERY_STATES.find((one) => one === search.state) ?? null;
  const query = useInfiniteQuery(deliveriesQuery(webhook.id, state));
  const [opened, setOpened] = useState<string | null>(null);
  const rows = query.data?.pages.flatMap((page) => page.items);
  const columns = useColumns(setOpened);
  const choose = (next: string) =>
    navigate({ to: '.', search: next ? { state: next } : {}, replace: true, resetScroll: false });
  const shown = rows?.find(({ event_id }) => event_id === opened);
  return (
    <Panel
      flush
      title={d.title}
      explain={<Explain name={d.title} definition={d.about} />}
      testId="deliveries"
      actions={
        <SegmentedControl
          size="xs"
          aria-label={d.filter}
          value={state ?? ''}
          onChange={choose}
          data={[
            { value: '', label: t.common.all },
            ...DELIVERY_STATES.map((one) => ({ value: one, label: d.states[one] })),
          ]}
        />
      }
    >
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={5} height={40} />
        </div>
      )}
      <PagedError query={query} />
      {rows?.length === 0 && <Nothing state={state} counts={counts} onAll={() => choose('')} />}
      {rows && rows.length > 0 && (
        <DataTable label={d.title} columns={columns} rows={rows} rowKey={({ event_id }) => event_id} compact tall />
      )}
      <LoadMore query={query} />
      <Suspense fallback={null}>
        {shown && <DeliveryDialog webhook={webhook} delivery={shown} onClose={() => setOpened(null)} />}
      </Suspense>
    </Panel>
  );
}

interface NothingProps {
  state: DeliveryState | null;
  counts: WebhookCounts;
  onAll: () => void;
}

function Nothing({ state, counts, onAll }: NothingProps) {
  const d = useT().webhooks.deliveries;
  const any = counts.waiting + counts.delivered + counts.failed > 0;
  return state && any ? (
    <StateView testId="state-no-match" title={d.noMatch}>
      <Button variant="default" onClick={onAll}>
        {d.showAll}
      </Button>
    </StateView>
  ) : (
    <StateView testId="state-nothing-sent" title={d.emptyTitle} text={d.emptyText} />
  );
}

function useColumns(onOpen: (eventId: string) => void): Column<Delivery>[] {
  const t = useT();
  const fmt = useFmt();
  const { deliveries: d, events } = t.webhooks;
  return [
    {
      key: 'event',
      header: d.event,
      always: true,
      render: ({ event_id, event_type, happened_at }) => (
        <LinkButton
          label={d.open(lookup(events, event_type), fmt.listTime(happened_at))}
          onClick={() => onOpen(event_id)}
        >
          {lookup(events, event_type)}
        </LinkButton>
      ),
    },
    { key: 'at', header: d.happenedAt, numeric: true, render: ({ happened_at }) => <When at={happened_at} /> },
    {
      key: 'state',
      header: d.state,
      render: ({ state }) => <Chip tone={DELIVERY_TONES[state]}>{lookup(d.states, state)}</Chip>,
    },
    { key: 'attempts', header: d.attempts, numeric: true, render: ({ attempts }) => fmt.count(attempts) },
    {
      key: 'last',
      header: d.last,
      render: ({ attempts, last_status, last_error }) =>
        attempts === 0 ? (
          <span className="muted">{d.notTried}</span>
        ) : (
          <span className={css.result}>{resultText(t, last_status, last_error)}</span>
        ),
    },
    {
      key: 'next',
      header: d.next,
      numeric: true,
      render: ({ next_attempt_at }) => next_attempt_at && <When at={next_attempt_at} relative />,
    },
  ];
}
