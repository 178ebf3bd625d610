import { Link } from '@tanstack/react-router';
import type { SourceLogEntry } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import css from './debugger.module.css';
import { indentedShape } from './log';

/** All that the server has of a message, why it went that way, and what to do about it. */
export function LogDetail({ sourceId, entry }: { sourceId: string; entry: SourceLogEntry }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.sources.debugger;
  const personal = usePersonal();
  const text = (value: string | null) => value && personal('text', value);
  const shown = { ...entry, name: text(entry.name), message_id: text(entry.message_id) };
  const { reason } = entry;
  const { kinds, fixes } = t.sources.violations;
  const fix = reason === null ? null : lookup({ ...d.fixes, ...fixes }, reason);
  const because = { accepted: d.note, duplicate: d.note, refused: d.why, quarantined: d.heldWhy };
  return (
    <div className={css.detail}>
      <dl className={css.facts}>
        {reason !== null && (
          <>
            <dt>{because[entry.outcome]}</dt>
            <dd>
              {lookup({ ...d.reasons, ...kinds }, reason)} <span className="mono muted">{reason}</span>
            </dd>
          </>
        )}
        {fix !== null && fix !== reason && (
          <>
            <dt>{d.fix}</dt>
            <dd>{fix}</dd>
          </>
        )}
        <dt>{d.at}</dt>
        <dd>{fmt.fullTime(entry.at)}</dd>
        {shown.message_id && (
          <>
            <dt>{d.messageId}</dt>
            <dd className="mono">{shown.message_id}</dd>
          </>
        )}
      </dl>
      {entry.outcome === 'accepted' && <p className="muted">{d.kept}</p>}
      {entry.outcome === 'quarantined' && (
        <p className="muted">
          {d.heldText}{' '}
          <Link to="/sources/$id/quarantine" params={{ id: sourceId }}>
            {d.toQuarantine}
          </Link>
        </p>
      )}
      {entry.outcome === 'duplicate' && <p className="muted">{d.repeated}</p>}
      <div className={css.blocks}>
        {entry.shape && <CodeBlock label={d.shape} code={indentedShape(entry.shape)} />}
        <CodeBlock label={d.json} code={JSON.stringify(shown, null, 2)} testId="entry-json" />
      </div>
    </div>
  );
}
