import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useT, withWords } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { tagGroupsQuery } from '@/tags/api';
import { usesQuery } from '../insight/api';
import type { SegmentUses } from '../insight/types';
import type { Segment } from '../types';
import { FollowingTags } from './FollowingTags';
import css from './uses.module.css';

/** With its words. */
const PromisePanel = lazy(() =>
  withWords(['keyCustomers'], import('@/keyCustomers/PromisePanel')).then((module) => ({
    default: module.PromisePanel,
  })),
);

/** What follows from a segment: tags that it decides, who looks after its customers, and what stands on it. */
export function UsesTab({ segment }: { segment: Segment }) {
  const u = useT().segmentInsight.uses;
  const query = useQuery(usesQuery(segment.code));
  return (
    <div className={registry.stack}>
      <FollowingTags segment={segment} />
      <Suspense fallback={<LoadingBlock lines={2} />}>
        <PromisePanel segment={segment} />
      </Suspense>
      <Panel title={u.title} explain={<Explain name={u.title} definition={u.about} />} testId="uses">
        <QueryView query={query} quiet loading={<LoadingBlock lines={2} />}>
          {(uses) => <Uses uses={uses} />}
        </QueryView>
      </Panel>
    </div>
  );
}

export function Uses({ uses: { segments, tags, communities } }: { uses: SegmentUses }) {
  const u = useT().segmentInsight.uses;
  const nameOf = useNameOf();
  const groups = useQuery({ ...tagGroupsQuery, enabled: tags.length > 0 });
  const tagName = (code: string) => {
    const found = groups.data?.items.flatMap((one) => one.tags).find(({ tag }) => tag.code === code);
    return found ? nameOf(found.tag) : code;
  };
  if (segments.length + tags.length + communities.length === 0) return <p className="muted">{u.none}</p>;
  return (
    <div className={css.lists}>
      <Group title={u.segments} of={segments.map(({ code }) => code)}>
        {segments.map(({ code, name }) => (
          <li key={code}>
            <Link to="/segments/$code" params={{ code }} translate="no">
              {name}
            </Link>{' '}
            <span className={`${css.code} mono`}>{code}</span>
          </li>
        ))}
      </Group>
      <Group title={u.tags} of={tags}>
        {tags.map((tag) => (
          <li key={tag}>
            <Link to="/customers" search={{ tag }} translate="no">
              {tagName(tag)}
            </Link>{' '}
            <span className={`${css.code} mono`}>{tag}</span>
          </li>
        ))}
      </Group>
      <Group title={u.communities} of={communities.map(({ code }) => code)}>
        {communities.map(({ code, name }) => (
          <li key={code}>
            <Link to="/communities/$code" params={{ code }} translate="no">
              {name}
            </Link>{' '}
            <span className={`${css.code} mono`}>{code}</span>
          </li>
        ))}
      </Group>
    </div>
  );
}

function Group({ title, of, children }: { title: string; of: string[]; children: ReactNode }) {
  if (of.length === 0) return null;
  return (
    <div>
      <h3 className={css.sub}>{title}</h3>
      <ul>{children}</ul>
    </div>
  );
}
