import { useQuery } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import { usersQuery } from '@/settings/api';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { type RowColumn, RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { movesQuery } from './api';
import { type Node, pathText, type Tree } from './tree';
import type { PlaceMove } from './types';

/** Where it stood before, the newest first. */
export function MovesPanel({ tree, node }: { tree: Tree; node: Node }) {
  const t = useT();
  const m = t.stores.moves;
  const can = useCan();
  const query = useQuery(movesQuery(node.place.id));
  const users = useQuery({ ...usersQuery, enabled: can('access.manage') }).data?.items;
  const regionOf = (id: string | null) => {
    if (id === null) return t.stores.form.root;
    const found = tree.byId.get(id);
    return <span translate="no">{found ? pathText(found) : id}</span>;
  };
  const columns: RowColumn<PlaceMove>[] = [
    { key: 'at', header: m.at, render: ({ at }) => <When at={at} /> },
    { key: 'from', header: m.from, render: ({ from }) => regionOf(from) },
    { key: 'to', header: m.to, render: ({ to }) => regionOf(to) },
    {
      key: 'by',
      header: m.by,
      render: ({ moved_by }) => {
        const name = users?.find(({ id }) => id === moved_by)?.name;
        return name ? <span translate="no">{name}</span> : <span className="mono muted">{moved_by}</span>;
      },
    },
  ];
  return (
    <Panel title={m.title} testId="place-moves">
      <QueryView query={query} quiet loading={<LoadingBlock lines={2} height={32} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">{m.nothing}</p>
          ) : (
            <RowTable label={m.title} columns={columns} rows={[...items].reverse()} rowKey={({ at }) => at} />
          )
        }
      </QueryView>
    </Panel>
  );
}
