import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconWritingSign } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { LinkButton } from '@/shared/ui/LinkButton';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { consentsQuery, purposesQuery } from './api';
import css from './consent.module.css';
import { byPurpose, DECISION_TONES, type PurposeStates } from './decisions';
import { SourceOf } from './SourceOf';
import type { Consent, CustomerConsents, Purpose } from './types';
import { WithdrawalNotice } from './WithdrawalNotice';

/** For one in many visits. */
const EvidenceDialog = lazy(() => import('./EvidenceDialog').then((module) => ({ default: module.EvidenceDialog })));
const RecordDialog = lazy(() => import('./RecordDialog').then((module) => ({ default: module.RecordDialog })));

/** What a customer consents to, by purpose and channel, with the proof of it; and the way to write a decision down. */
export function ConsentPanel({ id }: { id: string }) {
  const c = useT().consent;
  const can = useCan();
  const consents = useQuery(consentsQuery(id));
  const purposes = useQuery(purposesQuery);
  const [recording, record] = useDisclosure(false);
  const registered = purposes.data?.items ?? [];
  return (
    <Panel title={c.title} explain={<Explain name={c.title} definition={c.about} />} testId="consent">
      <QueryView query={purposes} quiet loading={<LoadingBlock lines={3} />}>
        {({ items }) => (
          <QueryView query={consents} quiet loading={<LoadingBlock lines={3} />}>
            {(data) => <Consents consents={data} purposes={items} />}
          </QueryView>
        )}
      </QueryView>
      {can('consents.write') && registered.length > 0 && (
        <Button
          variant="default"
          leftSection={<IconWritingSign size={16} />}
          className={css.record}
          onClick={record.open}
          disabled={!consents.data}
        >
          {c.record.action}
        </Button>
      )}
      <Suspense fallback={null}>
        {recording && consents.data && (
          <RecordDialog consents={consents.data} purposes={registered} onClose={record.close} />
        )}
      </Suspense>
    </Panel>
  );
}

function Consents({ consents, purposes }: { consents: CustomerConsents; purposes: Purpose[] }) {
  const t = useT();
  const fmt = useFmt();
  const c = t.consent;
  const can = useCan();
  const [proof, setProof] = useState<Consent | null>(null);
  const all = byPurpose(purposes, consents.states);
  const { history, withdrawals } = consents;
  return (
    <>
      {all.length === 0 && (
        <p className="muted">
          {c.noPurposes}{' '}
          {can('privacy.read') && (
            <Link to="/settings/$section" params={{ section: 'privacy' }}>
              {c.toRegister}
            </Link>
          )}
        </p>
      )}
      <ul className={css.purposes}>
        {all.map((one) => (
          <PurposeRow key={one.code} of={one} onProof={setProof} />
        ))}
      </ul>
      {withdrawals.map((withdrawal) => (
        <WithdrawalNotice key={withdrawal.id} withdrawal={withdrawal} purposes={purposes} />
      ))}
      {history.length > 0 && (
        <details className={css.history}>
          <summary>{c.history(fmt.count(history.length))}</summary>
          <ul>
            {history.map((one) => (
              <li key={one.id} className={css.decision}>
                <span>
                  <span translate="no">{nameOf(purposes, one.purpose)}</span> ·{' '}
                  <Channel name={one.channel} others={c.allChannels} /> · {lookup(c.decisions, one.decision)}
                </span>
                <Said consent={one} onProof={setProof} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <Suspense fallback={null}>
        {proof && (
          <EvidenceDialog consent={proof} name={nameOf(purposes, proof.purpose)} onClose={() => setProof(null)} />
        )}
      </Suspense>
    </>
  );
}

const nameOf = (purposes: Purpose[], code: string) => purposes.find((one) => one.code === code)?.name ?? code;

interface RowProps {
  of: PurposeStates;
  onProof: (consent: Consent) => void;
}

function PurposeRow({ of: { code, purpose, states }, onProof }: RowProps) {
  const c = useT().consent;
  return (
    <li className={css.purpose} data-purpose={code}>
      <span className={css.purposeName} translate="no">
        {purpose?.name ?? code}
      </span>
      {purpose === null && <span className={css.meta}>{c.unregistered}</span>}
      {states.length === 0 && <span className={css.meta}>{c.neverAsked}</span>}
      {states.map((state) => (
        <div
          key={state.channel ?? ''}
          className={css.state}
          data-channel={state.channel ?? ''}
          data-decision={state.decision}
        >
          <span className={css.stateLine}>
            <Channel name={state.channel} others={states.length > 1 ? c.otherChannels : c.allChannels} />
            <Chip tone={DECISION_TONES[state.decision]}>{lookup(c.decisions, state.decision)}</Chip>
          </span>
          <Said consent={state.by} onProof={onProof} />
        </div>
      ))}
    </li>
  );
}

/** A channel by its code, or what stands for those that are not named. */
function Channel({ name, others }: { name: string | null; others: string }) {
  return name === null ? <span>{others}</span> : <span translate="no">{name}</span>;
}

/** When, by whom, having seen which words; and the proof. */
function Said({ consent, onProof }: { consent: Consent; onProof: (consent: Consent) => void }) {
  const fmt = useFmt();
  const c = useT().consent;
  return (
    <span className={css.meta}>
      <When at={consent.at} /> · <SourceOf consent={consent} />
      {consent.text_version && <> · {c.text(consent.text_version)}</>}
      {!consent.is_explicit && <> · {c.reported}</>}{' '}
      <LinkButton
        label={c.proofOf(lookup(c.decisions, consent.decision), fmt.listTime(consent.at))}
        onClick={() => onProof(consent)}
      >
        <u>{c.proof}</u>
      </LinkButton>
    </span>
  );
}
