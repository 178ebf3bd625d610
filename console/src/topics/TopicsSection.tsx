import { Button, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconListCheck, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useT } from '@/shared/i18n';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { errorText, LoadingList, QueryView, StateView } from '@/shared/ui/StateView';
import { DayOf } from '@/shared/ui/Values';
import { archiveTopic, topicsQuery } from './api';
import css from './topics.module.css';
import type { Topic } from './types';

/** For one in many visits. */
const TopicDialog = lazy(() => import('./TopicDialog').then((module) => ({ default: module.TopicDialog })));

type Asked = { what: 'change' | 'archive'; topic: Topic };

/** What customers can pick to hear of. */
export function TopicsSection() {
  const t = useT();
  const s = t.topics;
  const can = useCan();
  const query = useQuery(topicsQuery);
  const [creating, create] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const add = can('settings.write') && (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={create.open}>
      {s.create}
    </Button>
  );
  return (
    <Panel
      flush
      title={s.title}
      explain={<Explain name={s.title} definition={s.about} />}
      testId="topics"
      actions={query.data && query.data.items.length > 0 && add}
    >
      <QueryView query={query} quiet loading={<LoadingList />}>
        {({ items }) => (items.length === 0 ? <FirstUse add={add} /> : <List topics={items} onAsk={setAsked} />)}
      </QueryView>
      <Suspense fallback={null}>
        {creating && <TopicDialog topic={null} onClose={create.close} />}
        {asked?.what === 'change' && <TopicDialog topic={asked.topic} onClose={close} />}
      </Suspense>
      {asked?.what === 'archive' && <ArchiveDialog topic={asked.topic} onClose={close} />}
    </Panel>
  );
}

function FirstUse({ add }: { add: ReactNode }) {
  const t = useT();
  const s = t.topics;
  return (
    <StateView
      testId="state-first-use"
      icon={<IconListCheck size={28} stroke={1.5} />}
      title={s.emptyTitle}
      text={add ? s.emptyText : `${s.emptyText} ${s.askManager(t.common.rights['settings.write'])}`}
    >
      {add}
    </StateView>
  );
}

function List({ topics, onAsk }: { topics: Topic[]; onAsk: (asked: Asked) => void }) {
  const t = useT();
  const s = t.topics;
  const can = useCan();
  const [archived, setArchived] = useState(false);
  const columns = useColumns(onAsk);
  const rows = topics.filter((one) => one.is_archived === archived);
  return (
    <>
      {!can('settings.write') && <p className={registry.note}>{s.askManager(t.common.rights['settings.write'])}</p>}
      <div className={registry.tools}>
        <SegmentedControl
          aria-label={s.shown}
          value={archived ? 'archived' : 'open'}
          onChange={(next) => setArchived(next === 'archived')}
          data={[
            { value: 'open', label: s.open },
            { value: 'archived', label: s.archived },
          ]}
        />
      </div>
      {rows.length === 0 ? (
        <p className={registry.note}>{archived ? s.noneArchived : s.noneOpen}</p>
      ) : (
        <DataTable label={s.title} columns={columns} rows={rows} rowKey={({ code }) => code} />
      )}
    </>
  );
}

function useArchive(isArchived: boolean, onDone?: () => void) {
  const t = useT();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (topic: Topic) => archiveTopic(topic, isArchived),
    onSuccess: () => {
      notify(isArchived ? t.topics.archive.done : t.topics.restore.done);
      onDone?.();
    },
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: topicsQuery.queryKey }),
  });
}

/** No push goes out for it from then on: that is asked about first. */
function ArchiveDialog({ topic, onClose }: { topic: Topic; onClose: () => void }) {
  const a = useT().topics.archive;
  const archive = useArchive(true, onClose);
  return (
    <ConfirmDialog
      danger
      title={a.title}
      text={a.text(topic.name)}
      action={a.title}
      working={archive.isPending}
      onConfirm={() => archive.mutate(topic)}
      onClose={onClose}
    />
  );
}

function useColumns(onAsk: (asked: Asked) => void): Column<Topic>[] {
  const { column: c, ...s } = useT().topics;
  const can = useCan();
  const restore = useArchive(false);
  const columns: Column<Topic>[] = [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ name, code }) => (
        <>
          <span className={registry.name} translate="no">
            {name}
          </span>
          <span className={`${registry.code} mono`}>{code}</span>
        </>
      ),
    },
    {
      key: 'description',
      header: c.description,
      render: ({ description }) => (
        <span className={css.description} translate="no">
          {description}
        </span>
      ),
    },
    { key: 'created', header: c.created, numeric: true, render: ({ created_at }) => <DayOf at={created_at} /> },
  ];
  if (!can('settings.write')) return columns;
  const tool = (what: 'change' | 'archive', topic: Topic) => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={s[what].of(topic.name)}
      onClick={() => onAsk({ what, topic })}
    >
      {s[what].action}
    </Button>
  );
  const tools: Column<Topic> = {
    key: 'tools',
    header: c.tools,
    render: (topic) => (
      <span className={registry.rowTools}>
        {tool('change', topic)}
        {topic.is_archived ? (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={s.restore.of(topic.name)}
            loading={restore.isPending && restore.variables?.code === topic.code}
            onClick={() => restore.mutate(topic)}
          >
            {s.restore.action}
          </Button>
        ) : (
          tool('archive', topic)
        )}
      </span>
    ),
  };
  return [...columns, tools];
}
