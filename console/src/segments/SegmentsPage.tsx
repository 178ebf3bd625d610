import { Button, SegmentedControl } from '@mantine/core';
import { IconFilterOff, IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import type { LayerItem } from '@/layers/types';
import { useOwner } from '@/layers/useOwner';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { LoadMore, PagedError } from '@/shared/ui/LoadMore';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { ShareBar } from '@/shared/ui/ShareBar';
import { ErrorPanel, LoadingBlock, StateView } from '@/shared/ui/StateView';
import { Missing, When } from '@/shared/ui/Values';
import { countQuery, isNotBuilt, segmentCountsQuery, segmentsQuery } from './api';
import { EXAMPLE_KEYS, EXAMPLES } from './examples';
import { NotBuilt } from './NotBuilt';
import { RuleText } from './RuleText';
import css from './segments.module.css';
import type { Segment, SegmentCounts } from './types';

/** Whom a brand means, by name. Search and which ones are in the address. */
export function SegmentsPage() {
  const t = useT();
  const s = t.segments;
  const can = useCan();
  const search = useSearch({ strict: false }) as Search;
  const isArchived = search.state === 'archived';
  const query = useInfiniteQuery(segmentsQuery(search.search ?? '', isArchived));
  const segments = query.data?.pages.flatMap((page) => page.items);
  useDocumentTitle(s.title);
  const canCreate = can('segments.manage');
  // Nothing at all, or nothing that is looked for.
  const isFirstUse = segments?.length === 0 && !search.search && !isArchived && !query.isPlaceholderData;
  return (
    <>
      <PageHeader
        title={s.title}
        aside={<Explain name={s.title} definition={s.about} />}
        meta={!canCreate && s.askManager(t.common.rights['segments.manage'])}
        actions={
          <>
            <Button component={Link} to="/clusters" variant="default">
              {s.clusters}
            </Button>
            <Button component={Link} to="/communities" variant="default">
              {s.communities}
            </Button>
            {segments && segments.length > 1 && (
              <Button component={Link} to="/segments/compare" variant="default">
                {s.compare}
              </Button>
            )}
            {canCreate && (
              <Button component={Link} to="/segments/new" leftSection={<IconPlus size={16} />}>
                {s.create}
              </Button>
            )}
          </>
        }
      />
      <div className={registry.stack}>
        <Filters search={search} isArchived={isArchived} />
        <Panel flush testId="segments">
          {query.isPending && (
            <div className={registry.pad}>
              <LoadingBlock lines={6} height={40} />
            </div>
          )}
          <PagedError query={query} />
          {isFirstUse && <FirstUse canCreate={canCreate} />}
          {segments?.length === 0 && !isFirstUse && <Nothing search={search} isArchived={isArchived} />}
          {segments && segments.length > 0 && (
            <div aria-busy={query.isPlaceholderData || undefined}>
              <List segments={segments} isArchived={isArchived} />
            </div>
          )}
          <LoadMore query={query} />
        </Panel>
      </div>
    </>
  );
}

function useGo(search: Search) {
  const navigate = useNavigate();
  return (name: string, value: string) => {
    const { [name]: _, ...rest } = search;
    navigate({
      to: '/segments',
      search: value === '' ? rest : { ...rest, [name]: value },
      replace: true,
      resetScroll: false,
    });
  };
}

function Filters({ search, isArchived }: { search: Search; isArchived: boolean }) {
  const s = useT().segments;
  const go = useGo(search);
  return (
    <div className={css.filters}>
      <SearchField
        label={s.search}
        placeholder={s.searchPlaceholder}
        value={search.search ?? ''}
        onChange={(text) => go('search', text)}
      />
      <SegmentedControl
        aria-label={s.shown}
        value={isArchived ? 'archived' : 'open'}
        onChange={(next) => go('state', next === 'archived' ? next : '')}
        data={(['open', 'archived'] as const).map((value) => ({ value, label: s.states[value] }))}
      />
    </div>
  );
}

function Nothing({ search, isArchived }: { search: Search; isArchived: boolean }) {
  const s = useT().segments;
  const go = useGo(search);
  if (!search.search) return <p className={registry.none}>{isArchived ? s.none.archived : s.none.open}</p>;
  return (
    <StateView
      testId="state-no-match"
      icon={<IconFilterOff size={28} stroke={1.5} />}
      title={s.noMatchTitle}
      text={s.noMatchText}
    >
      <Button onClick={() => go('search', '')}>{s.clear}</Button>
    </StateView>
  );
}

function FirstUse({ canCreate }: { canCreate: boolean }) {
  const t = useT();
  const s = t.segments;
  return (
    <>
      <StateView
        testId="state-first-use"
        icon={<IconUsersGroup size={28} stroke={1.5} />}
        title={s.emptyTitle}
        text={canCreate ? s.emptyText : s.askManager(t.common.rights['segments.manage'])}
      />
      {canCreate && (
        <ul className={css.examples}>
          {EXAMPLE_KEYS.map((key) => (
            <li key={key} className={css.example}>
              <h2 className={css.exampleName}>{s.examples[key].name}</h2>
              <p className={css.exampleText}>{s.examples[key].description}</p>
              <RuleText text={EXAMPLES[key].text} />
              <Link to="/segments/new" search={{ example: key }} className={css.exampleLink}>
                {s.beginWith(s.examples[key].name)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function List({ segments, isArchived }: { segments: Segment[]; isArchived: boolean }) {
  const s = useT().segments;
  const fmt = useFmt();
  // Of those who are not counted nothing is asked.
  const counts = useQuery({ ...segmentCountsQuery, enabled: !isArchived });
  const all = useQuery({ ...countQuery('everybody'), enabled: !isArchived });
  const columns = useColumns(
    isArchived
      ? null
      : { counts: counts.data?.counts, everybody: all.data?.everybody, backFill: counts.data?.back_fill },
  );
  return (
    <>
      {counts.data && all.data && (
        <p className={registry.note} data-testid="counts-as-of">
          {s.countsAsOf(fmt.listTime(counts.data.as_of), fmt.count(all.data.everybody))}
        </p>
      )}
      {isNotBuilt(counts.error) ? (
        <NotBuilt />
      ) : (
        counts.error && <ErrorPanel error={counts.error} onRetry={() => counts.refetch()} />
      )}
      <DataTable tall label={s.table} columns={columns} rows={segments} rowKey={({ code }) => code} />
    </>
  );
}

interface Counted {
  counts?: Record<string, number>;
  everybody?: number;
  backFill?: SegmentCounts['back_fill'];
}

function useColumns(counted: Counted | null): Column<Segment>[] {
  const { column: c, ...s } = useT().segments;
  const ownerOf = useOwner();
  const fmt = useFmt();
  const people: Column<Segment>[] = [
    {
      key: 'count',
      header: c.count,
      numeric: true,
      render: ({ code, name }) => {
        const count = counted?.counts?.[code];
        const { segments, percent = 0 } = counted?.backFill ?? {};
        const isFilling = segments?.includes(code) ?? false;
        const share = fmt.percent(percent / 100, 0);
        if (count === undefined)
          return isFilling ? <span data-testid={`filling-${code}`}>{s.backFill.inRow.first(share)}</span> : <Missing />;
        return (
          <>
            <Link
              to="/segments/$code"
              params={{ code }}
              aria-label={s.countOf(name, fmt.count(count))}
              data-testid={`count-${code}`}
            >
              {fmt.count(count)}
            </Link>
            {isFilling && (
              <span className={registry.code} data-testid={`filling-${code}`}>
                {s.backFill.inRow.newVersion(share)}
              </span>
            )}
          </>
        );
      },
    },
    {
      key: 'share',
      header: c.share,
      numeric: true,
      render: ({ code }) => {
        const count = counted?.counts?.[code];
        return <ShareBar ratio={count === undefined || !counted?.everybody ? null : count / counted.everybody} />;
      },
    },
  ];
  return [
    {
      key: 'name',
      header: c.name,
      always: true,
      render: ({ code, name }) => (
        <>
          <Link to="/segments/$code" params={{ code }} className={registry.name} translate="no">
            {name}
          </Link>
          <span className={`${registry.code} mono`}>{code}</span>
          <StageOf layer={ownerOf(code)} />
        </>
      ),
    },
    ...(counted ? people : []),
    {
      key: 'rule',
      header: c.rule,
      render: ({ text, description }) => (
        <span className={css.inRow}>
          {description !== '' && <span translate="no">{description}</span>}
          <code className={css.ruleInRow} title={text} translate="no">
            {text}
          </code>
        </span>
      ),
    },
    {
      key: 'changed',
      header: c.changed,
      render: ({ changed_at, changed_by }) => (
        <>
          <When at={changed_at} relative />
          <span className={registry.code} translate="no">
            {changed_by}
          </span>
        </>
      ),
    },
  ];
}

function StageOf({ layer }: { layer: LayerItem | null | undefined }) {
  const { page: p } = useT().segments;
  if (!layer) return null;
  return (
    <Link to="/layers/$code" params={{ code: layer.code }} className={css.stageOf}>
      {p.stageOf(layer.name)}
    </Link>
  );
}
