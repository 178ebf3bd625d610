import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Chip } from '@/shared/ui/Chip';
import type { Column } from '@/shared/ui/DataTable';
import { LinkButton } from '@/shared/ui/LinkButton';
import { notify } from '@/shared/ui/notify';
import css from '@/shared/ui/registry.module.css';
import { errorText } from '@/shared/ui/StateView';
import { archiveField, fieldsQuery } from './api';
import { hasValues } from './fieldForm';
import type { FieldItem, ProfileField } from './types';

export type Asked = { what: 'change' | 'archive' | 'refused'; item: FieldItem };

export function useFieldColumns(onAsk: (asked: Asked) => void): Column<FieldItem>[] {
  const t = useT();
  const fmt = useFmt();
  const nameOf = useNameOf();
  const can = useCan();
  const { column: c, ...r } = t.fieldRegistry;
  const columns: Column<FieldItem>[] = [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ field }) => (
        <>
          <span className={css.name} translate="no">
            {nameOf(field)}
          </span>
          <span className={`${css.code} mono`}>{field.name}</span>
        </>
      ),
    },
    { key: 'class', header: c.class, render: ({ field }) => lookup(t.fields.classes, field.class) },
    { key: 'type', header: c.type, render: ({ field }) => <TypeOf field={field} /> },
    {
      key: 'kind',
      header: c.kind,
      render: ({ field }) => (
        <span className={css.chips}>
          <Chip tone={field.preset ? 'neutral' : 'primary'}>{field.preset ? r.preset : r.own}</Chip>
          {field.personal && <Chip tone="warning">{r.personal}</Chip>}
        </span>
      ),
    },
    {
      key: 'weight',
      header: c.weight,
      numeric: true,
      render: ({ field }) => (field.weight === 0 ? r.neverAsked : fmt.count(field.weight)),
    },
    {
      key: 'refused',
      header: c.refused,
      numeric: true,
      render: (item) =>
        item.refusals.refused === 0 ? (
          '0'
        ) : (
          <LinkButton
            label={r.refusedOf(nameOf(item.field), fmt.count(item.refusals.refused))}
            onClick={() => onAsk({ what: 'refused', item })}
          >
            {fmt.count(item.refusals.refused)}
          </LinkButton>
        ),
    },
  ];
  if (!can('fields.manage')) return columns;
  return [...columns, { key: 'tools', header: c.tools, render: (item) => <Tools item={item} onAsk={onAsk} /> }];
}

function TypeOf({ field }: { field: ProfileField }) {
  const r = useT().fieldRegistry;
  const fmt = useFmt();
  return (
    <>
      {lookup(r.types, field.type)}
      {hasValues(field.type) && field.allowed.length > 0 && (
        <span className={css.code} title={field.allowed.join(' · ')} translate="no">
          {r.values(fmt.count(field.allowed.length))}
        </span>
      )}
    </>
  );
}

function Tools({ item, onAsk }: { item: FieldItem; onAsk: (asked: Asked) => void }) {
  const t = useT();
  const r = t.fieldRegistry;
  const queryClient = useQueryClient();
  const name = useNameOf()(item.field);
  const restore = useMutation({
    mutationFn: () => archiveField(item.field, false),
    onSuccess: () => notify(r.restore.done),
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: fieldsQuery.queryKey }),
  });
  const tool = (what: 'change' | 'archive') => (
    <Button size="compact-sm" variant="default" aria-label={r[what].of(name)} onClick={() => onAsk({ what, item })}>
      {r[what].action}
    </Button>
  );
  return (
    <span className={css.rowTools}>
      {tool('change')}
      {item.field.archived_at === null ? (
        tool('archive')
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={r.restore.of(name)}
          loading={restore.isPending}
          onClick={() => restore.mutate()}
        >
          {r.restore.action}
        </Button>
      )}
    </span>
  );
}
