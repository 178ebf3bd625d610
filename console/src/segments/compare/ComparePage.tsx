import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import registry from '@/shared/ui/registry.module.css';
import { ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { isNotBuilt, segmentsQuery } from '../api';
import { overlapQuery } from '../insight/api';
import { IndexBar } from '../insight/IndexBar';
import css from '../insight/insight.module.css';
import { PeopleButton } from '../insight/PeopleButton';
import { regionText, segmentText } from '../insight/texts';
import type { Overlap, OverlapRow, Region } from '../insight/types';
import { useNames } from '../insight/useNames';
import { NotBuilt } from '../NotBuilt';
import { Diagram } from './Diagram';
import { pairsOf } from './pairs';

const PeopleDialog = lazy(() => import('../insight/PeopleDialog').then((module) => ({ default: module.PeopleDialog })));

const LEAST = 2;
const MOST = 4;

/** Two to four segments side by side: how large, how much they have in common, and what tells them apart. */
export function ComparePage() {
  const t = useT();
  const c = t.segmentInsight.compare;
  const search = useSearch({ strict: false }) as Search;
  const codes = [...new Set((search.in ?? '').split(',').filter(Boolean))].slice(0, MOST);
  useDocumentTitle(`${c.title} · ${t.segments.title}`);
  return (
    <>
      <BackNav label={t.segments.title}>
        <Link to="/segments">← {t.segments.title}</Link>
      </BackNav>
      <PageHeader title={c.title} />
      <div className={registry.stack}>
        <Choice codes={codes} />
        {codes.length < LEAST ? <p className="muted">{c.chooseTwo}</p> : <Compared codes={codes} />}
      </div>
    </>
  );
}

/** One field for each that is compared, and one more while there may be more. */
function Choice({ codes }: { codes: string[] }) {
  const c = useT().segmentInsight.compare;
  const fmt = useFmt();
  const navigate = useNavigate();
  const query = useInfiniteQuery(segmentsQuery('', false));
  const known = query.data?.pages.flatMap((page) => page.items) ?? [];
  // What is in the address is kept, also where the list has not come so far.
  const names = new Map(codes.map((code) => [code, code]));
  for (const { code, name } of known) names.set(code, name);
  const fields = Math.min(MOST, Math.max(LEAST, codes.length + 1));
  const choose = (place: number, code: string) => {
    const next = [...codes];
    next[place] = code;
    navigate({ to: '/segments/compare', search: { in: next.filter(Boolean).join(',') }, replace: true });
  };
  return (
    <Panel title={c.which} testId="compare-choice">
      <div className={css.choose}>
        {Array.from({ length: fields }, (_, place) => (
          <NativeSelect
            // biome-ignore lint/suspicious/noArrayIndexKey: a field is its place
            key={place}
            label={c.segment(fmt.count(place + 1))}
            value={codes[place] ?? ''}
            onChange={(event) => choose(place, event.currentTarget.value)}
          >
            <option value="">{c.none}</option>
            {[...names]
              .filter(([code]) => code === codes[place] || !codes.includes(code))
              .map(([code, name]) => (
                <option key={code} value={code} translate="no">
                  {name}
                </option>
              ))}
          </NativeSelect>
        ))}
      </div>
    </Panel>
  );
}

interface Asked {
  title: string;
  text: string;
}

function Compared({ codes }: { codes: string[] }) {
  const query = useQuery(overlapQuery(codes));
  if (isNotBuilt(query.error) && !query.data) return <NotBuilt />;
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={6} height={40} />}>
      {(overlap) => <View overlap={overlap} />}
    </QueryView>
  );
}

