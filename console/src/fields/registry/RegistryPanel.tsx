import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterOff, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { lookup, useT } from '@/shared/i18n';
import { DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { ArchiveDialog } from './ArchiveDialog';
import { fieldsQuery } from './api';
import { type Asked, useFieldColumns } from './columns';
import { matching } from './list';
import { CLASSES, type FieldItem } from './types';

/** For one in many visits. */
const FieldDialog = lazy(() => import('./FieldDialog').then((module) => ({ default: module.FieldDialog })));
const RefusedDialog = lazy(() => import('./RefusedDialog').then((module) => ({ default: module.RefusedDialog })));

/** All fields, preset and own: found by name, class and state; made, changed and archived while everything runs. */
export function RegistryPanel() {
  const t = useT();
  const r = t.fieldRegistry;
  const can = useCan();
  const query = useQuery(fieldsQuery);
  const [creating, create] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <Panel
      flush
      title={r.title}
      explain={<Explain name={r.title} definition={r.about} />}
      testId="fields"
      actions={
        <>
          {query.data && <DownloadCsv title={r.title} file={() => fileOf(query.data.items, r.column)} />}
          {can('fields.manage') && (
            <Button size="xs" leftSection={<IconPlus size={14} />} onClick={create.open}>
              {r.create}
            </Button>
          )}
        </>
      }
    >
      {!can('fields.manage') && <p className={css.note}>{r.askManager(t.common.rights['fields.manage'])}</p>}
      <QueryView
        query={query}
        quiet
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={8} height={40} />
          </div>
        }
      >
        {({ items }) => <List items={items} onAsk={setAsked} />}
      </QueryView>
      <Suspense fallback={null}>
        {creating && <FieldDialog field={null} onClose={create.close} />}
        {asked?.what === 'change' && <FieldDialog field={asked.item.field} onClose={close} />}
        {asked?.what === 'refused' && <RefusedDialog item={asked.item} onClose={close} />}
      </Suspense>
      {asked?.what === 'archive' && <ArchiveDialog field={asked.item.field} onClose={close} />}
    </Panel>
  );
}

function fileOf(items: FieldItem[], c: Record<'nameZh' | 'nameEn' | 'class' | 'type' | 'weight' | 'refused', string>) {
  return {
    name: 'fields.csv',
    columns: ['name', c.nameZh, c.nameEn, c.class, c.type, c.weight, c.refused],
    rows: items.map(({ field, refusals }) => [
      field.name,
      field.name_zh,
      field.name_en,
      field.class,
      field.type,
      field.weight,
      refusals.refused,
    ]),
  };
}

function List({ items, onAsk }: { items: FieldItem[]; onAsk: (asked: Asked) => void }) {
  const t = useT();
  const r = t.fieldRegistry;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const columns = useFieldColumns(onAsk);
  const rows = matching(items, search);
  const go = (next: Search) => navigate({ to: '.', search: { ...search, ...next }, replace: true, resetScroll: false });
  return (
    <>
      <div className={css.tools}>
        <SearchField
          label={r.search}
          placeholder={r.searchHint}
          value={search.search ?? ''}
          onChange={(text) => go({ search: text })}
        />
        <NativeSelect
          aria-label={r.column.class}
          value={search.class ?? ''}
          onChange={(event) => go({ class: event.currentTarget.value })}
          data={[
            { value: '', label: r.allClasses },
            ...CLASSES.map((value) => ({ value, label: lookup(t.fields.classes, value) })),
          ]}
        />
        <SegmentedControl
          aria-label={r.shown}
          value={search.state === 'archived' ? 'archived' : 'open'}
          onChange={(next) => go({ state: next === 'archived' ? next : '' })}
          data={[
            { value: 'open', label: r.open },
            { value: 'archived', label: r.archived },
          ]}
        />
      </div>
      {rows.length > 0 ? (
        <DataTable label={r.title} columns={columns} rows={rows} rowKey={({ field }) => field.name} />
      ) : search.search || search.class ? (
        <StateView
          testId="state-no-match"
          icon={<IconFilterOff size={28} stroke={1.5} />}
          title={r.noMatchTitle}
          text={r.noMatchText}
        >
          <Button onClick={() => go({ search: '', class: '' })}>{r.clear}</Button>
        </StateView>
      ) : (
        <p className={css.note}>{r.noneArchived}</p>
      )}
    </>
  );
}
