import { Button, SegmentedControl, UnstyledButton } from '@mantine/core';
import {
  IconAdjustments,
  IconBolt,
  IconBrowser,
  IconChevronRight,
  IconClockDollar,
  IconDeviceMobile,
  IconGift,
  IconLink,
  IconReceipt,
  IconReceiptOff,
  IconReceiptRefund,
  IconUserCheck,
  IconUserEdit,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Search } from '@/app/search';
import { useEntryKeys } from '@/app/useEntryKeys';
import type { TimelineEntry, TimelineKind } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { clockIn } from '@/shared/fmt/date';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { RowTable } from '@/shared/ui/PlainTable';
import { ErrorPanel, LoadingBlock } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';
import { timelineQuery } from '../api';
import css from './timeline.module.css';

const KINDS: TimelineKind[] = ['order', 'refund', 'gift', 'cancelled', 'unpaid', 'adjustment', 'customer_update'];
const ICONS = {
  order: IconReceipt,
  refund: IconReceiptRefund,
  gift: IconGift,
  cancelled: IconReceiptOff,
  unpaid: IconClockDollar,
  adjustment: IconAdjustments,
  customer_update: IconUserEdit,
  event: IconBolt,
  page: IconBrowser,
  screen: IconDeviceMobile,
  identify: IconUserCheck,
  group: IconUsersGroup,
  alias: IconLink,
};

/** Newest first, grouped by day; J and K move between entries, Enter opens one. */
export function Timeline({ id }: { id: string }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.customers.profile;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const kind = KINDS.find((one) => one === search.kind) ?? null;
  const query = useInfiniteQuery(timelineQuery(id, kind));
  const listRef = useRef<HTMLDivElement>(null);
  useEntryKeys(listRef);

  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const days = groupByDay(entries, (at) => fmt.day(at));
  return (
    <div id="timeline" ref={listRef}>
      <div className={css.filter}>
        <SegmentedControl
          size="xs"
          aria-label={p.kindFilter}
          value={kind ?? ''}
          onChange={(next) =>
            navigate({ to: '.', search: next ? { kind: next } : {}, state: true, replace: true, resetScroll: false })
          }
          data={[{ value: '', label: p.allKinds }, ...KINDS.map((one) => ({ value: one, label: t.common.kinds[one] }))]}
        />
        <span className={css.hint}>{p.keysHint}</span>
      </div>
      {query.isPending && (
        <div className={css.pad}>
          <LoadingBlock lines={6} height={40} />
        </div>
      )}
      {query.error && (
        <div className={css.pad}>
          <ErrorPanel error={query.error} onRetry={() => query.refetch()} />
        </div>
      )}
      {query.data && entries.length === 0 && <p className={`${css.pad} muted`}>{p.emptyTimeline}</p>}
      {days.map(({ day, items }) => (
        <section key={day} aria-label={day}>
          <h3 className={css.day}>
            {day} <span>{fmt.daySentence(day)}</span>
          </h3>
          <ul>
            {items.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        </section>
      ))}
      {query.hasNextPage && (
        <div className={css.more}>
          <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
            {t.common.loadMore}
          </Button>
        </div>
      )}
      {query.data && entries.length > 0 && !query.hasNextPage && <p className={css.end}>{p.end}</p>}
    </div>
  );
}

function groupByDay(entries: TimelineEntry[], dayOf: (at: string) => string) {
  const days: { day: string; items: TimelineEntry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.items.push(entry);
    else days.push({ day, items: [entry] });
  }
  return days;
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const t = useT();
  const fmt = useFmt();
  const [open, setOpen] = useState(false);
  const p = t.customers.profile;
  const Icon = ICONS[entry.kind] ?? IconReceipt;
  const clock = clockIn(fmt.timeZone, entry.at);
  const title = entry.order_no ?? entry.title;
  return (
    <li className={css.entry}>
      <UnstyledButton className={css.head} data-entry aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} className={css.chevron} data-open={open || undefined} aria-hidden="true" />
        <time dateTime={entry.at} title={fmt.fullTime(entry.at)} className={css.time}>
          {clock.hour}:{clock.minute}
        </time>
        <Icon size={16} stroke={1.75} aria-hidden="true" className={css.icon} />
        <span className={css.kind}>{t.common.kinds[entry.kind] ?? entry.kind}</span>
        <span className={css.title}>{title}</span>
        {entry.quantity !== null && <span className={css.quantity}>{p.quantity(fmt.count(entry.quantity))}</span>}
        <span className={css.amount}>{entry.amount && <MoneyText value={entry.amount} />}</span>
      </UnstyledButton>
      {open && <EntryDetail entry={entry} />}
    </li>
  );
}

function EntryDetail({ entry }: { entry: TimelineEntry }) {
  const t = useT();
  const personal = usePersonal();
  const fmt = useFmt();
  const p = t.customers.profile;
  return (
    <div className={css.detail}>
      <p className={css.meta}>
        <span>{fmt.fullTime(entry.at)}</span>
        {entry.order_no && <span>{entry.title}</span>}
        <span>
          {p.source} {entry.source}
        </span>
        {entry.import_id && (
          <Link to="/imports/$id" params={{ id: entry.import_id }}>
            {p.fromImport}
          </Link>
        )}
      </p>
      {entry.lines.length > 0 && (
        <div className={css.lines}>
          <RowTable
            label={entry.order_no ? p.order(entry.order_no) : entry.title}
            columns={[
              { key: 'sku', header: p.sku, render: (line) => <span className="mono">{line.sku}</span> },
              { key: 'item', header: p.item, render: (line) => line.name },
              {
                key: 'quantity',
                header: p.qty,
                numeric: true,
                render: ({ quantity }) => (quantity === null ? '' : fmt.number(quantity)),
              },
              {
                key: 'price',
                header: p.unitPrice,
                numeric: true,
                render: (line) => line.unit_price && fmt.money(line.unit_price),
              },
              {
                key: 'amount',
                header: p.amount,
                numeric: true,
                render: (line) => line.amount && fmt.money(line.amount),
              },
            ]}
            rows={entry.lines}
            rowKey={(line, index) => `${line.sku} ${String(index)}`}
          />
        </div>
      )}
      {entry.traits.length > 0 && (
        <dl className={css.traits}>
          {entry.traits.map((one) => (
            <div key={one.name}>
              <dt>{lookup(t.imports.fields, one.name)}</dt>
              <dd>{personal(one.name, one.value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
