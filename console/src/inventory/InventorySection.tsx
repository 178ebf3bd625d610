import { IconDatabase } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { ratioOf, ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { Missing, Percent, When } from '@/shared/ui/Values';
import { inventoryQuery } from './api';
import { fileOf, type PartRow, partName, partRows } from './rows';
import type { Asset, AssetCode, AssetPart, Inventory } from './types';

/** What there is of each kind of digital asset, how much of it came lately, and how complete it is. */
export function InventorySection() {
  const t = useT();
  const i = t.inventory;
  const query = useQuery(inventoryQuery);
  const found = query.data;
  return (
    <div className={registry.stack}>
      <Panel
        flush
        title={i.title}
        explain={<Explain name={i.title} definition={i.about} />}
        testId="inventory"
        actions={found && <DownloadCsv title={i.title} file={() => fileOf(found, t)} />}
      >
        <QueryView
          query={query}
          loading={
            <div className={registry.pad}>
              <LoadingBlock lines={8} height={40} />
            </div>
          }
        >
          {(inventory) => <Assets inventory={inventory} />}
        </QueryView>
      </Panel>
      {found && found.customers > 0 && (
        <Panel flush title={i.parts} testId="inventory-parts">
          <Parts inventory={found} />
        </Panel>
      )}
    </div>
  );
}

function Assets({ inventory }: { inventory: Inventory }) {
  const t = useT();
  const i = t.inventory;
  const fmt = useFmt();
  const figures = useFigures();
  if (inventory.customers === 0)
    return (
      <StateView
        testId="state-first-use"
        icon={<IconDatabase size={28} stroke={1.5} />}
        title={i.emptyTitle}
        text={i.emptyText}
      />
    );
  const columns: Column<Asset>[] = [
    {
      key: 'asset',
      header: i.column.asset,
      always: true,
      render: ({ asset }) => <ToList asset={asset}>{lookup(i.assets, asset)}</ToList>,
    },
    ...figures,
  ];
  return (
    <>
      <div className={registry.pad}>
        <FigureStrip label={i.title} dense>
          <Figure name={i.customers} testId="inventory-customers">
            {fmt.count(inventory.customers)}
          </Figure>
          <Figure name={i.since} note={i.sinceNote}>
            {fmt.day(inventory.since)}
          </Figure>
          <Figure name={i.asOf}>
            <When at={inventory.as_of} />
          </Figure>
        </FigureStrip>
      </div>
      <DataTable label={i.table} columns={columns} rows={inventory.assets} rowKey={({ asset }) => asset} />
    </>
  );
}

function Parts({ inventory }: { inventory: Inventory }) {
  const t = useT();
  const i = t.inventory;
  const figures = useFigures();
  const columns: Column<PartRow>[] = [
    {
      key: 'part',
      header: i.column.part,
      always: true,
      render: (row) => (
        <ToList asset={row.asset.asset} part={row.part.code}>
          {partName(t, row)}
        </ToList>
      ),
    },
    { key: 'asset', header: i.column.asset, render: ({ asset }) => lookup(i.assets, asset.asset) },
    ...figures.map(({ render, ...column }) => ({ ...column, render: ({ part }: PartRow) => render(part) })),
  ];
  return (
    <DataTable
      label={i.parts}
      columns={columns}
      rows={partRows(inventory)}
      rowKey={({ asset, part }) => `${asset.asset}.${part.code}`}
      tall
    />
  );
}

type Held = Asset | AssetPart;

function useFigures(): Column<Held>[] {
  const i = useT().inventory;
  const fmt = useFmt();
  const counted = (value: number | null) => (value === null ? <Missing reason={i.notCounted} /> : fmt.count(value));
  return [
    { key: 'total', header: i.column.total, numeric: true, render: ({ total }) => fmt.count(total) },
    { key: 'added', header: i.column.added, numeric: true, render: ({ added }) => counted(added) },
    {
      key: 'growth',
      header: i.column.growth,
      numeric: true,
      render: (one) => (
        <Percent
          ratio={ratioOf(one.growth_basis_points)}
          reason={one.added === null ? i.notCounted : i.nothingBefore}
        />
      ),
    },
    { key: 'covered', header: i.column.covered, numeric: true, render: ({ covered }) => counted(covered) },
    {
      key: 'completeness',
      header: i.column.completeness,
      render: (one) => <ShareBar ratio={ratioOf(one.completeness_basis_points)} reason={i.notCounted} />,
    },
  ];
}

/** Sections of the settings that list what is counted. */
const SECTIONS: Record<string, string> = {
  tags: 'tags',
  consents: 'privacy',
  contents: 'topics',
  'contents.topics': 'topics',
  'contents.usage_cards': 'usage-cards',
  'contents.consent_texts': 'privacy',
};

/** Where the asset, or the part of it, is listed: types and kinds have no list of their own. */
function ToList({ asset, part, children }: { asset: AssetCode; part?: string; children: ReactNode }) {
  if (part === undefined && (asset === 'profiles' || asset === 'identities'))
    return <Link to="/customers">{children}</Link>;
  if (part === undefined && asset === 'events') return <Link to="/sources">{children}</Link>;
  if (asset === 'contents' && part === 'forms') return <Link to="/codes/forms">{children}</Link>;
  const section = asset === 'profiles' ? 'fields' : SECTIONS[part === undefined ? asset : `${asset}.${part}`];
  if (!section) return <span>{children}</span>;
  return (
    <Link to="/settings/$section" params={{ section }}>
      {children}
    </Link>
  );
}
