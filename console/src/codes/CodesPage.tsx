import { Button } from '@mantine/core';
import { IconFilterOff, IconQrcode } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useBrand } from '@/customers/useBrand';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { moneyMajor } from '@/shared/fmt/money';
import { useT } from '@/shared/i18n';
import { DataTable } from '@/shared/ui/DataTable';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { pageOf } from '@/shared/ui/Pager';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { reportQuery } from './api';
import { useBase } from './base';
import { CodesTabs } from './CodesTabs';
import css from './codes.module.css';
import { useCodeColumns } from './columns';
import { codesFile } from './csv';
import { Figures } from './Figures';
import { FilterBar } from './FilterBar';
import { matching, shownOf, sorted, sumsOf } from './list';
import { moneyIn } from './money';
import { usePeriod } from './period';
import { SelectionBar } from './SelectionBar';
import type { CodesReport } from './types';

/** For one in many visits. */
const RegionsDialog = lazy(() => import('./RegionsDialog').then((one) => ({ default: one.RegionsDialog })));

/** All channel codes with what became of their scans. Filters, order, page and period are in the address. */
export function CodesPage() {
  const t = useT();
  const fmt = useFmt();
  const k = t.codes;
  const can = useCan();
  const query = useQuery(reportQuery(null, usePeriod()));
  const [asksRegions, setAsksRegions] = useState(false);
  useDocumentTitle(k.title);
  const report = query.data;
  const create = can('touch_points.manage') && (
    <Button component={Link} to="/codes/new" leftSection={<IconQrcode size={16} />}>
      {k.create}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={k.title}
        meta={report && <span>{k.total(fmt.count(report.items.length), fmt.count(report.scans))}</span>}
        actions={
          report &&
          report.items.length > 0 && (
            <>
              {can('touch_points.manage') && (
                <Button variant="default" onClick={() => setAsksRegions(true)}>
                  {k.regions.action}
                </Button>
              )}
              {create}
            </>
          )
        }
      />
      <CodesTabs />
      <QueryView query={query} quiet loading={<LoadingBlock lines={8} height={40} />}>
        {(found) =>
          found.items.length === 0 ? (
            <Panel>
              <StateView
                testId="state-first-use"
                icon={<IconQrcode size={28} stroke={1.5} />}
                title={k.emptyTitle}
                text={create ? k.emptyText : `${k.emptyText} ${k.askManager(t.common.rights['touch_points.manage'])}`}
              >
                {create}
              </StateView>
            </Panel>
          ) : (
            <List report={found} />
          )
        }
      </QueryView>
      <Suspense fallback={null}>{asksRegions && <RegionsDialog onClose={() => setAsksRegions(false)} />}</Suspense>
    </>
  );
}

function List({ report }: { report: CodesReport }) {
  const t = useT();
  const k = t.codes;
  const brand = useBrand();
  const [base] = useBase();
  const { nameOf } = useTouchPoints();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = shownOf(search);
  const inBatch = search.batch ? report.items.filter(({ code }) => code.batch_id === search.batch) : report.items;
  const found = sorted(matching(inBatch, shown), shown);
  const go = (next: Search) => navigate({ to: '/codes', search: next, replace: true, resetScroll: false });
  const turn = (to: number) => {
    const { page: _, ...rest } = search;
    go(to === 1 ? rest : { ...rest, page: String(to) });
  };
  const { rows, pager } = pageOf(found, shown.page, turn);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const columns = useCodeColumns(nameOf, { has: (id) => chosen.has(id), toggle });
  const file = () =>
    codesFile(found, {
      t,
      nameOfTouchPoint: nameOf,
      amount: (minor) => moneyMajor(moneyIn(brand, minor)),
      currency: brand.currency,
      base,
    });
  return (
    <div className={css.stack}>
      <FilterBar report={report} aside={<DownloadCsv title={k.title} file={file} />} />
      <Figures label={k.figures.label} sums={sumsOf(found)} days={report.attribution_days} />
      <SelectionBar
        ids={found.filter(({ code }) => chosen.has(code.id)).map(({ code }) => code.id)}
        pageIds={rows.map(({ code }) => code.id)}
        onChoose={(ids) => setChosen(new Set([...chosen, ...ids]))}
        onClear={() => setChosen(new Set())}
      />
      <Panel flush testId="codes">
        {found.length === 0 ? (
          <StateView
            testId="state-no-match"
            icon={<IconFilterOff size={28} stroke={1.5} />}
            title={k.noMatchTitle}
            text={k.noMatchText}
          >
            <Button onClick={() => go({})}>{k.clear}</Button>
          </StateView>
        ) : (
          <>
            <DataTable
              tall
              label={k.table}
              columns={columns}
              rows={rows}
              rowKey={({ code }) => code.id}
              sort={{ key: shown.sort, order: shown.order }}
              onSort={(sort, order) => go({ ...search, sort, order })}
            />
            {pager}
          </>
        )}
      </Panel>
    </div>
  );
}
