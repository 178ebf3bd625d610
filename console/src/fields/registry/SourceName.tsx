import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { lookup, useT } from '@/shared/i18n';
import { sourcesQuery } from '@/sources/api';

function useSources() {
  const can = useCan();
  return useQuery({ ...sourcesQuery, enabled: can('sources.read') }).data?.items;
}

/** Who tells traits: a source by its name, what this program itself writes, or a name that a program gave itself. */
export function useSourceName(): (source: string) => string {
  const t = useT();
  const found = useSources();
  return (source) =>
    found?.find((one) => one.source.id === source)?.source.name ?? lookup(t.fieldRegistry.sources, source);
}

/** The same, with the way to its page. */
export function SourceName({ source }: { source: string }) {
  const name = useSourceName()(source);
  const isKnown = useSources()?.some((one) => one.source.id === source);
  if (isKnown)
    return (
      <Link to="/sources/$id" params={{ id: source }} translate="no">
        {name}
      </Link>
    );
  return name === source ? <span className="mono">{source}</span> : <>{name}</>;
}
