import { Button } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { identityQuery } from './api';
import css from './identity.module.css';
import { LeftOffPanel } from './LeftOffPanel';
import type { CustomerIdentity, Merge } from './types';

/** For one in many visits. */
const UndoDialog = lazy(() => import('./UndoDialog').then((module) => ({ default: module.UndoDialog })));

/** Which profiles are this customer, who said so, and the way back; then identifiers that point to somebody else. */
export function MergesPanel({ id }: { id: string }) {
  const t = useT();
  const m = t.identity.merges;
  const can = useCan();
  const query = useQuery(identityQuery(id));
  return (
    <>
      <Panel title={m.title} explain={<Explain name={m.title} definition={m.about} />} testId="merges">
        <span id="merges" />
        <QueryView query={query} quiet loading={<LoadingBlock lines={2} />}>
          {(identity) => <Merges identity={identity} />}
        </QueryView>
        {can('customers.merge') && (
          <Button
            component={Link}
            to={`/customers/${id}/merge`}
            variant="default"
            leftSection={<IconArrowMerge size={16} />}
            className={css.find}
          >
            {m.find}
          </Button>
        )}
      </Panel>
      {query.data && query.data.left_off.length > 0 && <LeftOffPanel id={id} leftOff={query.data.left_off} />}
    </>
  );
}

function Merges({ identity }: { identity: CustomerIdentity }) {
  const fmt = useFmt();
  const m = useT().identity.merges;
  const [asked, setAsked] = useState<Merge | null>(null);
  const standing = identity.merges.filter(({ undone_at }) => undone_at === null);
  const undone = identity.merges.filter(({ undone_at }) => undone_at !== null);
  const list = (merges: Merge[]) => (
    <ul className={css.merges}>
      {merges.map((merge) => (
        <MergeRow key={merge.id} merge={merge} onUndo={setAsked} />
      ))}
    </ul>
  );
  return (
    <>
      {identity.merges.length === 0 && <p className="muted">{m.alone}</p>}
      {identity.profiles.length > 1 && (
        <p className={css.lead} data-testid="merge-profiles">
          {m.profiles(fmt.count(identity.profiles.length))}
        </p>
      )}
      {standing.length > 0 && list(standing)}
      {undone.length > 0 && (
        <details className={css.history}>
          <summary>{m.history(fmt.count(undone.length))}</summary>
          {list(undone)}
        </details>
      )}
      <Suspense fallback={null}>
        {asked && <UndoDialog identity={identity} merge={asked} onClose={() => setAsked(null)} />}
      </Suspense>
    </>
  );
}

interface RowProps {
  merge: Merge;
  onUndo: (merge: Merge) => void;
}

function MergeRow({ merge, onUndo }: RowProps) {
  const t = useT();
  const fmt = useFmt();
  const m = t.identity.merges;
  const can = useCan();
  const isByHand = merge.how === 'hand';
  const types = merge.identifiers.map((type) => lookup(t.common.identifiers, type));
  return (
    <li className={css.merge} data-merge={merge.id} data-standing={merge.undone_at === null}>
      <span className={css.mergeWhat}>
        <span className="mono">{merge.absorbed}</span> → <span className="mono">{merge.survivor}</span>
      </span>
      <span className={css.meta}>
        <When at={merge.created_at} /> · {isByHand ? m.by.hand(merge.created_by) : m.by.evidence}
        {types.length > 0 && <> · {m.named(fmt.list(types))}</>}
        {!isByHand && (
          <>
            {' · '}
            {can('sources.read') ? (
              <Link to="/sources/$id" params={{ id: merge.created_by }}>
                {m.source}
              </Link>
            ) : (
              m.source
            )}
          </>
        )}
        {merge.undone_at && merge.undone_by && (
          <>
            <br />
            {m.undone(merge.undone_by, fmt.listTime(merge.undone_at))}
          </>
        )}
      </span>
      {merge.undone_at === null && can('customers.merge') && (
        <Button size="xs" variant="default" onClick={() => onUndo(merge)} aria-label={m.undoOf(merge.absorbed)}>
          {m.undo}
        </Button>
      )}
    </li>
  );
}
