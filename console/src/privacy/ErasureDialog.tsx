import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Fact, Facts } from '@/shared/ui/Facts';
import { useFocusBack } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { erasureQuery } from './api';
import { ErasureStateChip } from './ErasureState';
import { removedByPlace } from './places';
import css from './privacy.module.css';
import { ReceiptButton } from './ReceiptButton';
import type { Erasure } from './types';

/** How far one erasure is, what it has removed where, and its receipt. */
export function ErasureDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const query = useQuery(erasureQuery(id));
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.privacy.erasures.oneTitle}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <QueryView query={query} quiet loading={<LoadingBlock lines={5} />}>
        {(erasure) => <Details erasure={erasure} />}
      </QueryView>
    </Modal>
  );
}

function Details({ erasure }: { erasure: Erasure }) {
  const t = useT();
  const fmt = useFmt();
  const e = t.privacy.erasures;
  const removed = removedByPlace(erasure.removed);
  return (
    <div className={css.stack} data-testid="erasure" data-state={erasure.state}>
      <StateNotice erasure={erasure} />
      <Facts>
        <Fact name={e.state}>
          <ErasureStateChip erasure={erasure} />
        </Fact>
        <Fact name={e.customer}>
          <span className="mono">{erasure.customer}</span>
        </Fact>
        {erasure.profiles.length > 1 && (
          <Fact name={e.profiles}>
            <span className="mono">{erasure.profiles.join(' ')}</span>
          </Fact>
        )}
        <Fact name={e.reason}>
          <span translate="no">{erasure.reason}</span>
        </Fact>
        <Fact name={e.requestedBy}>
          <span translate="no">{erasure.requested_by}</span>
        </Fact>
        <Fact name={e.requestedAt}>
          <When at={erasure.requested_at} />
        </Fact>
        <Fact name={e.deadline}>
          <When at={erasure.deadline_at} />
        </Fact>
        {erasure.finished_at && (
          <Fact name={e.finishedAt}>
            <When at={erasure.finished_at} />
          </Fact>
        )}
        {erasure.receipt && (
          <Fact name={e.keyId}>
            <span className="mono">{erasure.receipt.key_id}</span>
          </Fact>
        )}
        <Fact name={e.id}>
          <span className="mono">{erasure.id}</span>
        </Fact>
      </Facts>
      {removed.length > 0 && (
        <RowTable
          label={e.removedWhere}
          testId="removed"
          columns={[
            { key: 'place', header: e.place, render: ({ place }) => lookup(t.privacy.places, place) },
            { key: 'count', header: e.removed, numeric: true, render: ({ count }) => fmt.count(count) },
          ]}
          rows={removed}
          rowKey={({ place }) => place}
        />
      )}
      <div className={css.foot}>
        <ReceiptButton erasure={erasure} />
      </div>
    </div>
  );
}

function StateNotice({ erasure }: { erasure: Erasure }) {
  const t = useT();
  const fmt = useFmt();
  const e = t.privacy.erasures;
  const can = useCan();
  const said = (tone: 'info' | 'warning' | 'danger' | 'success', title: string, text: ReactNode) => (
    <div className={css.notice} role="status">
      <Notice tone={tone} title={title}>
        {text}
      </Notice>
    </div>
  );
  if (erasure.back_since) return said('info', e.back(fmt.listTime(erasure.back_since)), <p>{e.backText}</p>);
  if (erasure.state === 'done')
    return said('success', e.doneTitle, <p>{erasure.is_overdue ? e.doneLate : e.doneText}</p>);
  const waits = erasure.waits_for;
  return said(
    erasure.is_overdue ? 'danger' : waits ? 'warning' : 'info',
    erasure.is_overdue ? e.overdueTitle : e.runningTitle,
    <>
      <p>{erasure.is_overdue ? e.overdueText : e.runningText(fmt.listTime(erasure.deadline_at))}</p>
      {waits && (
        <p>
          {e.waits}{' '}
          {can('imports.read') ? (
            <Link to="/imports/$id" params={{ id: waits }} className="mono">
              {waits}
            </Link>
          ) : (
            <span className="mono">{waits}</span>
          )}
        </p>
      )}
    </>,
  );
}
