import { useQuery } from '@tanstack/react-query';
import { useT } from '@/shared/i18n';
import { usesQuery } from '../insight/api';
import { Uses } from './UsesTab';
import css from './uses.module.css';

/** Beside the question whether a segment is to be archived. Where nothing uses it, or that is not known, nothing is said. */
export function UsesBefore({ code }: { code: string }) {
  const u = useT().segmentInsight.uses;
  const { data } = useQuery(usesQuery(code));
  if (!data || data.segments.length + data.tags.length + data.communities.length === 0) return null;
  return (
    <div className={css.before} data-testid="uses-before">
      <strong>{u.before}</strong>
      <Uses uses={data} />
    </div>
  );
}
