import { Button, NativeSelect } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '@/access/me';
import { SpanField } from '@/app/forms/SpanField';
import { daysOf } from '@/app/forms/span';
import type { Search } from '@/app/search';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { lookup, type Messages, useT } from '@/shared/i18n';
import { useNameOf } from '@/shared/i18n/useNameOf';
import { Chip } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Notice } from '@/shared/ui/Notice';
import { notify } from '@/shared/ui/notify';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { SearchField } from '@/shared/ui/SearchField';
import { ratioOf, ShareBar } from '@/shared/ui/ShareBar';
import { errorText, LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { Percent } from '@/shared/ui/Values';
import { coverageQuery, type PeopleOf, putSalesProvinces, salesProvincesQuery } from '../api';
import { Opens } from '../Opens';
import { PeopleDialog } from '../PeopleDialog';
import css from '../reach.module.css';
import type { Coverage, CoverageChoice, ProvinceCoverage } from '../types';
import { TileMap } from './TileMap';

/** What the address asks for; null where the days are none. */
function choiceOf(search: Search, today: string): CoverageChoice | null {
  const { from, until } = daysOf(search, today, 'all');
  const to = from === null ? null : (until ?? today);
  if (from === null && (search.from || search.until)) return null;
  if (from !== null && to !== null && from > to) return null;
  const { code, parameter, value } = search;
  return {
    members: search.members === 'known' ? 'known' : 'registered',
    ...(from !== null && to !== null && { from, to }),
    ...(code ? { code } : parameter && value ? { parameter, value } : {}),
  };
}

export { PeopleDialog };

/** Where members live, and in which provinces nobody sells. */
export function CoveragePanel() {
  const c = useT().reach.coverage;
  const fmt = useFmt();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const choice = choiceOf(search, fmt.day(new Date().toISOString()));
  const query = useQuery({ ...coverageQuery(choice ?? { members: 'registered' }), enabled: choice !== null });
  const go = (next: Search) => navigate({ to: '.', search: { ...search, ...next }, replace: true, resetScroll: false });
  const nameOf = useNameOf();
  return (
    <Panel
      flush
      title={c.title}
      explain={<Explain name={c.title} definition={c.about} />}
      testId="coverage"
      actions={query.data && <DownloadCsv title={c.title} file={() => fileOf(query.data, choice, c, nameOf)} />}
    >
      <div className={css.tools}>
        <NativeSelect
          label={c.who}
          value={search.members === 'known' ? 'known' : 'registered'}
          onChange={(event) => go({ members: event.currentTarget.value })}
          data={(['registered', 'known'] as const).map((value) => ({ value, label: c.members[value] }))}
        />
        <SpanField label={c.days} timeZone={fmt.timeZone} usual="all" />
        {search.code ? (
          <Button variant="default" onClick={() => go({ code: '' })}>
            {c.notCode(search.code)}
          </Button>
        ) : (
          <>
            <SearchField
              label={c.parameter}
              placeholder={c.parameterHint}
              value={search.parameter ?? ''}
              onChange={(parameter) => go({ parameter })}
            />
            <SearchField
              label={c.value}
              placeholder={c.valueHint}
              value={search.value ?? ''}
              onChange={(value) => go({ value })}
            />
          </>
        )}
      </div>
      {choice === null ? (
        <div className={registry.pad}>
          <Notice tone="warning">{c.wrongDays}</Notice>
        </div>
      ) : (
        <QueryView
          query={query}
          loading={
            <div className={registry.pad}>
              <LoadingBlock lines={9} height={42} />
            </div>
          }
        >
          {(found) => <Found found={found} choice={choice} />}
        </QueryView>
      )}
    </Panel>
  );
}

function Found({ found, choice }: { found: Coverage; choice: CoverageChoice }) {
  const c = useT().reach.coverage;
  const fmt = useFmt();
  const nameOf = useNameOf();
  const [opened, setOpened] = useState<PeopleOf | null>(null);
  const open = (province: string, title: string) =>
    setOpened({ title, path: '/reach/coverage/people', query: { ...choice, province }, placed: true });
  const columns = useColumns(nameOf, (one) => open(one.code, nameOf(one)));
  const figure = (province: string, title: string, count: number) => (
    <Opens count={count} name={title} onOpen={() => open(province, title)} />
  );
  const provinces = (count: number) => c.provinces(fmt.count(count));
  return (
    <>
      <div className={registry.pad}>
        <FigureStrip label={c.title} dense>
          <Figure name={c.all} testId="coverage-members">
            {figure('all', c.all, found.members)}
          </Figure>
          <Figure name={c.uncovered} note={provinces(found.uncovered.provinces)} testId="coverage-uncovered">
            {figure('uncovered', c.uncovered, found.uncovered.members)}
          </Figure>
          <Figure
            name={c.uncoveredShare}
            explain={<Explain name={c.uncoveredShare} definition={c.shareAbout} />}
            testId="coverage-uncovered-share"
          >
            <Percent ratio={ratioOf(found.uncovered.share_basis_points)} reason={c.nobody} />
          </Figure>
          <Figure name={c.covered} note={provinces(found.covered.provinces)} testId="coverage-covered">
            {figure('covered', c.covered, found.covered.members)}
          </Figure>
          <Figure
            name={c.unknown}
            explain={<Explain name={c.unknown} definition={c.rule} />}
            note={<Percent ratio={ratioOf(found.unknown_share_basis_points)} reason={c.nobody} />}
            testId="coverage-unknown"
          >
            {figure('unknown', c.unknown, found.unknown)}
          </Figure>
        </FigureStrip>
      </div>
      {found.members === 0 && (
        <StateView
          testId="state-no-match"
          icon={<IconMapOff size={28} stroke={1.5} />}
          title={c.emptyTitle}
          text={c.emptyText}
        />
      )}
      <p className={registry.note}>
        {c.origins(
          fmt.list(
            found.origins.map(({ origin, members }) => `${lookup(c.originNames, origin)} ${fmt.count(members)}`),
          ),
        )}
        {found.elsewhere > 0 && ` ${c.elsewhere(fmt.count(found.elsewhere))}`}
        {found.stores_without_province > 0 && ` ${c.unplaced(fmt.count(found.stores_without_province))}`}
      </p>
      <div className={css.beside}>
        <div>
          <TileMap provinces={found.provinces} onOpen={(one) => open(one.code, nameOf(one))} />
          <p className={css.legend}>{c.legend}</p>
        </div>
        <DataTable label={c.table} columns={columns} rows={found.provinces} rowKey={({ code }) => code} tall />
      </div>
      {opened && <PeopleDialog of={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

/** A province counts as covered by hand, or no more. */
function useMark() {
  const t = useT();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ code, is_marked }: ProvinceCoverage) => {
      const { etag, provinces } = await queryClient.fetchQuery(salesProvincesQuery);
      const others = provinces.filter((one) => one !== code);
      return putSalesProvinces(etag, is_marked ? others : [...others, code]);
    },
    onSuccess: () => notify(t.reach.coverage.mark.done),
    onError: (error) => notify(errorText(t, error), 'danger'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['reach', 'coverage'] }),
  });
}

