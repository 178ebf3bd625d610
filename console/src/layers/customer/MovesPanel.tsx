import { IconArrowsExchange } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { useOwner } from '../useOwner';
import { type CustomerMove, customerMovesQuery, segmentNamesQuery } from './api';

/** What a customer came into and left, the newest first, and what brought it about. */
export function MovesPanel({ id }: { id: string }) {
  const m = useT().customerLayers.moves;
  const query = useQuery(customerMovesQuery(id));
  return (
    <Panel flush title={m.title} explain={<Explain name={m.title} definition={m.about} />} testId="customer-moves">
      <QueryView
        query={query}
        quiet
        loading={
          <div className={registry.pad}>
            <LoadingBlock lines={4} height={36} />
          </div>
        }
      >
        {({ items }) =>
          items.length === 0 ? (
            <StateView
              testId="state-no-customer-moves"
              icon={<IconArrowsExchange size={28} stroke={1.5} />}
              title={m.none}
              text={m.noneText}
            />
          ) : (
            <List id={id} moves={items} />
          )
        }
      </QueryView>
    </Panel>
  );
}

function List({ id, moves }: { id: string; moves: CustomerMove[] }) {
  const t = useT();
  const own = t.customerLayers.moves;
  const { column: c, ...m } = t.segmentInsight.moves;
  const fmt = useFmt();
  const { shown, hidden, more } = useFirstRows(moves);
  // Beside what is asked for: until it is told, or where it cannot be, codes stand for the names.
  const names = useQuery(segmentNamesQuery).data;
  const layerOf = useOwner();
  const nameOf = (code: string) =>
    names?.get(code) ?? layerOf(code)?.stages.find((stage) => stage.code === code)?.name ?? code;
  const columns: Column<CustomerMove>[] = [
    { key: 'at', header: c.at, always: true, render: ({ at }) => <When at={at} /> },
    {
      key: 'what',
      header: c.what,
      render: ({ has_entered }) => (
        <Chip tone={has_entered ? 'primary' : undefined}>{has_entered ? m.entered : m.left}</Chip>
      ),
    },
    {
      key: 'segment',
      header: own.segment,
      always: true,
      render: ({ segment }) => (
        <Link to="/segments/$code" params={{ code: segment }} title={segment} translate="no">
          {nameOf(segment)}
        </Link>
      ),
    },
    { key: 'cause', header: c.cause, render: ({ cause }) => m.causes[cause] },
    { key: 'version', header: c.version, numeric: true, render: ({ version }) => fmt.count(version) },
    {
      key: 'why',
      header: m.why,
      render: ({ segment }) => (
        <Link
          to="/segments/$code"
          params={{ code: segment }}
          search={{ tab: 'why', customer: id }}
          aria-label={m.whyOf(nameOf(segment))}
        >
          {m.why}
        </Link>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label={own.title}
        columns={columns}
        rows={shown}
        rowKey={({ at, segment, has_entered }) => `${at} ${segment} ${has_entered}`}
      />
      <MoreRows hidden={hidden} onMore={more} />
    </>
  );
}
