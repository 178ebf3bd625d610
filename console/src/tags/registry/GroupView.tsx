import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { notify } from '@/shared/ui/notify';
import registry from '@/shared/ui/registry.module.css';
import { errorText } from '@/shared/ui/StateView';
import { tagGroupsQuery } from '../api';
import { automaticTagsQuery } from '../automatic';
import type { TagGroup, TagGroupItem } from '../types';
import { archiveGroup, archiveTag } from './api';
import css from './registry.module.css';
import type { Asked } from './TagsSection';

type CountedTag = TagGroupItem['tags'][number];

interface Props {
  item: TagGroupItem;
  onAsk: (asked: Asked) => void;
}

/** One group: its rules, and its tags with the customers who have them. */
export function GroupView({ item, onAsk }: Props) {
  const g = useT().tagRegistry;
  const id = useId();
  const fmt = useFmt();
  const nameOf = useNameOf();
  const can = useCan();
  const { group, tags } = item;
  const columns = useColumns(group, onAsk);
  return (
    <section className={css.group} aria-labelledby={id} data-group={group.code}>
      <div className={css.groupHead}>
        <h3 id={id} className={css.groupName}>
          <span translate="no">{nameOf(group)}</span> <span className={`${registry.code} mono`}>{group.code}</span>
        </h3>
        {group.exclusive && <Chip tone="info">{g.exclusive}</Chip>}
        <Chip>{group.valid_days === null ? g.forEver : g.days(fmt.count(group.valid_days))}</Chip>
        {group.archived_at && <Chip tone="warning">{g.archived}</Chip>}
        {can('tags.manage') && (
          <span className={css.groupTools}>
            {group.archived_at === null && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={g.addTo(nameOf(group))}
                onClick={() => onAsk({ what: 'add', group, tag: null })}
              >
                {g.createTag}
              </Button>
            )}
            <Tools group={group} tag={null} onAsk={onAsk} />
          </span>
        )}
      </div>
      {tags.length === 0 ? (
        <p className={registry.none}>{g.noTags}</p>
      ) : (
        <DataTable label={g.tagsOf(nameOf(group))} columns={columns} rows={tags} rowKey={({ tag }) => tag.code} />
      )}
    </section>
  );
}

function useColumns(group: TagGroup, onAsk: (asked: Asked) => void): Column<CountedTag>[] {
  const g = useT().tagRegistry;
  const fmt = useFmt();
  const nameOf = useNameOf();
  const can = useCan();
  const { data: automatic } = useQuery(automaticTagsQuery);
  const columns: Column<CountedTag>[] = [
    {
      key: 'name',
      header: g.tag,
      always: true,
      render: ({ tag }) => (
        <>
          <span className={registry.name} translate="no">
            {nameOf(tag)}
          </span>
          <span className={`${registry.code} mono`}>{tag.code}</span>
          <Follows segment={automatic?.items.find((one) => one.tag === tag.code)?.segment} />
        </>
      ),
    },
    {
      key: 'customers',
      header: g.customers,
      numeric: true,
      render: ({ tag, customers }) =>
        customers === 0 ? (
          '0'
        ) : (
          <Link
            to="/customers"
            search={{ tag: tag.code }}
            aria-label={g.customersOf(nameOf(tag), fmt.count(customers))}
            data-count={customers}
          >
            {fmt.count(customers)}
          </Link>
        ),
    },
  ];
  if (!can('tags.manage')) return columns;
  return [
    ...columns,
    {
      key: 'tools',
      header: g.tools,
      numeric: true,
      render: ({ tag }) => (
        <span className={registry.rowTools}>
          <Tools group={group} tag={tag} onAsk={onAsk} />
        </span>
      ),
    },
  ];
}

/** Which segment decides the tag, where one does. */
function Follows({ segment }: { segment: string | undefined }) {
  const g = useT().tagRegistry;
  if (segment === undefined) return null;
  return (
    <span className={registry.code}>
      {/* All of it is the link: a part would have to be underlined. */}
      <Link to="/segments/$code" params={{ code: segment }} search={{ tab: 'uses' }}>
        {g.follows} <span translate="no">{segment}</span>
      </Link>
    </span>
  );
}

interface ToolsProps extends Pick<Asked, 'group' | 'tag'> {
  onAsk: (asked: Asked) => void;
}

/** Of a tag, or of the group where there is none. */
function Tools({ group, tag, onAsk }: ToolsProps) {
  const t = useT();
  const g = t.tagRegistry;
  const queryClient = useQueryClient();
  const name = useNameOf()(tag ?? group);
  const restore = useMutation<unknown>({
    mutationFn: () => (tag ? archiveTag(tag, false) : archiveGroup(group, false)),
    onSuccess: () => notify(g.restore.done),
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: tagGroupsQuery.queryKey }),
  });
  const action = (what: 'change' | 'archive') => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={g[what].of(name)}
      onClick={() => onAsk({ what, group, tag })}
    >
      {g[what].action}
    </Button>
  );
  return (
    <>
      {action('change')}
      {(tag ?? group).archived_at === null ? (
        action('archive')
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={g.restore.of(name)}
          loading={restore.isPending}
          onClick={() => restore.mutate()}
        >
          {g.restore.action}
        </Button>
      )}
    </>
  );
}