function View({ overlap }: { overlap: Overlap }) {
  const c = useT().segmentInsight.compare;
  const fmt = useFmt();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { sizes, regions } = overlap;
  const codes = sizes.map(({ code }) => code);
  const nameOf = (code: string) => sizes.find((one) => one.code === code)?.name ?? code;
  const regionName = (region: Region) =>
    region.in.length === 1 && region.in[0] !== undefined
      ? c.only(nameOf(region.in[0]))
      : c.both(region.in.map(nameOf).join(c.and));
  const ask = (title: string, text: string) => setAsked({ title, text });
  const largest = Math.max(1, ...sizes.map(({ count }) => count));
  return (
    <div className={registry.stack}>
      <Panel title={c.sizes} testId="sizes">
        <RowTable
          label={c.sizes}
          rows={sizes}
          rowKey={({ code }) => code}
          columns={[
            {
              key: 'name',
              header: c.column.segment,
              render: ({ code, name }) => (
                <Link to="/segments/$code" params={{ code }} translate="no">
                  {name}
                </Link>
              ),
            },
            {
              key: 'count',
              header: c.column.count,
              numeric: true,
              render: ({ code, name, count }) => (
                <PeopleButton
                  count={count}
                  label={c.peopleOf(name, fmt.count(count))}
                  onPress={() => ask(name, segmentText(code))}
                />
              ),
            },
            {
              key: 'bar',
              header: c.column.ofLargest,
              numeric: true,
              render: ({ count }) => <ShareBar ratio={count / largest} />,
            },
          ]}
        />
      </Panel>
      <Panel title={c.overlap} explain={<Explain name={c.overlap} definition={c.overlapAbout} />} testId="overlap">
        <div className={sizes.length < 4 ? css.overlap : undefined}>
          {sizes.length < 4 && (
            <div translate="no">
              <Diagram overlap={overlap} label={c.diagram} />
            </div>
          )}
          <div className={css.stack}>
            <RowTable
              label={c.regions}
              testId="regions"
              rows={regions}
              rowKey={(region) => region.in.join(' ')}
              columns={[
                {
                  key: 'in',
                  header: c.column.who,
                  render: (region) => <span translate="no">{regionName(region)}</span>,
                },
                {
                  key: 'count',
                  header: c.column.count,
                  numeric: true,
                  render: (region) => (
                    <PeopleButton
                      count={region.count}
                      label={c.peopleOf(regionName(region), fmt.count(region.count))}
                      onPress={() => ask(regionName(region), regionText(region.in, codes))}
                    />
                  ),
                },
              ]}
            />
            <RowTable
              label={c.pairs}
              testId="pairs"
              rows={pairsOf(overlap)}
              rowKey={({ one, other }) => `${one} ${other}`}
              columns={[
                {
                  key: 'pair',
                  header: c.column.pair,
                  render: ({ one, other }) => <span translate="no">{`${nameOf(one)}${c.and}${nameOf(other)}`}</span>,
                },
                {
                  key: 'both',
                  header: c.column.inBoth,
                  numeric: true,
                  render: ({ one, other, both }) => (
                    <PeopleButton
                      count={both}
                      label={c.peopleOf(`${nameOf(one)}${c.and}${nameOf(other)}`, fmt.count(both))}
                      onPress={() =>
                        ask(`${nameOf(one)}${c.and}${nameOf(other)}`, `${segmentText(one)} and ${segmentText(other)}`)
                      }
                    />
                  ),
                },
                {
                  key: 'share',
                  header: c.column.ofEach,
                  numeric: true,
                  render: ({ ofOne, ofOther }) => `${fmt.percent(ofOne)} · ${fmt.percent(ofOther)}`,
                },
              ]}
            />
          </div>
        </div>
      </Panel>
      <Apart overlap={overlap} />
      <Suspense fallback={null}>{asked && <PeopleDialog {...asked} onClose={() => setAsked(null)} />}</Suspense>
    </div>
  );
}

function Apart({ overlap: { sizes, rows } }: { overlap: Overlap }) {
  const t = useT();
  const { compare: c, portrait: p } = t.segmentInsight;
  const rowName = useNames();
  const columns: Column<OverlapRow>[] = [
    {
      key: 'name',
      header: p.column.name,
      always: true,
      render: (row) => (
        <>
          <span className={registry.name} translate="no">
            {rowName(row.names)}
          </span>
          <span className={css.of}>{p.kinds[row.kind](row.of)}</span>
        </>
      ),
    },
    ...sizes.map(({ code, name }, place) => ({
      key: code,
      header: c.indexOf(name),
      numeric: true,
      render: (row: OverlapRow) => <IndexBar index={row.index[place] ?? null} />,
    })),
  ];
  return (
    <Panel flush title={c.apart} explain={<Explain name={c.apart} definition={c.apartAbout} />} testId="apart">
      {rows.length === 0 ? (
        <p className={registry.none}>{p.none}</p>
      ) : (
        <DataTable
          label={c.apart}
          columns={columns}
          rows={rows}
          rowKey={(row) => `${row.kind} ${row.of} ${row.code}`}
        />
      )}
    </Panel>
  );
}
