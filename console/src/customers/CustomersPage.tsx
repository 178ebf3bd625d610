import { ActionIcon, Button, Checkbox, Menu, Popover, SegmentedControl, Tooltip } from '@mantine/core';
import {
  IconColumns3,
  IconDatabaseImport,
  IconDownload,
  IconFileSpreadsheet,
  IconFilterOff,
  IconUsers,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import type { CustomerPage } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { type Messages, useT } from '@/shared/i18n';
import { DataTable } from '@/shared/ui/DataTable';
import { useDocumentTitle, useStored } from '@/shared/ui/hooks';
import { Pager } from '@/shared/ui/Pager';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { customersQuery, exportUrl } from './api';
import { customerColumns, DEFAULT_COLUMNS } from './columns';
import css from './customers.module.css';
import { FilterMenu } from './FilterMenu';
import { chipsOf, filtersOf, SORT_KEYS, without } from './filters';
import { SearchField } from './SearchField';
import { useBrand } from './useBrand';

const PAGE_SIZE = 50;

export function CustomersPage() {
  const t = useT();
  const fmt = useFmt();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const [columns, setColumns] = useStored('customers.columns', DEFAULT_COLUMNS);
  const [density, setDensity] = useStored<'comfortable' | 'compact'>('density', 'comfortable');
  const [earlierCursors, setEarlierCursors] = useState<(string | undefined)[]>([]);
  useDocumentTitle(t.customers.title);

  const filters = filtersOf(search);
  const sort = (SORT_KEYS as readonly string[]).includes(search.sort ?? '')
    ? (search.sort as string)
    : 'lifetime_value';
  const order = search.order === 'asc' ? 'asc' : 'desc';
  const query = useQuery(customersQuery({ ...filters, sort, order, limit: PAGE_SIZE, cursor: search.cursor }));
  const page = Number(search.page) || 1;

  const go = (next: Search) => {
    setEarlierCursors([]);
    navigate({ to: '/customers', search: without(next, ['cursor', 'page']) });
  };
  const turn = (cursor: string | undefined, to: number) =>
    navigate({
      to: '/customers',
      search: {
        ...without(search, ['cursor', 'page']),
        ...(cursor ? { cursor } : {}),
        ...(to > 1 ? { page: String(to) } : {}),
      },
    });

  const all = customerColumns(t);
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
            {query.data?.as_of && <span>{t.common.asOf(query.data.as_of)}</span>}
          </>
        }
        actions={<ExportMenu filters={{ ...filters, sort, order }} total={total ?? 0} />}
      />
      <div className={css.bar}>
        <SearchField
          value={search.search ?? ''}
          onChange={(text) => go(text ? { ...search, search: text } : without(search, ['search']))}
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
          <ColumnMenu all={all.filter((column) => !column.always)} chosen={columns} onChange={setColumns} t={t} />
        </div>
      </div>
      <FilterChips search={search} onChange={go} />
      <Panel flush className={css.list}>
        <QueryView
          query={query}
          loading={
            <div className={css.pad}>
              <LoadingBlock lines={10} height={32} />
            </div>
          }
        >
          {(data) =>
            data.items.length === 0 ? (
              <NothingFound filtered={Object.keys(filters).length > 0} onClear={() => go({})} />
            ) : (
              <>
                <DataTable
                  tall
                  label={t.customers.table}
                  columns={shown}
                  rows={data.items}
                  rowKey={(row) => row.id}
                  compact={density === 'compact'}
                  sort={{ key: sort, order }}
                  onSort={(key, nextOrder) => go({ ...search, sort: key, order: nextOrder })}
                />
                <CustomerPager
                  data={data}
                  page={page}
                  onPrevious={() => {
                    const stack = earlierCursors.slice(0, -1);
                    const cursor = earlierCursors.at(-1);
                    setEarlierCursors(stack);
                    turn(cursor, cursor ? page - 1 : 1);
                  }}
                  onNext={() => {
                    setEarlierCursors([...earlierCursors, search.cursor]);
                    turn(data.next_cursor ?? undefined, page + 1);
                  }}
                />
              </>
            )
          }
        </QueryView>
      </Panel>
    </>
  );
}

function CustomerPager({
  data,
  page,
  onPrevious,
  onNext,
}: {
  data: CustomerPage;
  page: number;
  onPrevious: () => void;
  onNext: () => void;
}) {
  const first = (page - 1) * PAGE_SIZE + 1;
  return (
    <Pager
      from={first}
      to={first + data.items.length - 1}
      total={data.total}
      onPrevious={page > 1 ? onPrevious : undefined}
      onNext={data.next_cursor ? onNext : undefined}
    />
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

function FilterChips({ search, onChange }: { search: Search; onChange: (next: Search) => void }) {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const chips = chipsOf(search, t, fmt, brand);
  if (chips.length === 0) return null;
  return (
    <ul className={css.chips} aria-label={t.customers.filterBy}>
      {chips.map((chip) => (
        <li key={chip.keys.join(' ')} className={css.filterChip} data-testid="filter-chip">
          {chip.text}
          <ActionIcon
            size={24}
            radius="xl"
            aria-label={t.customers.removeFilter(chip.text)}
            onClick={() => onChange(without(search, chip.keys))}
          >
            <IconX size={14} />
          </ActionIcon>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() =>
              onChange(
                without(
                  search,
                  chips.flatMap((chip) => chip.keys),
                ),
              )
            }
          >
            {t.customers.clearFilters}
          </Button>
        </li>
      )}
    </ul>
  );
}

function ColumnMenu({
  all,
  chosen,
  onChange,
  t,
}: {
  all: { key: string; header: string }[];
  chosen: string[];
  onChange: (keys: string[]) => void;
  t: Messages;
}) {
  return (
    <Popover position="bottom-end" withinPortal>
      <Popover.Target>
        <Tooltip label={t.customers.columns}>
          <ActionIcon size={36} variant="default" aria-label={t.customers.columns} data-testid="choose-columns">
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.customers.columns}>
        <Checkbox.Group value={chosen} onChange={onChange} label={t.customers.columns}>
          <div className={css.columnList}>
            {all.map((column) => (
              <Checkbox key={column.key} value={column.key} label={column.header} />
            ))}
          </div>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function ExportMenu({ filters, total }: { filters: Search; total: number }) {
  const t = useT();
  const fmt = useFmt();
  const can = useCan();
  if (!can('customers.export')) return null;
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} disabled={total === 0} data-testid="export">
          {t.customers.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component="a"
          href={exportUrl(filters, 'csv')}
          download
          leftSection={<IconFileSpreadsheet size={16} />}
        >
          {t.customers.exportCsv}
        </Menu.Item>
        <Menu.Item
          component="a"
          href={exportUrl(filters, 'parquet')}
          download
          leftSection={<IconFileSpreadsheet size={16} />}
        >
          {t.customers.exportParquet}
        </Menu.Item>
        <p className={css.menuHint}>{t.customers.exportHint(fmt.count(total))}</p>
      </Menu.Dropdown>
    </Menu>
  );
}
