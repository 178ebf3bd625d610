import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { Explain } from '@/shared/ui/Explain';
import { errorDetail } from '@/shared/ui/errorText';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { tagGroupsQuery } from '@/tags/api';
import { type AutomaticTag, automaticTagsQuery, stopFollowing } from '@/tags/automatic';
import type { TagGroupItem } from '@/tags/types';
import type { Segment } from '../types';
import css from './uses.module.css';

/** For one in many visits. */
const FollowDialog = lazy(() => import('./FollowDialog').then((module) => ({ default: module.FollowDialog })));

/** The tags that a customer has because, and for as long as, they are in this segment. */
export function FollowingTags({ segment }: { segment: Segment }) {
  const f = useT().segmentInsight.follow;
  const can = useCan();
  const groups = useQuery(tagGroupsQuery);
  const automatic = useQuery(automaticTagsQuery);
  const [adding, setAdding] = useState(false);
  return (
    <Panel
      title={f.title}
      explain={<Explain name={f.title} definition={f.about} />}
      testId="following-tags"
      actions={
        can('tags.manage') && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => setAdding(true)}
            disabled={!groups.data || !automatic.data}
          >
            {f.add}
          </Button>
        )
      }
    >
      <QueryView query={automatic} quiet loading={<LoadingBlock lines={2} />}>
        {({ items }) => (
          <List
            segment={segment}
            items={items.filter((one) => one.segment === segment.code)}
            groups={groups.data?.items ?? []}
          />
        )}
      </QueryView>
      <Suspense fallback={null}>
        {adding && groups.data && automatic.data && (
          <FollowDialog
            segment={segment}
            groups={groups.data.items}
            automatic={automatic.data.items}
            onClose={() => setAdding(false)}
          />
        )}
      </Suspense>
    </Panel>
  );
}

interface ListProps {
  segment: Segment;
  items: AutomaticTag[];
  groups: TagGroupItem[];
}

function List({ segment, items, groups }: ListProps) {
  const t = useT();
  const f = t.segmentInsight.follow;
  const fmt = useFmt();
  const nameOf = useNameOf();
  const can = useCan();
  const [asked, setAsked] = useState<string | null>(null);
  const known = new Map(groups.flatMap(({ tags }) => tags.map((one) => [one.tag.code, one] as const)));
  const named = (code: string) => {
    const tag = known.get(code)?.tag;
    return tag ? nameOf(tag) : code;
  };
  if (items.length === 0)
    return (
      <p className="muted">
        {f.none} {!can('tags.manage') && f.askManager(t.common.rights['tags.manage'])}
      </p>
    );
  return (
    <>
      <RowTable
        label={f.title}
        rows={items}
        rowKey={({ tag }) => tag}
        columns={[
          { key: 'tag', header: f.tag, render: ({ tag }) => <span translate="no">{named(tag)}</span> },
          {
            key: 'customers',
            header: f.customers,
            numeric: true,
            render: ({ tag }) => {
              const count = known.get(tag)?.customers ?? 0;
              return (
                <Link to="/customers" search={{ tag }} aria-label={f.customersOf(named(tag), fmt.count(count))}>
                  {fmt.count(count)}
                </Link>
              );
            },
          },
          {
            key: 'since',
            header: f.since,
            render: ({ created_at, created_by }) => (
              <>
                <When at={created_at} /> · <span translate="no">{created_by}</span>
              </>
            ),
          },
          ...(can('tags.manage')
            ? [
                {
                  key: 'stop',
                  header: f.tools,
                  numeric: true,
                  render: ({ tag }: AutomaticTag) => (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={f.stopOf(named(tag))}
                      onClick={() => setAsked(tag)}
                    >
                      {f.stop}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {asked !== null && (
        <StopDialog tag={asked} name={named(asked)} segment={segment.name} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

interface StopProps {
  tag: string;
  name: string;
  segment: string;
  onClose: () => void;
}

function StopDialog({ tag, name, segment, onClose }: StopProps) {
  const t = useT();
  const f = t.segmentInsight.follow;
  const queryClient = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopFollowing(tag),
    onSuccess: () => {
      notify(f.stopped);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: automaticTagsQuery.queryKey }),
  });
  return (
    <ConfirmDialog
      title={f.stopTitle}
      text={
        <>
          {f.stopText(name, segment)}
          {stop.error && (
            <span role="alert" className={css.refused}>
              {errorText(t, stop.error)} <span lang="en">{errorDetail(stop.error)}</span>
            </span>
          )}
        </>
      }
      action={f.stopTitle}
      working={stop.isPending}
      onConfirm={() => stop.mutate()}
      onClose={onClose}
    />
  );
}
