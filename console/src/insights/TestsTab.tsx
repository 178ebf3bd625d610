import { IconTestPipe } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import type { Search } from '@/app/search';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { ListPanel } from '@/shared/ui/ListPanel';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import registry from '@/shared/ui/registry.module.css';
import { Missing } from '@/shared/ui/Values';
import { testsQuery } from './api';
import { farthest, isClear } from './figures';
import css from './insights.module.css';
import { TestPanel } from './TestPanel';
import type { InnovationTest, Verdict } from './types';

const TestDialog = lazy(() => import('./TestDialog').then((module) => ({ default: module.TestDialog })));

const TONES: Record<Verdict, Tone> = { adopt: 'success', reject: 'danger', repeat: 'warning' };

/** Running, or what was decided. */
export function StateChip({ test: { verdict } }: { test: InnovationTest }) {
  const i = useT().insights;
  return verdict === null ? (
    <Chip tone="info">{i.running}</Chip>
  ) : (
    <Chip tone={TONES[verdict]}>{i.verdicts[verdict]}</Chip>
  );
}

/** The register of what was tried, and one of it opened. */
export function TestsTab() {
  const i = useT().insights;
  const can = useCan();
  const query = useQuery(testsQuery);
  const { test: opened } = useSearch({ strict: false }) as Search;
  const [isMaking, setMaking] = useState(false);
  const shown = query.data?.items.find(({ id }) => id === opened);
  return (
    <>
      {shown && <TestPanel key={shown.id} test={shown} />}
      <ListPanel
        title={i.register}
        testId="innovation-tests"
        query={query}
        empty={{ icon: IconTestPipe, title: i.noTests, text: i.noTestsText }}
        add={can('segments.manage') ? { label: i.newTest, onPress: () => setMaking(true) } : null}
      >
        {(items) => <Register items={items} />}
      </ListPanel>
      <Suspense>{isMaking && <TestDialog test={null} onClose={() => setMaking(false)} />}</Suspense>
    </>
  );
}

function Register({ items }: { items: InnovationTest[] }) {
  const i = useT().insights;
  const { shown, hidden, more } = useFirstRows(items);
  const columns: Column<InnovationTest>[] = [
    {
      key: 'name',
      header: i.column.test,
      always: true,
      render: ({ id, name, hypothesis }) => (
        <>
          <Link
            to="/insights"
            search={{ tab: 'tests', test: id }}
            resetScroll={false}
            className={registry.name}
            translate="no"
          >
            {name}
          </Link>
          {hypothesis !== '' && (
            <span className={css.sub} translate="no">
              {hypothesis}
            </span>
          )}
        </>
      ),
    },
    { key: 'state', header: i.column.state, render: (test) => <StateChip test={test} /> },
    { key: 'innovation', header: i.column.innovation, render: ({ innovation }) => i.innovations[innovation] },
    { key: 'result', header: i.column.result, render: (test) => <Result test={test} /> },
    { key: 'started', header: i.column.started, render: ({ started_on }) => started_on },
    {
      key: 'by',
      header: i.column.by,
      render: ({ created_by }) => <span translate="no">{created_by}</span>,
    },
  ];
  return (
    <>
      <DataTable tall label={i.register} columns={columns} rows={shown} rowKey={({ id }) => id} />
      <MoreRows hidden={hidden} onMore={more} />
    </>
  );
}

/** In short: the arm that differs most, by how much, and how sure that is. */
function Result({ test }: { test: InnovationTest }) {
  const i = useT().insights;
  const fmt = useFmt();
  const most = farthest(test);
  if (!most) return <Missing reason={i.nobodyYet} />;
  return (
    <>
      <span className={isClear(most.of) ? css.clear : undefined}>
        {i.points(signed(fmt.decimal(most.of.lift_points, 1), most.of.lift_points))}
      </span>
      <span className={css.sub}>{i.pIs(fmt.decimal(most.of.p_value, 3))}</span>
    </>
  );
}

/** With its sign, above nothing too. */
export function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}
