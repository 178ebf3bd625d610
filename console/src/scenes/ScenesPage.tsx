import { IconMap2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { SpanField } from '@/app/forms/SpanField';
import { choiceOf, daysOf } from '@/app/forms/span';
import type { Search } from '@/app/search';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { type Messages, useT, withWords } from '@/shared/i18n';
import { Chip } from '@/shared/ui/Chip';
import { CodeBlock } from '@/shared/ui/CodeBlock';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import tabStyle from '@/shared/ui/tabs.module.css';
import { type Scene, type SceneMap, scenesQuery } from './api';
import { inOrder, OTHERS, USUAL } from './scenes';
import css from './scenes.module.css';

/** With its words, when somebody turns to it. */
const PathsPanel = lazy(() =>
  withWords(['paths'], import('@/paths/PathsPanel')).then((module) => ({ default: module.PathsPanel })),
);

const SAMPLE = '{"type":"track","userId":"u1","event":"Scene Rated",\n "properties":{"scene":"returns","rating":4}}';

/** How well each scene of the brand goes, and who has gone which path. */
export function ScenesPage() {
  const s = useT().scenes;
  const fmt = useFmt();
  const search = useSearch({ strict: false }) as Search;
  const isPaths = search.tab === 'paths';
  useDocumentTitle(isPaths ? s.tabs.paths : s.title);
  return (
    <>
      <PageHeader
        title={isPaths ? s.tabs.paths : s.title}
        aside={!isPaths && <Explain name={s.title} definition={s.about} />}
        actions={
          isPaths ? (
            <SpanField label={s.tabs.days} timeZone={fmt.timeZone} usual="90" withAll={false} />
          ) : (
            <SpanField label={s.days} timeZone="UTC" usual={USUAL} />
          )
        }
      />
      <nav aria-label={s.tabs.label} className={`${tabStyle.tabs} ${tabStyle.apart}`}>
        {(['scenes', 'paths'] as const).map((tab) => (
          <Link
            key={tab}
            to="/scenes"
            search={tab === 'paths' ? { tab } : {}}
            activeOptions={{ exact: true, includeSearch: true }}
            className={tabStyle.tab}
            aria-current={(tab === 'paths') === isPaths ? 'page' : undefined}
          >
            {s.tabs[tab]}
          </Link>
        ))}
      </nav>
      {isPaths ? (
        <Suspense fallback={<LoadingBlock lines={6} height={40} />}>
          <PathsPanel />
        </Suspense>
      ) : (
        <Scenes />
      )}
    </>
  );
}

/** Who leaves, who is satisfied, and the scene that goes worst. */
function Scenes() {
  const search = useSearch({ strict: false }) as Search;
  const days = useMemo(() => daysOf(search, new Date().toISOString().slice(0, 10), USUAL), [search]);
  const query = useQuery(scenesQuery(days));
  return (
    <QueryView query={query} loading={<LoadingBlock lines={6} height={40} />}>
      {(map) => (map.scenes.length === 0 ? <Nothing isAll={choiceOf(search, USUAL) === 'all'} /> : <Found map={map} />)}
    </QueryView>
  );
}

/** How scenes are told of, or that these days have none. */
function Nothing({ isAll }: { isAll: boolean }) {
  const s = useT().scenes;
  return (
    <Panel>
      <StateView
        testId={isAll ? 'state-first-use' : 'state-no-match'}
        icon={<IconMap2 size={28} stroke={1.5} />}
        title={isAll ? s.emptyTitle : s.noneTitle}
        text={isAll ? s.emptyText : s.noneText}
      />
      {isAll && <CodeBlock code={SAMPLE} label={s.sample} />}
    </Panel>
  );
}

function Found({ map }: { map: SceneMap }) {
  const s = useT().scenes;
  const fmt = useFmt();
  const [sort, setSort] = useState<{ key: string; order: 'asc' | 'desc' }>({ key: 'satisfaction', order: 'asc' });
  const columns = useColumns();
  const worst = map.scenes.find(({ is_worst }) => is_worst);
  const share = (points: number | null | undefined) => fmt.percent((points ?? 0) / 10_000);
  return (
    <div className={css.stack}>
      <div data-testid="worst-scene" data-scene={worst?.scene}>
        {worst ? (
          <Notice tone="warning" title={s.worstTitle(worst.scene === OTHERS ? s.others : worst.scene)}>
            <p>{s.worstText(share(worst.satisfaction_basis_points), fmt.count(worst.rated))}</p>
          </Notice>
        ) : (
          <Notice tone="info">{s.noWorst(fmt.count(map.sample_min))}</Notice>
        )}
      </div>
      <Panel flush title={s.table} actions={<DownloadCsv title={s.table} file={() => fileOf(map, s.column)} />}>
        <DataTable
          label={s.table}
          columns={columns}
          rows={inOrder(map.scenes, sort)}
          rowKey={({ scene }) => scene}
          sort={sort}
          onSort={(key, order) => setSort({ key, order })}
        />
      </Panel>
    </div>
  );
}

function fileOf({ scenes }: SceneMap, c: Messages['scenes']['column']) {
  const percent = (points: number | null) => (points === null ? '' : points / 100);
  return {
    name: 'scenes.csv',
    columns: [c.scene, c.entered, c.completed, `${c.dropOff} %`, c.rated, `${c.satisfaction} %`],
    rows: scenes.map((one) => [
      one.scene,
      one.entered,
      one.completed,
      percent(one.drop_off_basis_points),
      one.rated,
      percent(one.satisfaction_basis_points),
    ]),
  };
}

function useColumns(): Column<Scene>[] {
  const { column: c, ...s } = useT().scenes;
  const fmt = useFmt();
  return [
    {
      key: 'scene',
      header: c.scene,
      always: true,
      render: ({ scene, is_worst }) => (
        <span className={css.scene}>
          {scene === OTHERS ? s.others : <span translate="no">{scene}</span>}
          {is_worst && <Chip tone="warning">{s.worst}</Chip>}
        </span>
      ),
    },
    {
      key: 'entered',
      sortKey: 'entered',
      header: c.entered,
      numeric: true,
      render: ({ entered }) => fmt.count(entered),
    },
    {
      key: 'completed',
      sortKey: 'completed',
      header: c.completed,
      numeric: true,
      render: ({ completed }) => fmt.count(completed),
    },
    {
      key: 'drop_off',
      sortKey: 'drop_off',
      header: c.dropOff,
      numeric: true,
      render: (one) => <Share points={one.drop_off_basis_points} tone="loss" />,
    },
    { key: 'rated', sortKey: 'rated', header: c.rated, numeric: true, render: ({ rated }) => fmt.count(rated) },
    {
      key: 'satisfaction',
      sortKey: 'satisfaction',
      header: c.satisfaction,
      numeric: true,
      render: (one) => <Share points={one.satisfaction_basis_points} />,
    },
  ];
}

/** A share of nothing is not known. */
function Share({ points, tone }: { points: number | null; tone?: 'loss' }) {
  const s = useT().scenes;
  if (points === null) return <span className="muted">{s.unknown}</span>;
  return <ShareBar ratio={points / 10_000} tone={tone} />;
}
