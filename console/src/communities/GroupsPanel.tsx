import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { ratioOf } from '@/shared/ui/ShareBar';
import { Percent } from '@/shared/ui/Values';
import { fileUrl } from './api';
import type { Community, CommunityGroup } from './types';

const GroupDialog = lazy(() => import('./dialogs').then((module) => ({ default: module.GroupDialog })));

interface Props {
  community: Community;
  onChoose: (group: string, state: string) => void;
}

/** Each group with its code, link and owner, and how many of its invited have joined. */
export function GroupsPanel({ community, onChoose }: Props) {
  const c = useT().communities;
  const [changed, setChanged] = useState<CommunityGroup | null>(null);
  const columns = useColumns(community, onChoose, setChanged);
  return (
    <Panel flush title={c.groups} testId="groups">
      <DataTable
        tall
        label={c.groups}
        columns={columns}
        rows={community.groups}
        rowKey={({ number }) => String(number)}
      />
      <Suspense fallback={null}>
        {changed && <GroupDialog community={community} group={changed} onClose={() => setChanged(null)} />}
      </Suspense>
    </Panel>
  );
}

function useColumns(
  community: Community,
  onChoose: Props['onChoose'],
  onChange: (group: CommunityGroup) => void,
): Column<CommunityGroup>[] {
  const c = useT().communities;
  const fmt = useFmt();
  const can = useCan();
  const { figure: f } = c;
  const nameOf = ({ number }: CommunityGroup) => c.group(fmt.count(number));
  const figure = (
    key: 'invited' | 'joined' | 'in',
    count: (group: CommunityGroup) => number,
  ): Column<CommunityGroup> => ({
    key,
    header: f[key],
    numeric: true,
    render: (group) => (
      <span className={registry.figure}>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={c.seeOf(nameOf(group), f[key], fmt.count(count(group)))}
          onClick={() => onChoose(String(group.number), key === 'invited' ? '' : key)}
        >
          {fmt.count(count(group))}
        </Button>
      </span>
    ),
  });
  return [
    {
      key: 'group',
      header: c.column.group,
      always: true,
      render: (group) => (
        <>
          <span className={registry.name}>{nameOf(group)}</span>
          <span className={`${registry.code} mono`} translate="no">
            {group.code}
          </span>
        </>
      ),
    },
    figure('invited', ({ figures }) => figures.invited),
    figure('joined', ({ figures }) => figures.joined),
    figure('in', ({ figures }) => figures.joined_now),
    {
      key: 'rate',
      header: f.rate,
      numeric: true,
      render: ({ figures }) => <Percent ratio={ratioOf(figures.rate_basis_points)} />,
    },
    {
      key: 'owner',
      header: c.column.owner,
      render: ({ owner }) =>
        owner ? <span translate="no">{owner.name}</span> : <span className="muted">{c.nobody}</span>,
    },
    {
      key: 'link',
      header: c.column.link,
      render: ({ link, number }) =>
        link === null ? (
          <span className="muted">{c.noLink}</span>
        ) : (
          <a href={link} target="_blank" rel="noopener noreferrer" aria-label={c.openLink(fmt.count(number))}>
            {c.open}
          </a>
        ),
    },
    {
      key: 'tools',
      header: c.column.tools,
      render: (group) => (
        <span className={registry.rowTools}>
          {can('segments.manage') && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={c.changeOf(nameOf(group))}
              onClick={() => onChange(group)}
            >
              {c.change}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            renderRoot={(props) => (
              <a
                {...props}
                href={fileUrl(community.code, !can('customers.export'), { group: String(group.number), state: '' })}
                download
                aria-label={c.fileOf(nameOf(group))}
              />
            )}
          >
            CSV
          </Button>
        </span>
      ),
    },
  ];
}
