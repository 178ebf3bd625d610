import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { RowTable } from '@/shared/ui/PlainTable';
import { sourcesQuery } from '@/sources/api';
import type { TouchPointCounts } from './types';

interface Props {
  name: string;
  counts: TouchPointCounts;
  onClose: () => void;
}

/** Where the facts of a touch-point came from. */
export function BySourceDialog({ name, counts, onClose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const s = t.touchPoints.bySource;
  const can = useCan();
  useFocusBack();
  const sources = useQuery({ ...sourcesQuery, enabled: can('sources.read') }).data?.items;
  const nameOf = (id: string) => sources?.find(({ source }) => source.id === id)?.source.name;
  const rows = [...counts.by_source].sort((one, other) => other.facts - one.facts);
  return (
    <Modal opened onClose={onClose} title={s.title(name)} closeButtonProps={{ 'aria-label': t.common.close }}>
      <RowTable
        label={s.title(name)}
        rows={rows}
        rowKey={({ source_id }) => source_id}
        columns={[
          {
            key: 'source',
            header: s.source,
            render: ({ source_id: id }) =>
              nameOf(id) ? (
                <Link to="/sources/$id" params={{ id }} translate="no">
                  {nameOf(id)}
                </Link>
              ) : (
                <span className="mono">{id}</span>
              ),
          },
          { key: 'facts', header: t.touchPoints.column.facts, numeric: true, render: (row) => fmt.count(row.facts) },
        ]}
      />
    </Modal>
  );
}
