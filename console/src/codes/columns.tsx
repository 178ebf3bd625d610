import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useBrand } from '@/customers/useBrand';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import type { Column } from '@/shared/ui/DataTable';
import { Missing, MoneyText, When } from '@/shared/ui/Values';
import css from './codes.module.css';
import { costPerEach } from './list';
import { moneyIn } from './money';
import { Parameters, StateChip } from './parts';
import type { CodeRow } from './types';

interface Selection {
  has: (id: string) => boolean;
  toggle: (id: string) => void;
}

export function useCodeColumns(nameOfTouchPoint: (code: string) => string, selection: Selection): Column<CodeRow>[] {
  const t = useT();
  const fmt = useFmt();
  const brand = useBrand();
  const { column: c, ...k } = t.codes;
  const count = (key: 'scans' | 'visitors' | 'followed' | 'registered' | 'ordered'): Column<CodeRow> => ({
    key,
    header: c[key],
    numeric: true,
    sortKey: key,
    render: (row) => fmt.count(row[key]),
  });
  const cost = (minor: number | null, reason: string) =>
    minor === null ? <Missing reason={reason} /> : <MoneyText value={moneyIn(brand, minor)} />;
  const each = ({ code }: CodeRow, of: number) =>
    cost(costPerEach(code.cost_minor, of), code.cost_minor === 0 ? k.noCost : k.noneYet);
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ code }) => (
        <span className={css.nameCell}>
          <Checkbox
            size="md"
            aria-label={k.select(code.name)}
            checked={selection.has(code.id)}
            onChange={() => selection.toggle(code.id)}
          />
          <Link to="/codes/$id" params={{ id: code.id }} translate="no">
            {code.name}
          </Link>
        </span>
      ),
    },
    {
      key: 'state',
      header: c.state,
      render: ({ code }) => <StateChip state={code.state} />,
    },
    {
      key: 'touch_point',
      header: c.touchPoint,
      render: ({ code }) => <span translate="no">{nameOfTouchPoint(code.touch_point)}</span>,
    },
    { key: 'parameters', header: c.parameters, render: ({ code }) => <Parameters of={code.parameters} /> },
    count('scans'),
    count('visitors'),
    count('followed'),
    {
      key: 'followed_before',
      header: c.followedBefore,
      numeric: true,
      render: (row) => fmt.count(row.followed_before),
    },
    count('registered'),
    count('ordered'),
    {
      key: 'cost',
      header: c.cost,
      numeric: true,
      sortKey: 'cost',
      render: ({ code }) => cost(code.cost_minor === 0 ? null : code.cost_minor, k.noCost),
    },
    { key: 'per_registered', header: c.perRegistered, numeric: true, render: (row) => each(row, row.registered) },
    { key: 'per_ordered', header: c.perOrdered, numeric: true, render: (row) => each(row, row.ordered) },
    {
      key: 'last',
      header: c.last,
      numeric: true,
      sortKey: 'last',
      render: ({ last_scan_at: at }) =>
        at ? <When at={at} relative /> : <span className="muted">{k.neverScanned}</span>,
    },
    {
      key: 'created',
      header: c.created,
      numeric: true,
      sortKey: 'created',
      render: ({ code }) => <When at={code.created_at} />,
    },
  ];
}
