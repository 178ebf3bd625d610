import { Link } from '@tanstack/react-router';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import css from './codes.module.css';

/** Of a code, or of a batch of packages. */
export function StateChip({ state }: { state: string }) {
  const { states } = useT().codes;
  return state === 'paused' ? <Chip>{states.paused}</Chip> : <Chip tone="success">{states.active}</Chip>;
}

/** What tells a code from others: names and values as they stand in the fact of every scan. */
export function Parameters({ of }: { of: Record<string, string> }) {
  const entries = Object.entries(of);
  if (entries.length === 0) return null;
  return (
    <span className={css.parameters} translate="no">
      {entries.map(([name, value]) => (
        <span key={name} className={css.parameter}>
          <span className="muted">{name}</span> {value}
        </span>
      ))}
    </span>
  );
}

interface CustomerProps {
  id: string | null;
  linked: boolean;
  /** What is said where there is none any more. */
  gone: string;
}

/** Whose a scan or an answer is. */
export function Customer({ id, linked, gone }: CustomerProps) {
  if (id === null) return <span className="muted">{gone}</span>;
  if (!linked) return <span className="mono">{id}</span>;
  return (
    <Link to="/customers/$id" params={{ id }} className={`${css.customer} mono`}>
      {id}
    </Link>
  );
}
