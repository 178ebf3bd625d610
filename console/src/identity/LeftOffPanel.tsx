import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { lookup, useT } from '@/shared/i18n';
import { Personal } from '@/shared/privacy/Personal';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { When } from '@/shared/ui/Values';
import css from './identity.module.css';
import { leftOffOnce } from './pairs';
import type { LeftOff } from './types';

/** Identifiers that point to somebody else, and the way to a comparison of the two. */
export function LeftOffPanel({ id, leftOff }: { id: string; leftOff: LeftOff[] }) {
  const l = useT().identity.leftOff;
  return (
    <Panel title={l.title} explain={<Explain name={l.title} definition={l.about} />} testId="left-off">
      <ul className={css.leftOff}>
        {leftOffOnce(leftOff).map((one) => (
          <Entry key={`${one.type} ${one.value} ${one.reason} ${one.other}`} id={id} entry={one} />
        ))}
      </ul>
    </Panel>
  );
}

function Entry({ id, entry }: { id: string; entry: LeftOff }) {
  const t = useT();
  const l = t.identity.leftOff;
  const can = useCan();
  const name = lookup(t.common.identifiers, entry.type);
  const { other } = entry;
  return (
    <li className={css.entry}>
      <span className={css.entryName}>{name}</span>
      <span className={css.entryValue}>
        <Personal name={name} kind={entry.type} value={entry.value} />
      </span>
      <span className={css.meta}>
        {lookup(l.reasons, entry.reason)} · <span translate="no">{entry.source}</span> · <When at={entry.at} />
      </span>
      {other && (
        <span className={css.links}>
          <Link to="/customers/$id" params={{ id: other }} state={true} aria-label={l.openOther(other)}>
            {l.open}
          </Link>
          {can('customers.merge') && (
            <Link to="/customers/$id/merge" params={{ id }} search={{ with: other }} aria-label={l.compareWith(other)}>
              {l.compare}
            </Link>
          )}
        </span>
      )}
    </li>
  );
}
