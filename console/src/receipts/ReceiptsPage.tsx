import { Button, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterOff, IconReceipt } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { CodesTabs } from '@/codes/CodesTabs';
import { Customer } from '@/codes/parts';
import { lookup, useT, withWords } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { LoadingBlock, StateView } from '@/shared/ui/StateView';
import { MoneyText, When } from '@/shared/ui/Values';
import { type Receipt, receiptsQuery } from './api';

/** For one in many visits. */
const SettingsDialog = lazy(() =>
  withWords(['consent'], import('./SettingsDialog')).then((module) => ({ default: module.SettingsDialog })),
);

const SAMPLE = `curl -X POST https://…/v1/receipts -u WRITE_KEY: -d '{
  "order": { "order_no": "R-1001", "ordered_at": "2026-11-21T07:30:00Z", "currency": "CNY",
    "store": "S12", "traits": { "clerk": "7K3M9XQ2" },
    "lines": [{ "sku": "TEA-01", "amount_minor": 26800 }] } }'`;
const STATES = ['open', 'claimed', 'expired'] as const;
const TONES: Record<string, Tone> = { open: 'primary', claimed: 'success', expired: 'neutral' };

/** Codes on receipts: which are open, and whose the claimed ones are. */
export function ReceiptsPage() {
  const t = useT();
  const r = t.receipts;
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const state = STATES.find((one) => one === search.state) ?? '';
  const query = useInfiniteQuery(receiptsQuery(state));
  const [opened, dialog] = useDisclosure(false);
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.items);
  useDocumentTitle(r.title);
  const isFirstUse = rows?.length === 0 && state === '';
  return (
    <>
      <PageHeader
        title={r.title}
        aside={<Explain name={r.title} definition={r.about} />}
        actions={
          can('touch_points.manage') && (
            <Button variant="default" onClick={dialog.open}>
              {r.settings}
            </Button>
          )
        }
      />
      <CodesTabs />
      <Panel flush testId="receipts">
        {!isFirstUse && (
          <div className={css.tools}>
            <SegmentedControl
              aria-label={r.shown}
              value={state}
              onChange={(next) =>
                navigate({ to: '.', search: next ? { state: next } : {}, replace: true, resetScroll: false })
              }
              data={[{ value: '', label: r.all }, ...STATES.map((value) => ({ value, label: r.states[value] }))]}
            />
          </div>
        )}
        {query.isPending && (
          <div className={css.pad}>
            <LoadingBlock lines={6} height={36} />
          </div>
        )}
        <PagedError query={query} />
        {isFirstUse && (
          <>
            <StateView
              testId="state-first-use"
              icon={<IconReceipt size={28} stroke={1.5} />}
              title={r.emptyTitle}
              text={r.emptyText}
            />
            <div className={css.pad}>
              <CodeBlock code={SAMPLE} label={r.sample} />
            </div>
          </>
        )}
        {rows?.length === 0 && state !== '' && (
          <StateView
            testId="state-no-match"
            icon={<IconFilterOff size={28} stroke={1.5} />}
            title={r.noneTitle}
            text={r.noneText}
          />
        )}
        {rows && rows.length > 0 && (
          <DataTable tall label={r.table} columns={columns} rows={rows} rowKey={({ id }) => id} />
        )}
        <LoadMore query={query} />
        {!can('touch_points.manage') && (
          <p className={css.none}>{r.askManager(t.common.rights['touch_points.manage'])}</p>
        )}
      </Panel>
      <Suspense fallback={null}>{opened && <SettingsDialog onClose={dialog.close} />}</Suspense>
    </>
  );
}

function useColumns(): Column<Receipt>[] {
  const { column: c, ...r } = useT().receipts;
  const can = useCan();
  return [
    {
      key: 'order',
      header: c.order,
      always: true,
      render: ({ order_no }) =>
        order_no === '' ? <span className="muted">{r.erased}</span> : <span translate="no">{order_no}</span>,
    },
    {
      key: 'state',
      header: c.state,
      render: ({ state }) => <Chip tone={TONES[state]}>{lookup(r.states, state)}</Chip>,
    },
    { key: 'amount', header: c.amount, numeric: true, render: ({ amount }) => <MoneyText value={amount} /> },
    { key: 'store', header: c.store, render: ({ store }) => <span translate="no">{store}</span> },
    { key: 'clerk', header: c.clerk, render: ({ clerk }) => <span translate="no">{clerk ?? ''}</span> },
    {
      key: 'customer',
      header: c.customer,
      render: ({ customer_id, state }) => (
        <Customer id={customer_id} linked={can('customers.read')} gone={state === 'claimed' ? r.gone : r.nobody} />
      ),
    },
    { key: 'ordered', header: c.ordered, numeric: true, render: ({ ordered_at }) => <When at={ordered_at} /> },
    { key: 'expires', header: c.expires, numeric: true, render: ({ expires_at }) => <When at={expires_at} /> },
    { key: 'claimed', header: c.claimed, numeric: true, render: ({ claimed_at }) => <When at={claimed_at} /> },
  ];
}
