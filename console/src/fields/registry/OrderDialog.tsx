import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { VersionedDialog } from '@/app/forms/VersionedDialog';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { moved } from '@/shared/ui/moved';
import registry from '@/shared/ui/registry.module.css';
import type { Fields } from '@/shared/ui/useFields';
import { fieldSourcesQuery, updateFieldSources } from './api';
import { formOf, type OrderForm, orderOf, settingsOf, sourceOf } from './order';
import css from './registry.module.css';
import { useSourceName } from './SourceName';
import type { FieldSources } from './types';

/** In which order origins are believed, and of which origin the words of each source are. It holds at once. */
export function OrderDialog({ sources, onClose }: { sources: FieldSources; onClose: () => void }) {
  const t = useT();
  const fmt = useFmt();
  const b = t.fieldRegistry.believed;
  const queryClient = useQueryClient();
  const nameOf = useSourceName();
  const label = (field: string) => {
    const source = sourceOf(field);
    return source === null ? b.order : nameOf(source);
  };
  const say = (field: string, value: string) => {
    const words = (field === 'order' ? value.split(',') : [value]).map((one) => lookup(t.fields.origins, one));
    return fmt.list(words);
  };
  return (
    <VersionedDialog<FieldSources, OrderForm>
      title={b.change}
      action={b.save}
      done={b.done}
      thing={sources}
      empty={{}}
      formOf={formOf}
      draft="field-sources"
      labelOf={label}
      say={say}
      faultsOf={() => ({})}
      update={(base, form) => updateFieldSources(base.version, settingsOf(form))}
      latest={() => queryClient.fetchQuery({ ...fieldSourcesQuery, staleTime: 0 })}
      onSaved={(saved) => queryClient.setQueryData(fieldSourcesQuery.queryKey, saved)}
      onClose={onClose}
    >
      {(form) => (
        <>
          <p>{b.text}</p>
          <Order form={form} />
          {Object.keys(form.values)
            .filter((field) => sourceOf(field) !== null)
            .map((field) => (
              <NativeSelect
                key={field}
                label={label(field)}
                translate="no"
                data={orderOf(form.values).map((value) => ({ value, label: lookup(t.fields.origins, value) }))}
                {...form.field(field)}
              />
            ))}
        </>
      )}
    </VersionedDialog>
  );
}

function Order({ form }: { form: Fields<OrderForm> }) {
  const t = useT();
  const b = t.fieldRegistry.believed;
  const order = orderOf(form.values);
  return (
    <ol className={css.order} aria-label={b.order}>
      {order.map((origin, place) => {
        const name = lookup(t.fields.origins, origin);
        return (
          <li key={origin}>
            <span>{name}</span>
            <span className={registry.rowTools}>
              <ActionIcon
                variant="default"
                size={28}
                aria-label={b.up(name)}
                disabled={place === 0}
                onClick={() => form.set('order', moved(order, place, -1).join(','))}
              >
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon
                variant="default"
                size={28}
                aria-label={b.down(name)}
                disabled={place === order.length - 1}
                onClick={() => form.set('order', moved(order, place, 1).join(','))}
              >
                <IconArrowDown size={14} />
              </ActionIcon>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
