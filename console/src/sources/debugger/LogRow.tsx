import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { memo, useState } from 'react';
import type { LogOutcome, SourceLogEntry } from '@/shared/api/types';
import { type Fmt, useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { mask } from '@/shared/privacy/mask';
import { Chip, type Tone } from '@/shared/ui/Chip';
import css from './debugger.module.css';
import { LogDetail } from './LogDetail';

const TONES: Record<LogOutcome, Tone> = {
  accepted: 'success',
  duplicate: 'neutral',
  refused: 'danger',
  quarantined: 'warning',
};

/** With seconds; with the day where it is not today. */
function timeText(fmt: Fmt, at: string): string {
  const full = fmt.fullTime(at);
  const today = fmt.day(new Date().toISOString());
  return fmt.day(at) === today ? full.slice('2026-11-21 '.length) : full.slice('2026-'.length);
}

interface Props {
  sourceId: string;
  entry: SourceLogEntry;
  onOpen: () => void;
}

/** One message in a line. Names of pages are made from addresses, so what names a person in them stays covered. */
export const LogRow = memo(function LogRow({ sourceId, entry, onOpen }: Props) {
  const t = useT();
  const fmt = useFmt();
  const d = t.sources.debugger;
  const [open, setOpen] = useState(false);
  const toggle = () => {
    if (!open) onOpen();
    setOpen(!open);
  };
  return (
    <li className={css.entry} data-outcome={entry.outcome} data-id={entry.id}>
      <UnstyledButton className={css.head} data-entry aria-expanded={open} onClick={toggle}>
        <IconChevronRight size={14} className={css.chevron} data-open={open || undefined} aria-hidden="true" />
        <time dateTime={entry.at} title={`${fmt.fullTime(entry.at)} ${fmt.timeZone}`} className={css.time}>
          {timeText(fmt, entry.at)}
        </time>
        <span className={css.outcome}>
          <Chip tone={TONES[entry.outcome]}>{lookup(d.outcomes, entry.outcome)}</Chip>
        </span>
        <span className={css.type}>
          {entry.type ? <span className="mono">{entry.type}</span> : <span className="muted">{d.unread}</span>}
        </span>
        <span className={css.name} translate="no">
          {entry.name && mask('text', entry.name)}
        </span>
        {entry.reason && (
          <span className={css.reason} data-refused={entry.outcome === 'refused' || undefined}>
            {lookup({ ...d.reasons, ...t.sources.violations.kinds }, entry.reason)}
          </span>
        )}
      </UnstyledButton>
      {open && <LogDetail sourceId={sourceId} entry={entry} />}
    </li>
  );
});
