import { Link } from '@tanstack/react-router';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import css from './stores.module.css';
import { type Node, storesBelow } from './tree';

/** What stands right below a region. */
export function BelowPanel({ node }: { node: Node }) {
  const t = useT();
  const fmt = useFmt();
  const s = t.stores;
  const { shown, hidden, more } = useFirstRows(node.below);
  const columns: Column<Node>[] = [
    {
      key: 'name',
      header: s.column.name,
      always: true,
      render: ({ place }) => (
        <Link to="/stores/$id" params={{ id: place.id }} translate="no">
          {place.name}
        </Link>
      ),
    },
    { key: 'kind', header: s.column.kind, render: ({ place }) => lookup(s.kinds, place.kind) },
    {
      key: 'code',
      header: s.column.code,
      render: ({ place }) =>
        place.code && (
          <span className="mono" translate="no">
            {place.code}
          </span>
        ),
    },
    {
      key: 'stores',
      header: s.column.stores,
      numeric: true,
      render: (one) => one.place.kind === 'region' && fmt.count(storesBelow(one).length),
    },
    { key: 'customers', header: s.column.customers, numeric: true, render: ({ item }) => fmt.count(item.customers) },
  ];
  return (
    <Panel flush title={s.belowTitle} testId="places-below">
      {node.below.length === 0 ? (
        <p className={css.none}>{s.nothingBelow}</p>
      ) : (
        <DataTable label={s.belowTitle} columns={columns} rows={shown} rowKey={({ place }) => place.id} compact tall />
      )}
      <MoreRows hidden={hidden} onMore={more} />
    </Panel>
  );
}
