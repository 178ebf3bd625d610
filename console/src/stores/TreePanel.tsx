import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconBuildingStore, IconChevronDown, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import type { Search } from '@/app/search';
import { clerksQuery } from '@/clerks/api';
import { clerksByStore } from '@/clerks/assignments';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { useStored } from '@/shared/ui/hooks';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import { StateView } from '@/shared/ui/StateView';
import { Missing } from '@/shared/ui/Values';
import css from './stores.module.css';
import { foundRows, type Node, openRows, storesBelow, type Tree } from './tree';

/** With more places than that, a first visit shows the regions of the first level only. */
const OPEN_MAX = 200;

/** The tree as a table: regions open and close, a search opens what it finds. */
export function TreePanel({ tree }: { tree: Tree }) {
  const t = useT();
  const s = t.stores;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const text = search.search ?? '';
  const regions = [...tree.byId.values()].filter(({ place }) => place.kind === 'region').map(({ place }) => place.id);
  const [stored, setOpen] = useStored<string[] | null>('stores.open', null);
  const open = new Set(stored ?? (tree.byId.size <= OPEN_MAX ? regions : []));
  const toggle = (id: string) => setOpen([...(open.has(id) ? [...open].filter((one) => one !== id) : [...open, id])]);
  const rows = text.trim() ? foundRows(tree.roots, text) : openRows(tree.roots, (id) => open.has(id));
  const { shown, hidden, more } = useFirstRows(rows);
  const columns = useColumns({
    isOpen: (id) => text.trim() !== '' || open.has(id),
    canToggle: text.trim() === '',
    toggle,
  });
  const find = (next: string) =>
    navigate({ to: '/stores', search: next ? { search: next } : {}, replace: true, resetScroll: false });
  const allOpen = regions.every((id) => open.has(id));
  return (
    <Panel flush title={s.tree} testId="store-tree">
      <div className={css.tools}>
        <TextInput
          className={css.search}
          type="search"
          aria-label={s.search}
          placeholder={s.search}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => find(event.currentTarget.value)}
          data-search-field
        />
        {regions.length > 0 && text.trim() === '' && (
          <Button variant="default" onClick={() => setOpen(allOpen ? [] : regions)}>
            {allOpen ? s.closeAll : s.openAll}
          </Button>
        )}
      </div>
      {rows.length === 0 ? (
        <StateView testId="state-no-match" title={s.noMatch}>
          <Button variant="default" onClick={() => find('')}>
            {s.clearSearch}
          </Button>
        </StateView>
      ) : (
        <DataTable label={s.tree} columns={columns} rows={shown} rowKey={({ place }) => place.id} compact tall />
      )}
      <MoreRows hidden={hidden} onMore={more} />
    </Panel>
  );
}

interface Toggles {
  isOpen: (id: string) => boolean;
  canToggle: boolean;
  toggle: (id: string) => void;
}

function useColumns({ isOpen, canToggle, toggle }: Toggles): Column<Node>[] {
  const t = useT();
  const fmt = useFmt();
  const c = t.stores.column;
  const clerks = useQuery(clerksQuery).data?.items;
  const inStore = clerks && clerksByStore(clerks);
  const clerksOf = (node: Node) =>
    inStore ? storesBelow(node).reduce((sum, { place }) => sum + (inStore.get(place.id)?.length ?? 0), 0) : null;
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ place, above, below }) => (
        <span className={css.name} style={{ '--depth': above.length } as CSSProperties}>
          {place.kind === 'store' ? (
            <span className={css.noToggle}>
              <IconBuildingStore size={16} stroke={1.5} role="img" aria-label={t.stores.kinds.store} />
            </span>
          ) : below.length > 0 && canToggle ? (
            <ActionIcon
              size={24}
              variant="subtle"
              className={css.toggle}
              aria-expanded={isOpen(place.id)}
              aria-label={t.stores.below(place.name)}
              onClick={() => toggle(place.id)}
            >
              {isOpen(place.id) ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
            </ActionIcon>
          ) : (
            <span className={css.noToggle} />
          )}
          <Link to="/stores/$id" params={{ id: place.id }} translate="no">
            {place.name}
          </Link>
        </span>
      ),
    },
    {
      key: 'code',
      header: c.code,
      render: ({ place }) =>
        place.code && (
          <span className="mono" translate="no">
            {place.code}
          </span>
        ),
    },
    {
      key: 'stores',
      header: c.stores,
      numeric: true,
      render: (node) => node.place.kind === 'region' && fmt.count(storesBelow(node).length),
    },
    { key: 'customers', header: c.customers, numeric: true, render: ({ item }) => fmt.count(item.customers) },
    {
      key: 'clerks',
      header: c.clerks,
      numeric: true,
      render: (node) => {
        const count = clerksOf(node);
        return count === null ? <Missing /> : fmt.count(count);
      },
    },
    { key: 'users', header: c.users, numeric: true, render: ({ item }) => fmt.count(item.users.length) },
  ];
}
