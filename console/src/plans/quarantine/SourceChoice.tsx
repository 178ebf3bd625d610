import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { Source } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { sourcesQuery } from '@/sources/api';
import { heldOf } from '@/sources/held';
import css from './quarantine.module.css';

/** What it is about, and the way to what is held of another source. */
export function SourceChoice({ current }: { current: Source }) {
  const t = useT();
  const fmt = useFmt();
  const q = t.quarantine;
  const can = useCan();
  const navigate = useNavigate();
  const items = useQuery(sourcesQuery).data?.items ?? [];
  return (
    <div className={css.top}>
      <p className={css.about}>
        {q.about}
        {!can('sources.manage') && <> {q.readOnly(lookup(t.common.rights, 'sources.manage'))}</>}
      </p>
      {items.length > 1 && (
        <NativeSelect
          label={q.source}
          value={current.id}
          onChange={(event) =>
            navigate({ to: '/sources/$id/quarantine', params: { id: event.currentTarget.value }, search: {} })
          }
          className={css.sources}
        >
          {items.map(({ source, totals }) => (
            <option key={source.id} value={source.id} translate="no">
              {q.sourceWith(source.name, fmt.count(heldOf(totals)))}
            </option>
          ))}
        </NativeSelect>
      )}
    </div>
  );
}
