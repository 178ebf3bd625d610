import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import { Customer } from '@/codes/parts';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { countersQuery, submissionsQuery } from './api';
import css from './forms.module.css';
import { SharesPanel } from './SharesPanel';
import type { Form, FormSubmission } from './types';

/** What was chosen, and who answered. */
export function SubmissionsPanel({ form }: { form: Form }) {
  return (
    <>
      <SharesPanel form={form} />
      <Submissions id={form.id} />
    </>
  );
}

/** The answers behind the figures, with the customer; what was answered stands with that one. */
function Submissions({ id }: { id: string }) {
  const { submissions: s, spots } = useT().forms;
  const fmt = useFmt();
  const can = useCan();
  const counters = useQuery(countersQuery(id)).data;
  const query = useInfiniteQuery(submissionsQuery(id));
  const rows = query.data?.pages.flatMap((page) => page.items);
  const columns: Column<FormSubmission>[] = [
    { key: 'at', header: s.at, always: true, render: ({ at }) => <When at={at} /> },
    {
      key: 'customer',
      header: s.customer,
      render: ({ customer_id: customer }) => <Customer id={customer} linked={can('customers.read')} gone={s.nobody} />,
    },
    {
      key: 'spot',
      header: spots.spot,
      render: ({ counter_id: counter }) =>
        counter === null ? (
          <span className={css.question}>{spots.own}</span>
        ) : (
          <span className={css.question} translate="no">
            {counters?.find((one) => one.id === counter)?.name ?? counter}
          </span>
        ),
    },
    {
      key: 'code',
      header: s.code,
      render: ({ is_code_shown: shown }) => (
        <Chip tone={shown ? 'success' : 'neutral'}>{shown ? s.shown : s.notShown}</Chip>
      ),
    },
    { key: 'version', header: s.version, numeric: true, render: ({ version }) => fmt.count(version) },
    { key: 'received', header: s.received, numeric: true, render: ({ received_at }) => <When at={received_at} /> },
  ];
  return (
    <Panel flush title={s.title} explain={<Explain name={s.title} definition={s.about} />} testId="submissions">
      {query.isPending && (
        <div className={registry.pad}>
          <LoadingBlock lines={5} height={36} />
        </div>
      )}
      <PagedError query={query} />
      {rows?.length === 0 && <p className={registry.none}>{s.empty}</p>}
      {rows && rows.length > 0 && (
        <>
          <p className={registry.note}>{s.allTime}</p>
          <DataTable label={s.title} columns={columns} rows={rows} rowKey={(row) => row.id} compact tall />
        </>
      )}
      <LoadMore query={query} />
    </Panel>
  );
}
