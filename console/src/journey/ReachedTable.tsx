import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { RowTable } from '@/shared/ui/PlainTable';
import { When } from '@/shared/ui/Values';
import type { Reached } from './types';

interface Props {
  label: string;
  rows: Reached[];
  say: (code: string) => string;
  /** Said where there is none. */
  none: string;
}

/** What was met how often, first and last; the most often first. */
export function ReachedTable({ label, rows, say, none }: Props) {
  const r = useT().journey.reachedColumns;
  const fmt = useFmt();
  if (rows.length === 0) return <p className="muted">{none}</p>;
  return (
    <RowTable
      label={label}
      rows={[...rows].sort((one, other) => other.facts - one.facts)}
      rowKey={({ code }) => code}
      columns={[
        { key: 'code', header: r.name, render: ({ code }) => <span translate="no">{say(code)}</span> },
        { key: 'facts', header: r.facts, numeric: true, render: ({ facts }) => fmt.count(facts) },
        { key: 'first', header: r.first, numeric: true, render: ({ first_at }) => <When at={first_at} /> },
        { key: 'last', header: r.last, numeric: true, render: ({ last_at }) => <When at={last_at} /> },
      ]}
    />
  );
}
