import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import css from './plans.module.css';
import type { PlanChange } from './types';
import { changeText, eventName } from './words';

/** Of a version that changed much, the first lines are enough to know which one it is. */
const SHOWN = 30;

/** What differs between two versions, a line for each. */
export function ChangeList({ changes }: { changes: PlanChange[] }) {
  const t = useT();
  const fmt = useFmt();
  const rest = changes.length - SHOWN;
  return (
    <ul className={css.changes} aria-label={t.plans.changes.list}>
      {changes.slice(0, SHOWN).map((change) => (
        <li key={`${change.kind} ${change.event_type} ${change.event} ${change.path}`}>
          <span className={css.changeWhere} translate="no">
            {eventName(t, { type: change.event_type, name: change.event })}
            {change.path && <span className="mono"> {change.path}</span>}
          </span>
          <span>{changeText(t, change)}</span>
        </li>
      ))}
      {rest > 0 && <li className="muted">{t.plans.changes.more(fmt.count(rest))}</li>}
    </ul>
  );
}
