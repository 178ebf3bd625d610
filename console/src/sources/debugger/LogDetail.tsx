import type { SourceLogEntry } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { usePersonal } from '@/shared/privacy/Privacy';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import css from './debugger.module.css';
import { indentedShape } from './log';

/** All that the server has of a message, why it went that way, and what to do about it. */
export function LogDetail({ entry }: { entry: SourceLogEntry }) {
  const t = useT();
  const fmt = useFmt();
  const d = t.sources.debugger;
  const personal = usePersonal();
  const text = (value: string | null) => value && personal('text', value);
  const shown = { ...entry, name: text(entry.name), message_id: text(entry.message_id) };
  const { reason } = entry;
  const fix = reason === null ? null : lookup(d.fixes, reason);
  return (
    <div className={css.detail}>
      <dl className={css.facts}>
        {reason !== null && (
          <>
            <dt>{entry.outcome === 'refused' ? d.why : d.note}</dt>
            <dd>
              {lookup(d.reasons, reason)} <span className="mono muted">{reason}</span>
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
      {entry.outcome === 'duplicate' && <p className="muted">{d.repeated}</p>}
      <div className={css.blocks}>
        {entry.shape && <CodeBlock label={d.shape} code={indentedShape(entry.shape)} />}
        <CodeBlock label={d.json} code={JSON.stringify(shown, null, 2)} testId="entry-json" />
      </div>
    </div>
  );
}