function useColumns(
  nameOf: (one: ProvinceCoverage) => string,
  open: (one: ProvinceCoverage) => void,
): Column<ProvinceCoverage>[] {
  const { column: h, ...c } = useT().reach.coverage;
  const fmt = useFmt();
  const can = useCan();
  const mark = useMark();
  const columns: Column<ProvinceCoverage>[] = [
    {
      key: 'province',
      header: h.province,
      always: true,
      render: (one) => (
        <span className={registry.name} translate="no">
          {nameOf(one)}
        </span>
      ),
    },
    {
      key: 'members',
      header: h.members,
      numeric: true,
      render: (one) => <Opens count={one.members} name={nameOf(one)} onOpen={() => open(one)} />,
    },
    {
      key: 'share',
      header: h.share,
      numeric: true,
      render: ({ share_basis_points }) => <ShareBar ratio={ratioOf(share_basis_points)} reason={c.nobody} />,
    },
    {
      key: 'covered',
      header: h.covered,
      render: (one) => (
        <Chip tone={one.is_covered ? 'success' : 'warning'}>{one.is_covered ? c.isCovered : c.isNot}</Chip>
      ),
    },
    { key: 'stores', header: h.stores, numeric: true, render: ({ stores }) => fmt.count(stores) },
    { key: 'clerks', header: h.clerks, numeric: true, render: ({ clerks }) => fmt.count(clerks) },
  ];
  if (!can('touch_points.manage')) return columns;
  const tools: Column<ProvinceCoverage> = {
    key: 'mark',
    header: h.mark,
    render: (one) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={one.is_marked ? c.mark.takeOf(nameOf(one)) : c.mark.of(nameOf(one))}
        loading={mark.isPending && mark.variables.code === one.code}
        onClick={() => mark.mutate(one)}
      >
        {one.is_marked ? c.mark.take : c.mark.action}
      </Button>
    ),
  };
  return [...columns, tools];
}

type Words = Messages['reach']['coverage'];

function fileOf(
  found: Coverage,
  choice: CoverageChoice | null,
  { column: h, ...c }: Words,
  nameOf: (one: ProvinceCoverage) => string,
) {
  const yes = (is: boolean) => (is ? 1 : 0);
  const row = (code: string, name: string, members: number, share: number | null) => [
    code,
    name,
    members,
    share === null ? '' : share / 100,
  ];
  return {
    name: 'reach-coverage.csv',
    columns: [
      h.from,
      h.to,
      h.through,
      h.code,
      h.province,
      h.members,
      `${h.share} %`,
      h.covered,
      h.stores,
      h.clerks,
      h.mark,
    ],
    rows: [
      ...found.provinces.map((one) => [
        ...row(one.code, nameOf(one), one.members, one.share_basis_points),
        yes(one.is_covered),
        one.stores,
        one.clerks,
        yes(one.is_marked),
      ]),
      [...row('', c.unknown, found.unknown, null), '', '', '', ''],
    ].map((cells) => [
      choice?.from ?? '',
      choice?.to ?? '',
      choice?.code ?? (choice?.parameter ? `${choice.parameter}=${choice.value}` : ''),
      ...cells,
    ]),
  };
}
