import { Modal } from '@mantine/core';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { Fact, Facts } from '@/shared/ui/Facts';
import { useFocusBack } from '@/shared/ui/hooks';
import css from './consent.module.css';
import { writtenBy } from './decisions';
import { SourceOf } from './SourceOf';
import type { Consent } from './types';

interface Props {
  consent: Consent;
  /** Of the purpose. */
  name: string;
  onClose: () => void;
}

/** What proves a decision: who said it when and where, which words they saw, and the message as it is kept. */
export function EvidenceDialog({ consent, name, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const c = t.consent;
  const e = c.evidence;
  const personal = usePersonal();
  useFocusBack();
  const { note } = writtenBy(consent);
  return (
    <Modal opened onClose={onClose} title={e.title} size="lg" closeButtonProps={{ 'aria-label': t.common.close }}>
      <div className={css.stack}>
        <Facts>
          <Fact name={e.purpose}>
            <span translate="no">{name}</span>
          </Fact>
          <Fact name={e.channel}>{consent.channel ?? c.allChannels}</Fact>
          <Fact name={e.decision}>{lookup(c.decisions, consent.decision)}</Fact>
          <Fact name={e.at}>{fmt.fullTime(consent.at)}</Fact>
          <Fact name={e.recordedAt}>{fmt.fullTime(consent.recorded_at)}</Fact>
          <Fact name={e.source}>
            <SourceOf consent={consent} />
          </Fact>
          <Fact name={e.how}>{consent.is_explicit ? e.explicit : e.reported}</Fact>
          <Fact name={e.text}>{consent.text_version ? c.text(consent.text_version) : e.noText}</Fact>
          {consent.text_hash && (
            <Fact name={e.hash}>
              <span className="mono">{consent.text_hash}</span>
            </Fact>
          )}
          {note && (
            <Fact name={e.note}>
              <span translate="no">{personal('text', note)}</span>
            </Fact>
          )}
          <Fact name={e.profile}>
            <span className="mono">{consent.profile}</span>
          </Fact>
        </Facts>
        <CodeBlock
          label={e.record}
          code={personal('text', JSON.stringify(consent.evidence, null, 2))}
          testId="evidence"
        />
      </div>
    </Modal>
  );
}
