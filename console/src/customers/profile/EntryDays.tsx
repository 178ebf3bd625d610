import { UnstyledButton } from '@mantine/core';
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
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { TimelineEntry } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { clockIn } from '@/shared/fmt/date';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { RowTable } from '@/shared/ui/PlainTable';
import { MoneyText } from '@/shared/ui/Values';
import css from './timeline.module.css';

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

/** What else is said of an entry, beside its kind. */
type Badge = ((entry: TimelineEntry) => ReactNode) | undefined;

/** Facts under their days, each to be opened. They come newest first. Names of events are words of the journey. */
export function EntryDays({ entries, badge }: { entries: TimelineEntry[]; badge?: Badge }) {
  const fmt = useFmt();
  const days = groupByDay(entries, (at) => fmt.day(at));
  return days.map(({ day, items }) => (
    <section key={day} aria-label={day}>
      <h3 className={css.day}>
        {day} <span>{fmt.daySentence(day)}</span>
      </h3>
      <ul>
        {items.map((entry) => (
          <Entry key={entry.id} entry={entry} badge={badge} />
        ))}
      </ul>
    </section>
  ));
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

function Entry({ entry, badge }: { entry: TimelineEntry; badge: Badge }) {
  const t = useT();
  const fmt = useFmt();
  const [open, setOpen] = useState(false);
  const p = t.customers.profile;
  const Icon = ICONS[entry.kind] ?? IconReceipt;
  const clock = clockIn(fmt.timeZone, entry.at);
  const title = entry.order_no ?? (entry.kind === 'event' ? lookup(t.journey.events, entry.title) : entry.title);
  return (
    <li className={css.entry}>
      <UnstyledButton className={css.head} data-entry aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} className={css.chevron} data-open={open || undefined} aria-hidden="true" />
        <time dateTime={entry.at} title={fmt.fullTime(entry.at)} className={css.time}>
          {clock.hour}:{clock.minute}
        </time>
        <Icon size={16} stroke={1.75} aria-hidden="true" className={css.icon} />
        <span className={css.kind}>{t.common.kinds[entry.kind] ?? entry.kind}</span>
        {badge?.(entry)}
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
