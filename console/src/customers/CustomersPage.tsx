import { Button, SegmentedControl } from '@mantine/core';
import { IconDatabaseImport, IconFilterOff, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { DataTable } from '@/shared/ui/DataTable';
import { useDocumentTitle, useStored } from '@/shared/ui/hooks';
import { Pager } from '@/shared/ui/Pager';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { SearchField } from '@/shared/ui/SearchField';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { KeepPeople } from '@/tags/keep/KeepButton';
import { readCustomers } from './api';
import { customerColumns, DEFAULT_COLUMNS } from './columns';
import css from './customers.module.css';
import { FilterChips } from './FilterChips';
import { FilterMenu } from './FilterMenu';
import { chipsOf, filtersOf, without } from './filters';
import { ColumnMenu, ExportMenu } from './ListMenus';
import { listQuery, orderOf, PAGE_SIZE } from './list';
import { useListPlace } from './listPlace';
import { useBrand } from './useBrand';

export function CustomersPage() {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const place = useListPlace();
  const { search, cursors } = place;
  const navigate = useNavigate();
  const [columns, setColumns] = useStored('customers.columns', DEFAULT_COLUMNS);
  const [density, setDensity] = useStored<'comfortable' | 'compact'>('density', 'comfortable');
  useDocumentTitle(t.customers.title);

  const filters = filtersOf(search);
  const { sort, order } = orderOf(search);
  const query = useQuery(listQuery(search, cursors.at(-1)));
  const before = cursors.length * PAGE_SIZE;

  // Other filters or another order begin at the first page: no cursor goes along.
  const go = (next: Search) => navigate({ to: '/customers', search: next });
  const find = (text: string) =>
    navigate({
      to: '/customers',
      search: text ? { ...search, search: text } : without(search, ['search']),
      replace: true,
    });
  const turn = (to: string[]) => navigate({ to: '/customers', search, state: { cursors: to } });
  // While the next page is on its way, the rows and their cursor still belong to the one before.
  const canTurn = !query.isPlaceholderData;

  const all = customerColumns(t, place, usePersonal());
  const shown = all.filter((column) => column.always || columns.includes(column.key));
  const total = query.data?.total;
  return (
    <>
      <PageHeader
        title={t.customers.title}
        meta={
          <>
            <span data-testid="customer-total" data-total={total} aria-live="polite">
              {total === undefined ? '' : t.customers.total(fmt.count(total))}
            </span>
            {query.data?.as_of && <span>{t.common.valuesAsOf(query.data.as_of)}</span>}
          </>
        }
        actions={
          <>
            {total !== undefined && total > 0 && Object.keys(filters).length > 0 && (
              <KeepPeople
                list={{
                  // What somebody searched for may name a person: it is not written down.
                  origin: [t.customers.title, ...chipsOf(search, t, fmt, brand).map(({ text }) => text)].join(' · '),
                  count: total,
                  read: readCustomers(filters),
                }}
              />
            )}
            <ExportMenu filters={{ ...filters, sort, order }} total={total ?? 0} />
          </>
        }
      />
      <div className={css.bar}>
        <SearchField
          label={t.customers.search}
          placeholder={t.customers.searchPlaceholder}
          value={search.search ?? ''}
          onChange={find}
        />
        <FilterMenu onAdd={(added) => go({ ...search, ...added })} />
        <div className={css.barEnd}>
          <SegmentedControl
            size="xs"
            aria-label={t.customers.density}
            value={density}
            onChange={setDensity}
            data={(['comfortable', 'compact'] as const).map((value) => ({
              value,
              label: t.customers.densities[value],
            }))}
            className={css.density}
          />
          <ColumnMenu all={all.filter((column) => !column.always)} chosen={columns} onChange={setColumns} />
        </div>
      </div>
      <FilterChips search={search} onChange={go} />
      <Panel flush>
        <QueryView
          query={query}
          loading={
            <div className={css.pad}>
              <LoadingBlock lines={10} height={32} />
            </div>
          }
        >
          {({ items, next_cursor: next, total: count }) =>
            count === 0 ? (
              <NothingFound filtered={Object.keys(filters).length > 0} onClear={() => go({})} />
            ) : (
              <>
                <DataTable
                  tall
                  label={t.customers.table}
                  columns={shown}
                  rows={items}
                  rowKey={(row) => row.id}
                  compact={density === 'compact'}
                  sort={{ key: sort, order }}
                  onSort={(key, nextOrder) => go({ ...search, sort: key, order: nextOrder })}
                />
                <Pager
                  from={before + 1}
                  to={before + items.length}
                  total={count}
                  onPrevious={canTurn && cursors.length > 0 ? () => turn(cursors.slice(0, -1)) : undefined}
                  onNext={canTurn && next ? () => turn([...cursors, next]) : undefined}
                />
              </>
            )
          }
        </QueryView>
      </Panel>
    </>
  );
}

function NothingFound({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const t = useT();
  if (filtered) {
    return (
      <StateView
        testId="state-no-match"
        icon={<IconFilterOff size={28} stroke={1.5} />}
        title={t.customers.noMatchTitle}
        text={t.customers.noMatchText}
      >
        <Button onClick={onClear}>{t.customers.clearFilters}</Button>
      </StateView>
    );
  }
  return (
    <StateView
      testId="state-first-use"
      icon={<IconUsers size={28} stroke={1.5} />}
      title={t.customers.emptyTitle}
      text={t.customers.emptyText}
    >
      <Button component={Link} to="/imports/new" leftSection={<IconDatabaseImport size={16} />}>
        {t.customers.emptyAction}
      </Button>
    </StateView>
  );
}
