import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '@/shared/api/session';
import type { ImportKind, ImportPreview, PreviewRow } from '@/shared/api/types';
import { useFmt, useFmtIn } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { type RowColumn, RowTable } from '@/shared/ui/PlainTable';
import { Missing } from '@/shared/ui/Values';
import { ErrorGroups } from '../ErrorGroups';
import css from './wizard.module.css';

export function CheckStep({ preview, kind }: { preview: ImportPreview; kind: ImportKind }) {
  const t = useT();
  const fmt = useFmt();
  const w = t.wizard;
  const written = preview.columns.filter((column) => column.field && column.field !== 'ignore').length;
  return (
    <div className={css.stack}>
      <Panel title={w.check}>
        <p className={css.checkLine}>
          <span>{w.checked(fmt.count(preview.checked_rows))}</span>
          <Chip tone="success">
            {w.accepted} {fmt.count(preview.accepted)}
          </Chip>
          {preview.rejected > 0 && (
            <Chip tone="warning">
              {w.rejected} {fmt.count(preview.rejected)}
            </Chip>
          )}
          <span className="muted">{w.summary(fmt.count(preview.files.length), fmt.count(written))}</span>
        </p>
        {preview.errors_by_code.length === 0 ? (
          <p className="muted">{w.noErrors}</p>
        ) : (
          <>
            <ErrorGroups errors={preview.errors_by_code} />
            <Notice tone="info">{w.rejectedNote}</Notice>
          </>
        )}
        {kind === 'orders' && preview.options.currency && <CurrencyLine currency={preview.options.currency} />}
      </Panel>
      <Panel title={w.sample}>
        <SampleTable rows={preview.sample} timeZone={preview.options.time_zone} />
      </Panel>
    </div>
  );
}

/** The last look before the first amounts decide the currency of the workspace. */
function CurrencyLine({ currency }: { currency: string }) {
  const w = useT().wizard;
  const brand = useQuery(settingsQuery).data?.settings;
  if (brand?.currency === null) return <Notice tone="warning">{w.currencyLocks(currency)}</Notice>;
  return <p className="muted">{w.currencyUsed(currency)}</p>;
}

/** Times are those of the file, in its own zone, so that they can be compared with it. */
function SampleTable({ rows, timeZone }: { rows: PreviewRow[]; timeZone: string | null }) {
  const t = useT();
  const fmt = useFmtIn(timeZone);
  const w = t.wizard;
  const c = w.sampleColumns;
  const columns: RowColumn<PreviewRow>[] = [
    { key: 'row', header: c.row, render: ({ row }) => fmt.count(row) },
    {
      key: 'outcome',
      header: c.outcome,
      render: ({ outcome }) => (
        <Chip tone={outcome === 'accepted' ? 'success' : 'warning'}>{lookup(w.outcomes, outcome)}</Chip>
      ),
    },
    { key: 'order', header: c.order, render: (row) => row.order_no ?? <Missing /> },
    {
      key: 'customer',
      header: c.customer,
      render: (row) => row.customer?.value ?? <Missing reason={t.importPage.count.guests} />,
    },
    {
      key: 'at',
      header: c.at(fmt.timeZone),
      render: ({ at }) => (at ? <span className={css.nowrap}>{fmt.fullTime(at)}</span> : <Missing />),
    },
    { key: 'kind', header: c.kind, render: ({ kind }) => (kind ? lookup(t.common.kinds, kind) : <Missing />) },
    { key: 'product', header: c.product, render: (row) => row.product ?? <Missing /> },
    {
      key: 'quantity',
      header: c.quantity,
      numeric: true,
      render: ({ quantity }) => (quantity === null ? <Missing /> : fmt.number(quantity)),
    },
    {
      key: 'amount',
      header: c.amount,
      numeric: true,
      render: ({ amount }) => (amount ? fmt.money(amount) : <Missing />),
    },
    { key: 'problem', header: c.problem, render: (row) => <RowProblems errors={row.errors} /> },
  ];
  return (
    <RowTable label={w.sample} testId="sample-rows" columns={columns} rows={rows} rowKey={({ row }) => String(row)} />
  );
}

function RowProblems({ errors }: { errors: PreviewRow['errors'] }) {
  const t = useT();
  return errors.map((error) => (
    <p key={`${error.field} ${error.code}`} className="negative" title={error.reason}>
      {error.field ? `${lookup(t.imports.fields, error.field)}: ` : ''}
      {lookup(t.importPage.errorCodes, error.code)}
    </p>
  ));
}
