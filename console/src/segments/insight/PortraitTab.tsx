import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { isNotBuilt } from '../api';
import { NotBuilt } from '../NotBuilt';
import type { Segment } from '../types';
import { portraitQuery } from './api';
import { IndexBar } from './IndexBar';
import css from './insight.module.css';
import { PeopleButton } from './PeopleButton';
import { narrowedText } from './texts';
import type { Portrait, PortraitRow } from './types';
import { useNames } from './useNames';

const PeopleDialog = lazy(() => import('./PeopleDialog').then((module) => ({ default: module.PeopleDialog })));

type SortKey = 'count' | 'share' | 'index';

/** What those in a segment have more often, or less often, than everybody: tags, and values of fields. */
export function PortraitTab({ segment }: { segment: Segment }) {
  const p = useT().segmentInsight.portrait;
  const query = useQuery(portraitQuery({ segment: segment.code }));
  return (
    <Panel
      flush
      title={p.title}
      explain={<Explain name={p.title} definition={p.about} />}
      testId="portrait"
      actions={query.data && <DownloadCsv title={p.title} file={() => fileOf(query.data, segment.code)} />}
    >
      {isNotBuilt(query.error) && !query.data ? (
        <NotBuilt />
      ) : (
        <QueryView
          query={query}
          quiet
          loading={
            <div className={registry.pad}>
              <LoadingBlock lines={8} height={36} />
            </div>
          }
        >
          {(portrait) => <Rows portrait={portrait} segment={segment} />}
        </QueryView>
      )}
    </Panel>
  );
}

function fileOf({ rows, as_of }: Portrait, code: string) {
  return {
    name: `portrait-${code}.csv`,
    columns: ['kind', 'of', 'name_zh', 'name_en', 'code', 'count', 'everybody', 'share', 'index'],
    rows: rows.map((row) => [
      row.kind,
      row.of,
      row.names.zh,
      row.names.en,
      row.code,
      row.count,
      row.everybody,
      row.share ?? '',
      row.index ?? '',
    ]),
    asOf: as_of.slice(0, 10),
  };
}

/** Where a row says nothing (nobody at all has it) it comes last, whichever way. */
function sorted(rows: PortraitRow[], key: SortKey, order: 'asc' | 'desc'): PortraitRow[] {
  const sign = order === 'asc' ? 1 : -1;
  const of = (row: PortraitRow) => row[key];
  return [...rows].sort((one, other) => {
    const [a, b] = [of(one), of(other)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * (a - b);
  });
}

function Rows({ portrait, segment }: { portrait: Portrait; segment: Segment }) {
  const p = useT().segmentInsight.portrait;
  const fmt = useFmt();
  const nameOf = useNames();
  const [of, setOf] = useState('');
  const [sort, setSort] = useState<{ key: SortKey; order: 'asc' | 'desc' }>({ key: 'index', order: 'desc' });
  const [asked, setAsked] = useState<PortraitRow | null>(null);
  const kinds = [...new Set(portrait.rows.map((row) => `${row.kind} ${row.of}`))];
  const rows = sorted(
    portrait.rows.filter((row) => of === '' || `${row.kind} ${row.of}` === of),
    sort.key,
    sort.order,
  );
  const columns: Column<PortraitRow>[] = [
    {
      key: 'name',
      header: p.column.name,
      always: true,
      render: (row) => (
        <>
          <span className={registry.name} translate="no">
            {nameOf(row.names)}
          </span>
          <span className={css.of}>{p.kinds[row.kind](row.of)}</span>
        </>
      ),
    },
    {
      key: 'count',
      header: p.column.count,
      numeric: true,
      sortKey: 'count',
      render: (row) => (
        <PeopleButton
          count={row.count}
          label={p.peopleOf(nameOf(row.names), fmt.count(row.count))}
          onPress={() => setAsked(row)}
        />
      ),
    },
    {
      key: 'share',
      header: p.column.share,
      numeric: true,
      sortKey: 'share',
      render: (row) => <ShareBar ratio={row.share} />,
    },
    {
      key: 'everybody',
      header: p.column.everybody,
      numeric: true,
      render: (row) => fmt.percent(portrait.everybody === 0 ? 0 : row.everybody / portrait.everybody),
    },
    {
      key: 'index',
      header: p.column.index,
      numeric: true,
      sortKey: 'index',
      render: (row) => <IndexBar index={row.index} />,
    },
  ];
  if (portrait.rows.length === 0) return <p className={registry.none}>{p.none}</p>;
  return (
    <>
      <div className={registry.tools}>
        <NativeSelect
          aria-label={p.shown}
          value={of}
          onChange={(event) => setOf(event.currentTarget.value)}
          data={[
            { value: '', label: p.all },
            ...kinds.map((value) => {
              const [kind, ...name] = value.split(' ');
              return { value, label: p.kinds[kind as PortraitRow['kind']](name.join(' ')) };
            }),
          ]}
        />
      </div>
      <p className={registry.note}>
        {p.ofCount(fmt.count(portrait.count), fmt.count(portrait.everybody), fmt.listTime(portrait.as_of))}
      </p>
      <DataTable
        tall
        label={p.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.kind} ${row.of} ${row.code}`}
        sort={sort}
        onSort={(key, order) => setSort({ key: key as SortKey, order })}
      />
      <Suspense fallback={null}>
        {asked && (
          <PeopleDialog
            title={p.peopleTitle(segment.name, nameOf(asked.names))}
            text={narrowedText({ segment: segment.code }, asked)}
            onClose={() => setAsked(null)}
          />
        )}
      </Suspense>
    </>
  );
}
