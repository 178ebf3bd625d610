import { Button } from '@mantine/core';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import css from './consent.module.css';
import type { Collects, NewConsent, Purpose } from './types';

interface Props {
  consent: NewConsent;
  purpose: Purpose | null;
  /** What goes with it; null: nothing. */
  erases: Collects | null;
  /** Something is collected under the purpose, and stays, because another channel is still granted. */
  staysGranted: boolean;
  working: boolean;
  onConfirm: () => void;
  onBack: () => void;
}

/** Before something is taken back: what that means, and what it erases. */
export function ConfirmStep({ consent, purpose, erases, staysGranted, working, onConfirm, onBack }: Props) {
  const t = useT();
  const fmt = useFmt();
  const { decisions, allChannels, record: r } = t.consent;
  const channels = consent.channels === null ? allChannels : fmt.list(consent.channels);
  return (
    <div className={css.stack} data-testid="consent-confirm">
      <p>{r.confirm(purpose?.name ?? consent.purpose, channels, decisions[consent.decision])}</p>
      {erases ? (
        <div className={css.notice}>
          <Notice tone="danger" title={r.erasesTitle}>
            <ul className={css.points}>
              {erases.traits.length > 0 && (
                <li>{r.traits(fmt.list(erases.traits.map((name) => lookup(t.imports.fields, name))))}</li>
              )}
              {erases.identifiers.length > 0 && (
                <li>{r.identifiers(fmt.list(erases.identifiers.map((type) => lookup(t.common.identifiers, type))))}</li>
              )}
              {erases.sources.length > 0 && <li>{r.sources(fmt.list(erases.sources))}</li>}
              <li>{r.late}</li>
            </ul>
            <p>{r.forGood}</p>
          </Notice>
        </div>
      ) : (
        <p className="muted">{staysGranted ? r.staysGranted : r.erasesNothing}</p>
      )}
      <div className={css.foot}>
        <Button variant="default" onClick={onBack} disabled={working}>
          {t.common.back}
        </Button>
        <Button color={erases ? 'red.9' : undefined} onClick={onConfirm} loading={working} data-autofocus>
          {erases ? r.saveAndErase : r.save}
        </Button>
      </div>
    </div>
  );
}
