import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { preferencesQuery, topicsQuery } from './api';
import css from './topics.module.css';
import type { Preferences, TopicPick } from './types';

/** For one in many visits. */
const PickDialog = lazy(() => import('./PickDialog').then((module) => ({ default: module.PickDialog })));

/** What a customer wants to hear of, and what they had picked before. */
export function PreferencesTab({ id }: { id: string }) {
  const p = useT().topics.preferences;
  const can = useCan();
  const query = useQuery(preferencesQuery(id));
  const [changing, change] = useDisclosure(false);
  return (
    <Panel
      title={p.title}
      explain={<Explain name={p.title} definition={p.about} />}
      testId="preferences"
      actions={
        can('consents.write') && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPencil size={14} />}
            onClick={change.open}
            disabled={!query.data}
          >
            {p.change}
          </Button>
        )
      }
    >
      <QueryView query={query} quiet loading={<LoadingBlock lines={3} />}>
        {(preferences) => <Picked preferences={preferences} />}
      </QueryView>
      <Suspense fallback={null}>
        {changing && query.data && (
          <PickDialog id={id} picked={query.data.picked?.topics ?? []} onClose={change.close} />
        )}
      </Suspense>
    </Panel>
  );
}

function Picked({ preferences: { picked, history } }: { preferences: Preferences }) {
  const p = useT().topics.preferences;
  const fmt = useFmt();
  const earlier = history.filter(({ recorded_at }) => recorded_at !== picked?.recorded_at);
  return (
    <>
      {picked ? <PickView of={picked} /> : <p className="muted">{p.nothingSaid}</p>}
      {earlier.length > 0 && (
        <details className={css.earlier}>
          <summary>{p.earlier(fmt.count(earlier.length))}</summary>
          <ul>
            {earlier.map((one) => (
              <li key={`${one.at} ${one.recorded_at}`}>
                <PickView of={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** What was picked at one time, where it was told, and when. */
function PickView({ of }: { of: TopicPick }) {
  const p = useT().topics.preferences;
  const topics = useQuery(topicsQuery).data?.items ?? [];
  const nameOf = (code: string) => topics.find((one) => one.code === code)?.name ?? code;
  return (
    <div className={css.pick}>
      {of.topics.length === 0 ? (
        <span>{p.none}</span>
      ) : (
        <ul className={css.chips}>
          {of.topics.map((code) => (
            <li key={code} data-topic={code}>
              <Chip tone="primary">
                <span translate="no">{nameOf(code)}</span>
              </Chip>
            </li>
          ))}
        </ul>
      )}
      <span className={css.meta}>
        {of.source === 'perennial' ? p.byHand : <span translate="no">{of.source}</span>} · <When at={of.at} />
      </span>
    </div>
  );
}
