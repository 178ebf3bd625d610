import { Button } from '@mantine/core';
import { IconStar } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { ListPanel } from '@/shared/ui/ListPanel';
import { notify } from '@/shared/ui/notify';
import registry from '@/shared/ui/registry.module.css';
import { errorText } from '@/shared/ui/StateView';
import { Missing } from '@/shared/ui/Values';
import { attributesQuery, removeAttribute } from './api';
import css from './insights.module.css';
import { QuadrantChart } from './QuadrantChart';
import type { Attribute, Quadrant } from './types';

const AttributeDialog = lazy(() => import('./AttributeDialog').then((module) => ({ default: module.AttributeDialog })));
const ConfirmDialog = lazy(() =>
  import('@/shared/ui/ConfirmDialog').then((module) => ({ default: module.ConfirmDialog })),
);

const TONES: Record<Quadrant, Tone> = { fix: 'danger', strengthen: 'success', low_priority: 'neutral', enough: 'info' };

/** What customers value and how content they are, in four quadrants, and who does something about it until when. */
export function AttributesTab() {
  const i = useT().insights;
  const can = useCan();
  const query = useQuery(attributesQuery);
  const [opened, setOpened] = useState<Attribute | 'new' | null>(null);
  const mayChange = can('segments.manage');
  const items = query.data?.items ?? [];
  return (
    <>
      {items.length > 0 && <QuadrantChart items={items} />}
      <ListPanel
        title={i.attributes}
        testId="attributes"
        query={query}
        empty={{ icon: IconStar, title: i.noAttributes, text: i.noAttributesText }}
        add={mayChange ? { label: i.newAttribute, onPress: () => setOpened('new') } : null}
      >
        {(items) => <List items={items} mayChange={mayChange} onChange={setOpened} />}
      </ListPanel>
      <Suspense>
        {opened && <AttributeDialog attribute={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
      </Suspense>
    </>
  );
}

interface ListProps {
  items: Attribute[];
  mayChange: boolean;
  onChange: (one: Attribute) => void;
}

function List({ items, mayChange, onChange }: ListProps) {
  const t = useT();
  const i = t.insights;
  const fmt = useFmt();
  const queryClient = useQueryClient();
  const [removed, setRemoved] = useState<Attribute | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => removeAttribute(id),
    onSuccess: () => {
      setRemoved(null);
      notify(i.removed);
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: attributesQuery.queryKey }),
  });
  const places = new Map(items.map(({ id }, place) => [id, place + 1]));
  const columns: Column<Attribute>[] = [
    {
      key: 'name',
      header: i.column.attribute,
      always: true,
      render: ({ id, name, note }) => (
        <>
          <span className={registry.name}>
            <span className={css.place}>{fmt.count(places.get(id) ?? 0)}</span> <span translate="no">{name}</span>
          </span>
          {note !== '' && (
            <span className={css.sub} translate="no">
              {note}
            </span>
          )}
        </>
      ),
    },
    {
      key: 'quadrant',
      header: i.column.quadrant,
      render: ({ quadrant }) => <Chip tone={TONES[quadrant]}>{i.quadrants[quadrant]}</Chip>,
    },
    {
      key: 'importance',
      header: i.column.importance,
      numeric: true,
      render: ({ importance }) => fmt.number(importance, 2),
    },
    {
      key: 'satisfaction',
      header: i.column.satisfaction,
      numeric: true,
      render: ({ satisfaction }) => fmt.number(satisfaction, 2),
    },
    { key: 'ratings', header: i.column.ratings, numeric: true, render: ({ ratings }) => fmt.count(ratings) },
    {
      key: 'owner',
      header: i.column.owner,
      render: ({ owner_name }) =>
        owner_name === null ? <Missing reason={i.ownerGone} /> : <span translate="no">{owner_name}</span>,
    },
    {
      key: 'due',
      header: i.column.due,
      render: ({ due_on, overdue, done }) => (
        <>
          {due_on} {done && <Chip tone="success">{i.done}</Chip>}
          {overdue && <Chip tone="danger">{i.overdue}</Chip>}
        </>
      ),
    },
  ];
  if (mayChange)
    columns.push({
      key: 'tools',
      header: i.column.tools,
      render: (one) => (
        <span className={registry.rowTools}>
          <Button variant="default" size="xs" onClick={() => onChange(one)} aria-label={i.changeOf(one.name)}>
            {i.change}
          </Button>
          <Button variant="default" size="xs" onClick={() => setRemoved(one)} aria-label={i.removeOf(one.name)}>
            {i.remove}
          </Button>
        </span>
      ),
    });
  return (
    <>
      <DataTable tall label={i.attributes} columns={columns} rows={items} rowKey={({ id }) => id} />
      <Suspense>
        {removed && (
          <ConfirmDialog
            danger
            title={i.removeTitle}
            text={i.removeText(removed.name)}
            action={i.removeTitle}
            working={remove.isPending}
            onConfirm={() => remove.mutate(removed.id)}
            onClose={() => setRemoved(null)}
          />
        )}
      </Suspense>
    </>
  );
}
