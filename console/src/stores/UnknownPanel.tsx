import { Button } from '@mantine/core';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import { DayOf } from '@/shared/ui/Values';
import css from './stores.module.css';
import type { PlaceItem } from './types';

interface Props {
  items: PlaceItem[];
  /** With the code; the server calls the store by it until somebody gives it a name. */
  onEnter: (code: string) => void;
}

/** Codes that orders name and nobody has entered: their customers belong to no region yet. */
export function UnknownPanel({ items, onEnter }: Props) {
  const t = useT();
  const fmt = useFmt();
  const u = t.stores.unknown;
  const can = useCan();
  const { shown, hidden, more } = useFirstRows(items);
  const columns: Column<PlaceItem>[] = [
    {
      key: 'code',
      header: t.stores.column.code,
      always: true,
      render: ({ place }) => (
        <span className="mono" translate="no">
          {place.code}
        </span>
      ),
    },
    {
      key: 'customers',
      header: t.stores.column.customers,
      numeric: true,
      render: ({ customers }) => fmt.count(customers),
    },
  ];
  if (can('stores.manage'))
    columns.push({
      key: 'enter',
      header: '',
      numeric: true,
      render: ({ place }) => (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={u.enterOf(place.code ?? '')}
          onClick={() => onEnter(place.code ?? '')}
        >
          {u.enter}
        </Button>
      ),
    });
  columns.push({
    key: 'since',
    header: u.since,
    numeric: true,
    render: ({ place }) => <DayOf at={place.created_at} />,
  });
  return (
    <Panel flush title={u.title} testId="unknown-stores">
      <p className={css.lead}>
        {can('stores.manage') ? u.text : `${u.text} ${u.askManager(t.common.rights['stores.manage'])}`}
      </p>
      <DataTable label={u.title} columns={columns} rows={shown} rowKey={({ place }) => place.id} compact />
      <MoreRows hidden={hidden} onMore={more} />
    </Panel>
  );
}
