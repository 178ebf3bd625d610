import { ActionIcon, Button, CopyButton, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconCopy, IconDeviceTablet, IconExternalLink } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { StoreName } from '@/clerks/StoreName';
import { linkOf } from '@/codes/base';
import { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { countersQuery, updateCounter } from './api';
import css from './forms.module.css';
import { ClerkLink, CodeLink } from './parts';
import type { Counter, Form } from './types';

/** For one in many visits. */
const CounterDialog = lazy(() => import('./CounterDialog').then((one) => ({ default: one.CounterDialog })));

interface Props {
  form: Form;
  /** What the addresses of its counters begin with. */
  base: string;
}

type Asked = { what: 'change' | 'close'; counter: Counter };

/** The pages of a form for tablets: each with its store, and if wished a clerk and a channel code. */
export function CountersPanel({ form, base }: Props) {
  const { counters: c, states } = useT().forms;
  const can = useCan();
  const query = useQuery(countersQuery(form.id));
  const [shown, setShown] = useState('open');
  const [creating, create] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const some = query.data && query.data.length > 0;
  return (
    <Panel
      flush
      title={c.title}
      explain={<Explain name={c.title} definition={c.about} />}
      testId="counters"
      actions={
        <>
          {some && (
            <SegmentedControl
              size="xs"
              aria-label={c.shown}
              value={shown}
              onChange={setShown}
              data={[
                { value: 'open', label: states.open },
                { value: 'closed', label: states.closed },
              ]}
            />
          )}
          {can('touch_points.manage') && (
            <Button size="xs" leftSection={<IconDeviceTablet size={14} />} onClick={create.open}>
              {c.create}
            </Button>
          )}
        </>
      }
    >
      <QueryView
        query={query}
        quiet
        loading={
          <div className={registry.pad}>
            <LoadingBlock lines={2} height={40} />
          </div>
        }
      >
        {(counters) =>
          counters.length === 0 ? (
            <p className={registry.none}>
              {c.none} {c.about}
            </p>
          ) : (
            <List
              form={form}
              base={base}
              counters={counters.filter(({ archived_at }) => (archived_at !== null) === (shown === 'closed'))}
              none={shown === 'closed' ? c.noneClosed : c.noneOpen}
              onAsk={setAsked}
            />
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {creating && <CounterDialog form={form.id} counter={null} onClose={create.close} />}
        {asked?.what === 'change' && <CounterDialog form={form.id} counter={asked.counter} onClose={close} />}
      </Suspense>
      {asked?.what === 'close' && <CloseDialog counter={asked.counter} onClose={close} />}
    </Panel>
  );
}

/** Closes it or opens it again; what somebody else made of it meanwhile is read first, and asked about again. */
function useSetClosed(isClosed: boolean, onDone?: () => void) {
  const t = useT();
  const c = t.forms.counters;
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (counter: Counter) => {
      const { name, place, clerk, code } = counter;
      return updateCounter(counter.id, counter.version, { name, place, clerk, code }, isClosed);
    },
    onSuccess: () => {
      notify(isClosed ? c.close.done : c.open.done);
      onDone?.();
    },
    onError: (error) => {
      const isOvertaken = error instanceof ApiError && error.status === 412;
      notify(isOvertaken ? c.changedByOther : errorText(t, error), 'danger');
      if (isOvertaken) onDone?.();
    },
    onSettled: (_, __, { form_id }) => queryClient.invalidateQueries({ queryKey: countersQuery(form_id).queryKey }),
  });
}

function CloseDialog({ counter, onClose }: { counter: Counter; onClose: () => void }) {
  const c = useT().forms.counters.close;
  const close = useSetClosed(true, onClose);
  return (
    <ConfirmDialog
      danger
      title={c.title}
      text={c.text(counter.name)}
      action={c.title}
      working={close.isPending}
      onConfirm={() => close.mutate(counter)}
      onClose={onClose}
    />
  );
}

interface ListProps extends Props {
  counters: Counter[];
  none: string;
  onAsk: (asked: Asked) => void;
}

function List({ form, base, counters, none, onAsk }: ListProps) {
  const c = useT().forms.counters;
  const { shown, hidden, more } = useFirstRows(counters);
  const columns = useColumns(form, base, onAsk);
  if (counters.length === 0) return <p className={registry.none}>{none}</p>;
  return (
    <>
      <DataTable label={c.title} columns={columns} rows={shown} rowKey={({ id }) => id} />
      <MoreRows hidden={hidden} onMore={more} />
    </>
  );
}

function useColumns(form: Form, base: string, onAsk: (asked: Asked) => void): Column<Counter>[] {
  const t = useT();
  const { counters: c, page: p } = t.forms;
  const can = useCan();
  const open = useSetClosed(false);
  const columns: Column<Counter>[] = [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ name }) => (
        <span className={registry.name} translate="no">
          {name}
        </span>
      ),
    },
    { key: 'store', header: c.store, render: ({ place }) => <StoreName id={place} /> },
    {
      key: 'clerk',
      header: c.clerk,
      render: ({ clerk }) => (clerk === null ? <span className="muted">{c.noClerk}</span> : <ClerkLink id={clerk} />),
    },
    {
      key: 'code',
      header: c.code,
      render: ({ code }) => (code === null ? <span className="muted">{c.formCode}</span> : <CodeLink id={code} />),
    },
    {
      key: 'page',
      header: c.page,
      render: ({ name, slug }) => {
        const link = linkOf(base, `${form.path}/${slug}`);
        return (
          <span className={css.page}>
            <a href={link} target="_blank" rel="noreferrer" className={css.line}>
              <span className="visually-hidden">{p.openOf(name)} </span>
              <span className="mono">/{slug}</span> <IconExternalLink size={14} aria-hidden="true" />
            </a>
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <ActionIcon size={28} onClick={copy} aria-label={copied ? t.common.copied : c.copy(name)}>
                  {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                </ActionIcon>
              )}
            </CopyButton>
          </span>
        );
      },
    },
  ];
  if (!can('touch_points.manage')) return columns;
  const tool = (what: 'change' | 'close', counter: Counter) => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={c[what].of(counter.name)}
      onClick={() => onAsk({ what, counter })}
    >
      {c[what].action}
    </Button>
  );
  const tools: Column<Counter> = {
    key: 'tools',
    header: c.tools,
    render: (counter) => (
      <span className={registry.rowTools}>
        {tool('change', counter)}
        {counter.archived_at === null ? (
          tool('close', counter)
        ) : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={c.open.of(counter.name)}
            loading={open.isPending && open.variables?.id === counter.id}
            onClick={() => open.mutate(counter)}
          >
            {c.open.action}
          </Button>
        )}
      </span>
    ),
  };
  return [...columns, tools];
}
