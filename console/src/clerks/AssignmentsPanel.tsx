import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { type RowColumn, RowTable } from '@/shared/ui/PlainTable';
import { When } from '@/shared/ui/Values';
import { StoreName } from './StoreName';
import type { Assignment, Clerk } from './types';

/** Where the clerk worked from when to when, the newest first. */
export function AssignmentsPanel({ clerk }: { clerk: Clerk }) {
  const { history: h } = useT().clerks;
  const columns: RowColumn<Assignment>[] = [
    { key: 'store', header: h.store, render: ({ store }) => <StoreName id={store} /> },
    { key: 'from', header: h.from, render: ({ from }) => <When at={from} /> },
    { key: 'to', header: h.to, render: ({ to }) => (to === null ? h.now : <When at={to} />) },
  ];
  return (
    <Panel title={h.title} testId="assignments">
      {clerk.assignments.length === 0 ? (
        <p className="muted">{h.nothing}</p>
      ) : (
        <RowTable
          label={h.title}
          columns={columns}
          rows={[...clerk.assignments].reverse()}
          rowKey={({ from }) => from}
        />
      )}
    </Panel>
  );
}
