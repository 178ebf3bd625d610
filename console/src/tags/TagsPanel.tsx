import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { usePersonal } from '@/shared/privacy/Privacy';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { customerTagsQuery } from './api';
import css from './tags.module.css';
import type { CustomerTags, TagPeriod } from './types';

/** For one in many visits. */
const TagsDialog = lazy(() => import('./TagsDialog').then((module) => ({ default: module.TagsDialog })));

/** What people put on a customer by hand, with who, when and where; and what has ended. */
export function TagsPanel({ id }: { id: string }) {
  const g = useT().tags;
  const can = useCan();
  const query = useQuery(customerTagsQuery(id));
  const [changing, change] = useDisclosure(false);
  return (
    <Panel title={g.title} explain={<Explain name={g.title} definition={g.about} />} testId="tags">
      <QueryView query={query} quiet loading={<LoadingBlock lines={2} />}>
        {(tags) => <Tags tags={tags} />}
      </QueryView>
      {can('customers.write') && (
        <Button
          variant="default"
          leftSection={<IconTag size={16} />}
          className={css.change}
          onClick={change.open}
          disabled={!query.data}
        >
          {g.change}
        </Button>
      )}
      <Suspense fallback={null}>
        {changing && query.data && <TagsDialog tags={query.data} onClose={change.close} />}
      </Suspense>
    </Panel>
  );
}

function Tags({ tags }: { tags: CustomerTags }) {
  const fmt = useFmt();
  const g = useT().tags;
  return (
    <>
      {tags.standing.length === 0 && <p className="muted">{g.none}</p>}
      <ul className={css.standing}>
        {tags.standing.map((one) => (
          <li key={one.tag} className={css.tag} data-tag={one.tag}>
            <Link to="/customers" search={{ tag: one.tag }}>
              <Chip tone="primary">
                <TagName of={one} />
              </Chip>
            </Link>
            <SetBy of={one} />
          </li>
        ))}
      </ul>
      {tags.ended.length > 0 && (
        <details className={css.history}>
          <summary>{g.ended(fmt.count(tags.ended.length))}</summary>
          <ul>
            {tags.ended.map((one) => (
              <li key={`${one.tag} ${one.since}`}>
                <span>
                  <TagName of={one} /> · {lookup(g.why, one.ended?.why ?? '')}
                  {one.ended && (
                    <>
                      {' '}
                      · <When at={one.ended.at} />
                    </>
                  )}
                  {one.ended?.mark && (
                    <>
                      {' '}
                      · <span translate="no">{one.ended.mark.by.name}</span>
                    </>
                  )}
                </span>
                <SetBy of={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function TagName({ of }: { of: TagPeriod }) {
  return <span translate="no">{useNameOf()(of)}</span>;
}

/** Who set it when and where, how often it was renewed, and until when it is valid. */
function SetBy({ of }: { of: TagPeriod }) {
  const fmt = useFmt();
  const g = useT().tags;
  const personal = usePersonal();
  const last = of.set[of.set.length - 1];
  return (
    <span className={css.meta}>
      <When at={of.since} />
      {last && (
        <>
          {' '}
          · <span translate="no">{last.by.name}</span>
        </>
      )}
      {last?.surface && <> · {lookup(g.surfaces, last.surface)}</>}
      {of.set.length > 1 && <> · {g.renewed(fmt.count(of.set.length - 1))}</>}
      {of.ended === null && of.expires_at && <> · {g.until(fmt.day(of.expires_at))}</>}
      {last?.note && <> · {personal('text', last.note)}</>}
    </span>
  );
}
