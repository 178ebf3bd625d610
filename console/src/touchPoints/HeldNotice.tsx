import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { sourcesQuery } from '@/sources/api';
import { heldOf } from '@/sources/held';
import { unknownHeldQuery } from './api';
import css from './touchPoints.module.css';

/** What waits in the quarantine because nobody knows its touch-point, by source, with the way there. */
export function HeldNotice() {
  const t = useT();
  const fmt = useFmt();
  const h = t.touchPoints.held;
  const can = useCan();
  const sources = useQuery({ ...sourcesQuery, enabled: can('sources.read') }).data?.items ?? [];
  const holding = sources.filter(({ totals }) => heldOf(totals) > 0);
  const answers = useQueries({ queries: holding.map(({ source }) => unknownHeldQuery(source.id)) });
  const found = holding.flatMap(({ source }, index) => {
    const held = answers[index]?.data;
    return held && held.messages > 0 ? [{ source, ...held }] : [];
  });
  if (found.length === 0) return null;
  return (
    <div data-testid="unknown-held">
      <Notice tone="warning" title={h.title}>
        <p>{h.text}</p>
        <ul className={css.held}>
          {found.map(({ source, messages, more }) => (
            <li key={source.id}>
              <Link to="/sources/$id/quarantine" params={{ id: source.id }} search={{ reason: 'unknown_touch_point' }}>
                {(more ? h.atLeast : h.messages)(source.name, fmt.count(messages))}
              </Link>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
