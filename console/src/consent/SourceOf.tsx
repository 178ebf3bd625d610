import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { useT } from '@/shared/i18n';
import { WRITTEN_HERE, writtenBy } from './decisions';
import type { Consent } from './types';

/** Where a decision comes from: somebody wrote it down here, a source told, or a file. */
export function SourceOf({ consent }: { consent: Consent }) {
  const c = useT().consent;
  const can = useCan();
  const { source } = consent;
  if (source === WRITTEN_HERE) {
    const { name } = writtenBy(consent);
    return <>{name ? c.writtenBy(name) : c.written}</>;
  }
  if (!source.startsWith('src_')) return <span translate="no">{source}</span>;
  return can('sources.read') ? (
    <Link to="/sources/$id" params={{ id: source }}>
      {c.source}
    </Link>
  ) : (
    <>{c.source}</>
  );
}
