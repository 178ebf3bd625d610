import { Button } from '@mantine/core';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import css from '../plans.module.css';
import type { TheirChanges, WorkingPlan } from '../useWorkingPlan';
import { eventName } from '../words';

/** Lines that are shown of what somebody else has changed. */
const SHOWN = 12;

interface Props {
  working: WorkingPlan;
  conflict: TheirChanges;
}

/** Somebody else has changed the plan meanwhile: what they did, and the choice between the two. */
export function ConflictNotice({ working, conflict }: Props) {
  const t = useT();
  const fmt = useFmt();
  const d = t.plans.draft;
  const lines = conflict.changes.map(({ kind, event, paths }) => {
    const name = eventName(t, event);
    if (kind !== 'event_changed') return d.theirs[kind](name);
    return d.theirs.event_changed(name, paths.length > 0 ? fmt.list(paths) : d.theirs.itself);
  });
  if (conflict.frozen) lines.unshift(d.theirs.frozen);
  return (
    <div role="alert" className={css.notice} data-testid="their-changes">
      <Notice tone="warning" title={d.conflictTitle}>
        <p>{d.conflictText}</p>
        <ul className={css.lines}>
          {lines.slice(0, SHOWN).map((line) => (
            <li key={line}>{line}</li>
          ))}
          {lines.length > SHOWN && <li>{t.plans.changes.more(fmt.count(lines.length - SHOWN))}</li>}
        </ul>
        <div className={css.noticeFoot}>
          <Button size="xs" variant="default" onClick={working.revert}>
            {d.takeTheirs}
          </Button>
          <Button size="xs" onClick={working.keepMine}>
            {d.keepMine}
          </Button>
        </div>
      </Notice>
    </div>
  );
}
