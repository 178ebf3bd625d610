import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '@/access/me';
import { usersQuery } from '@/settings/api';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { versionsQuery } from './api';
import { ChangeList } from './ChangeList';
import css from './plans.module.css';
import type { PlanVersion } from './types';

/** The frozen versions, the newest first, each with what it changed. */
export function VersionsPanel({ id, current }: { id: string; current: number }) {
  const v = useT().plans.versions;
  const query = useInfiniteQuery(versionsQuery(id));
  const versions = query.data?.pages.flatMap((page) => page.items);
  const nameOf = useNames();
  return (
    <Panel flush title={v.title} testId="plan-versions">
      {query.isPending && <LoadingBlock lines={2} height={40} />}
      <PagedError query={query} />
      <ul className={css.versions}>
        {versions?.map((version) => (
          <VersionRow
            key={version.frozen.number}
            version={version}
            isCurrent={version.frozen.number === current}
            by={nameOf(version.frozen.frozen_by)}
          />
        ))}
      </ul>
      <LoadMore query={query} />
    </Panel>
  );
}

/** Ids, unless who looks may see the team. */
function useNames(): (id: string) => string {
  const users = useQuery({ ...usersQuery, enabled: useCan()('access.manage') });
  const names = new Map(users.data?.items.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

interface RowProps {
  version: PlanVersion;
  isCurrent: boolean;
  by: string;
}

function VersionRow({ version: { frozen, changes }, isCurrent, by }: RowProps) {
  const t = useT();
  const fmt = useFmt();
  const v = t.plans.versions;
  const [open, setOpen] = useState(false);
  const number = v.number(fmt.count(frozen.number));
  const isFirst = frozen.number === 1;
  const about = isFirst ? v.first : changes.length > 0 ? v.changes(fmt.count(changes.length)) : v.same;
  const facts = (
    <>
      <span className={css.versionNumber}>{number}</span>
      {isCurrent && <Chip tone="primary">{v.current}</Chip>}
      <span className={css.versionFacts}>
        <span>{about}</span>
        <span>{t.plans.draft.events(fmt.count(frozen.plan.events.length))}</span>
        <When at={frozen.frozen_at} />
        <span className={by === frozen.frozen_by ? 'mono' : undefined} translate="no">
          {by}
        </span>
      </span>
    </>
  );
  return (
    <li className={css.version}>
      {changes.length > 0 && !isFirst ? (
        <UnstyledButton className={css.versionHead} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconChevronRight size={14} className={css.chevron} data-open={open || undefined} aria-hidden="true" />
          {facts}
        </UnstyledButton>
      ) : (
        <div className={css.versionHead}>
          <span className={css.chevron} />
          {facts}
        </div>
      )}
      {open && (
        <div className={css.versionBody}>
          <ChangeList changes={changes} />
        </div>
      )}
    </li>
  );
}
