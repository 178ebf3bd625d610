import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Segment } from '@/segments/types';
import { ApiError } from '@/shared/api/client';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { Explain } from '@/shared/ui/Explain';
import { Fact, Facts } from '@/shared/ui/Facts';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { errorText, LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { promisesQuery, removePromise } from './api';
import type { ContactPromise } from './types';

/** For one in many visits. */
const PromiseDialog = lazy(() => import('./PromiseDialog').then((module) => ({ default: module.PromiseDialog })));

/** Who looks after the customers of a segment, and how often each is to be contacted. */
export function PromisePanel({ segment }: { segment: Segment }) {
  const t = useT();
  const p = t.keyCustomers.promise;
  const can = useCan();
  const query = useQuery(promisesQuery);
  const [asks, setAsks] = useState<'put' | 'remove' | null>(null);
  const promise = query.data?.items.find((one) => one.segment === segment.code) ?? null;
  const mayManage = can('segments.manage');
  const close = () => setAsks(null);
  return (
    <Panel
      title={p.title}
      explain={<Explain name={p.title} definition={p.about} />}
      testId="contact-promise"
      actions={
        mayManage &&
        query.data && (
          <span className={registry.rowTools}>
            <Button size="xs" variant="default" onClick={() => setAsks('put')}>
              {promise ? p.change : p.make}
            </Button>
            {promise && (
              <Button size="xs" variant="default" onClick={() => setAsks('remove')}>
                {p.remove}
              </Button>
            )}
          </span>
        )
      }
    >
      <QueryView query={query} quiet loading={<LoadingBlock lines={2} />}>
        {() =>
          promise ? (
            <Promised promise={promise} />
          ) : (
            <p className="muted">
              {p.none} {!mayManage && p.askManager(t.common.rights['segments.manage'])}
            </p>
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {asks === 'put' && query.data && (
          <PromiseDialog segment={segment} promise={promise} candidates={query.data.candidates} onClose={close} />
        )}
      </Suspense>
      {asks === 'remove' && promise && <Remove promise={promise} onClose={close} />}
    </Panel>
  );
}

function Promised({ promise }: { promise: ContactPromise }) {
  const p = useT().keyCustomers.promise;
  const fmt = useFmt();
  const { segment, days, owners, unable_owners, overdue_segment, changed_at, changed_by } = promise;
  return (
    <Facts>
      <Fact name={p.days}>{p.everyDays(fmt.count(days))}</Fact>
      <Fact name={p.owners}>
        <span className={registry.chips}>
          {owners.map(({ user_id, name }) => (
            <Chip key={user_id} tone={unable_owners.includes(user_id) ? 'warning' : 'neutral'}>
              <span translate="no">{name}</span>
              {unable_owners.includes(user_id) && ` · ${p.unable}`}
            </Chip>
          ))}
        </span>
      </Fact>
      <Fact name={p.customers}>
        <Link to="/key-customers" search={{ segment }}>
          {p.toCustomers}
        </Link>
      </Fact>
      <Fact name={p.overdue}>
        <Link to="/segments/$code" params={{ code: overdue_segment }} className="mono">
          {overdue_segment}
        </Link>
      </Fact>
      <Fact name={p.changed}>
        <When at={changed_at} /> · <span translate="no">{changed_by}</span>
      </Fact>
    </Facts>
  );
}

function Remove({ promise, onClose }: { promise: ContactPromise; onClose: () => void }) {
  const t = useT();
  const p = t.keyCustomers.promise;
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removePromise(promise),
    onSuccess: () => notify(p.removed),
    onError: (error) =>
      notify(error instanceof ApiError && error.status === 412 ? p.overtaken : errorText(t, error), 'danger'),
    onSettled: () => {
      queryClient.invalidateQueries({ queryKey: promisesQuery.queryKey });
      queryClient.invalidateQueries({ queryKey: ['segments'] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      danger
      title={p.removeTitle}
      text={p.removeText(promise.segment_name)}
      action={p.removeTitle}
      working={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
