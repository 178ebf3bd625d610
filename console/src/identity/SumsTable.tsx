import type { ReactNode } from 'react';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { PlainTable } from '@/shared/ui/PlainTable';
import { DayOf, Missing, MoneyText } from '@/shared/ui/Values';
import css from './identity.module.css';
import type { MergePreview, MergeSide } from './types';

type Sums = MergeSide['sums'];

/** Both customers side by side, and what they are together. */
export function SumsTable({ preview }: { preview: MergePreview }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.identity.merge.preview;
  const personal = usePersonal();
  const { survivor, absorbed, after } = preview;
  const bought = t.customers.neverBought;
  const day = (at: string | null) => (at ? <DayOf at={at} /> : <Missing reason={bought} />);
  const rows: [key: keyof typeof p.rows, show: (sums: Sums) => ReactNode][] = [
    ['name', ({ display_name: name }) => (name ? personal('name', name) : <Missing />)],
    ['orders', ({ orders }) => fmt.count(orders)],
    ['revenue', ({ revenue }) => <MoneyText value={revenue} />],
    ['gross_sales', ({ gross_sales }) => <MoneyText value={gross_sales} />],
    ['refunds', ({ refunds }) => <MoneyText value={refunds} />],
    ['first_purchase_at', ({ first_purchase_at: at }) => day(at)],
    ['last_purchase_at', ({ last_purchase_at: at }) => day(at)],
    ['events', ({ events }) => fmt.count(events)],
  ];
  return (
    <PlainTable label={p.title} testId="merge-sums" className={`${css.sums} ${css.compared}`}>
      <thead>
        <tr>
          <th scope="col">{p.what}</th>
          <th scope="col">{p.goesOn}</th>
          <th scope="col">{p.absorbed}</th>
          <th scope="col" className={css.after}>
            {p.after}
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{p.rows.id}</th>
          <td className="mono">{survivor.id}</td>
          <td className="mono">{absorbed.id}</td>
          <td className={`mono ${css.after}`}>{survivor.id}</td>
        </tr>
        {rows.map(([key, show]) => (
          <tr key={key} data-row={key}>
            <th scope="row">{p.rows[key]}</th>
            <td>{show(survivor.sums)}</td>
            <td>{show(absorbed.sums)}</td>
            <td className={css.after}>{show(after)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{p.rows.profiles}</th>
          <td>{fmt.count(survivor.profiles)}</td>
          <td>{fmt.count(absorbed.profiles)}</td>
          <td className={css.after}>{fmt.count(survivor.profiles + absorbed.profiles)}</td>
        </tr>
        <tr>
          <th scope="row">{p.rows.identifiers}</th>
          <td>
            <Identifiers of={survivor.identifiers} />
          </td>
          <td>
            <Identifiers of={absorbed.identifiers} />
          </td>
          <td className={css.after}>{fmt.count(survivor.identifiers.length + absorbed.identifiers.length)}</td>
        </tr>
      </tbody>
    </PlainTable>
  );
}

function Identifiers({ of }: { of: MergeSide['identifiers'] }) {
  const t = useT();
  const personal = usePersonal();
  return (
    <ul className={css.identifiers}>
      {of.map(({ type, value }) => (
        <li key={`${type} ${value}`}>
          <span className="muted">{lookup(t.common.identifiers, type)}</span> {personal(type, value)}
        </li>
      ))}
    </ul>
  );
}
