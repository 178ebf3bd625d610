import { Button, NativeSelect } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useCustomerName } from '@/customers/name';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { errorDetail } from '@/shared/ui/errorText';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { errorText, LoadingBlock, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { fileUrl, type InvitedFilter, invitedQuery, setJoined } from './api';
import { ruleOf } from './rule';
import { type Community, type CommunityInvitation, STATES } from './types';

const TONES: Record<string, Tone> = { waiting: 'neutral', in: 'success', left: 'warning' };

interface Props {
  community: Community;
  filter: InvitedFilter;
  onFilter: (next: Search) => void;
}

/** Who was invited, and what became of it. Group and state are in the address. */
export function InvitedPanel({ community, filter, onFilter }: Props) {
  const c = useT().communities;
  const fmt = useFmt();
  const can = useCan();
  const query = useInfiniteQuery(invitedQuery(community.code, filter));
  const people = query.data?.pages.flatMap((page) => page.items);
  const columns = useColumns(community);
  const groups = community.groups.filter(({ number }) => filter.group === '' || String(number) === filter.group);
  const rule = ruleOf(
    groups.map(({ code }) => code),
    filter.state,
  );
  return (
    <Panel
      flush
      title={c.people}
      testId="invited"
      actions={
        <>
          {rule && can('segments.manage') && (
            <Button
              size="xs"
              variant="default"
              renderRoot={(props) => <Link {...props} to="/segments/new" search={{ rule }} />}
            >
              {c.saveSegment}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => (
              <a {...props} href={fileUrl(community.code, !can('customers.export'), filter)} download />
            )}
          >
            {can('customers.export') ? c.file : c.maskedFile}
          </Button>
        </>
      }
    >
      <div className={registry.tools}>
        <NativeSelect
          aria-label={c.column.group}
          value={filter.group}
          onChange={(event) => onFilter({ group: event.currentTarget.value })}
          data={[
            { value: '', label: c.allGroups },
            ...community.groups.map(({ number }) => ({ value: String(number), label: c.group(fmt.count(number)) })),
          ]}
        />
        <NativeSelect
          aria-label={c.column.state}
          value={filter.state}
          onChange={(event) => onFilter({ state: event.currentTarget.value })}
          data={[{ value: '', label: c.states.all }, ...STATES.map((value) => ({ value, label: c.states[value] }))]}
        />
        {query.data && (
          <span className="muted" data-testid="invited-count">
            {c.count(fmt.count(query.data.pages[0]?.count ?? 0))}
          </span>
        )}
      </div>
      {query.isPending && (
        <div className={registry.pad}>
          <LoadingBlock lines={6} height={40} />
        </div>
      )}
      <PagedError query={query} />
      {people?.length === 0 && (
        <StateView testId="state-nobody" icon={<IconUsers size={28} stroke={1.5} />} title={c.noMatch} />
      )}
      {people && people.length > 0 && (
        <div aria-busy={query.isPlaceholderData || undefined}>
          <DataTable tall label={c.people} columns={columns} rows={people} rowKey={({ customer }) => customer.id} />
        </div>
      )}
      <LoadMore query={query} />
    </Panel>
  );
}

function useColumns(community: Community): Column<CommunityInvitation>[] {
  const t = useT();
  const c = t.communities;
  const fmt = useFmt();
  const nameOf = useCustomerName();
  const can = useCan();
  const queryClient = useQueryClient();
  const set = useMutation({
    mutationFn: ({ customer, joined }: { customer: string; joined: boolean }) =>
      setJoined(community.code, customer, joined),
    onSuccess: (_, { joined }) => {
      notify(joined ? c.noted : c.undone);
      queryClient.invalidateQueries({ queryKey: ['communities'] });
    },
    onError: (error) => notify([errorText(t, error), errorDetail(error)].filter(Boolean).join(' '), 'danger'),
  });
  const columns: Column<CommunityInvitation>[] = [
    {
      key: 'customer',
      header: c.column.customer,
      always: true,
      render: ({ customer }) => (
        <Link to="/customers/$id" params={{ id: customer.id }}>
          {nameOf(customer)}
        </Link>
      ),
    },
    { key: 'group', header: c.column.group, render: ({ group }) => c.group(fmt.count(group)) },
    {
      key: 'state',
      header: c.column.state,
      render: ({ state, by_hand }) => (
        <span className={registry.chips}>
          <Chip tone={TONES[state]}>{c.states[state as keyof typeof c.states] ?? state}</Chip>
          {by_hand && <Chip>{c.byHand}</Chip>}
        </span>
      ),
    },
    {
      key: 'joined',
      header: c.column.joined,
      render: ({ joined_at }) => joined_at !== null && <When at={joined_at} />,
    },
    { key: 'invited', header: c.column.invited, render: ({ invited_at }) => <When at={invited_at} /> },
  ];
  if (!can('customers.write') || community.archived_at !== null) return columns;
  return [
    ...columns,
    {
      key: 'tools',
      header: c.column.tools,
      render: ({ customer, state, by_hand }) => {
        const joined = !by_hand;
        if (joined && state === 'in') return null;
        return (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={(joined ? c.markOf : c.undoOf)(nameOf(customer))}
            loading={set.isPending && set.variables.customer === customer.id}
            onClick={() => set.mutate({ customer: customer.id, joined })}
          >
            {joined ? c.mark : c.undo}
          </Button>
        );
      },
    },
  ];
}
