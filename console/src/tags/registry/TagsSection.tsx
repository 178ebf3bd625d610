import { Button, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilterOff, IconPlus, IconTags } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import css from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { tagGroupsQuery } from '../api';
import type { Tag, TagGroup, TagGroupItem } from '../types';
import { ArchiveDialog } from './ArchiveDialog';
import { GroupView } from './GroupView';
import { matching } from './list';

/** For one in many visits. */
const GroupDialog = lazy(() => import('./GroupDialog').then((module) => ({ default: module.GroupDialog })));
const TagDialog = lazy(() => import('./TagDialog').then((module) => ({ default: module.TagDialog })));

/** What somebody has asked for at a group or at one of its tags; without a tag, where one is added, a new one. */
export type Asked = { what: 'change' | 'archive' | 'add'; group: TagGroup; tag: Tag | null };

/** Groups of tags, and tags with how many customers have each. */
export function TagsSection() {
  const t = useT();
  const g = t.tagRegistry;
  const can = useCan();
  const query = useQuery(tagGroupsQuery);
  const [creating, create] = useDisclosure(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const add = can('tags.manage') && (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={create.open}>
      {g.createGroup}
    </Button>
  );
  return (
    <Panel
      flush
      title={g.title}
      explain={<Explain name={g.title} definition={g.about} />}
      testId="tag-groups"
      actions={
        query.data &&
        query.data.items.length > 0 && (
          <>
            <DownloadCsv title={g.title} file={() => fileOf(query.data.items, g.customers)} />
            {add}
          </>
        )
      }
    >
      <QueryView
        query={query}
        quiet
        loading={
          <div className={css.pad}>
            <LoadingBlock lines={6} height={40} />
          </div>
        }
      >
        {({ items }) => (items.length === 0 ? <FirstUse add={add} /> : <List items={items} onAsk={setAsked} />)}
      </QueryView>
      <Suspense fallback={null}>
        {creating && <GroupDialog group={null} onClose={create.close} />}
        {asked?.what === 'change' && !asked.tag && <GroupDialog group={asked.group} onClose={close} />}
        {asked?.what === 'change' && asked.tag && (
          <TagDialog group={asked.group.code} tag={asked.tag} onClose={close} />
        )}
        {asked?.what === 'add' && <TagDialog group={asked.group.code} tag={null} onClose={close} />}
      </Suspense>
      {asked?.what === 'archive' && <ArchiveDialog group={asked.group} tag={asked.tag} onClose={close} />}
    </Panel>
  );
}

function FirstUse({ add }: { add: ReactNode }) {
  const t = useT();
  const g = t.tagRegistry;
  return (
    <StateView
      testId="state-first-use"
      icon={<IconTags size={28} stroke={1.5} />}
      title={g.emptyTitle}
      text={add ? g.emptyText : `${g.emptyText} ${g.askManager(t.common.rights['tags.manage'])}`}
    >
      {add}
    </StateView>
  );
}

function fileOf(items: TagGroupItem[], customers: string) {
  return {
    name: 'tags.csv',
    columns: ['group', 'tag', 'name_zh', 'name_en', customers],
    rows: items.flatMap(({ group, tags }) =>
      tags.map(({ tag, customers: count }) => [group.code, tag.code, tag.name_zh, tag.name_en, count]),
    ),
  };
}

function List({ items, onAsk }: { items: TagGroupItem[]; onAsk: (asked: Asked) => void }) {
  const t = useT();
  const g = t.tagRegistry;
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const found = matching(items, search);
  const go = (next: Search) => navigate({ to: '.', search: { ...search, ...next }, replace: true, resetScroll: false });
  return (
    <>
      {!can('tags.manage') && <p className={css.note}>{g.askManager(t.common.rights['tags.manage'])}</p>}
      <div className={css.tools}>
        <SearchField
          label={g.search}
          placeholder={g.searchHint}
          value={search.search ?? ''}
          onChange={(text) => go({ search: text })}
        />
        <SegmentedControl
          aria-label={g.shown}
          value={search.state === 'archived' ? 'archived' : 'open'}
          onChange={(next) => go({ state: next === 'archived' ? next : '' })}
          data={[
            { value: 'open', label: g.open },
            { value: 'archived', label: g.archived },
          ]}
        />
      </div>
      {found.map((item) => (
        <GroupView key={item.group.code} item={item} onAsk={onAsk} />
      ))}
      {found.length === 0 &&
        (search.search ? (
          <StateView
            testId="state-no-match"
            icon={<IconFilterOff size={28} stroke={1.5} />}
            title={g.noMatchTitle}
            text={g.noMatchText}
          >
            <Button onClick={() => go({ search: '' })}>{g.clear}</Button>
          </StateView>
        ) : (
          <p className={css.note}>{g.noneArchived}</p>
        ))}
    </>
  );
}
