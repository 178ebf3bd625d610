import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Day } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { MoreRows, useFirstRows } from '@/shared/ui/MoreRows';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';
import { rankingQuery, rulesQuery } from '../api';
import css from '../clerks.module.css';
import type { Settlement } from '../types';
import { dayBefore, firstDay, lastDayBefore, type Owed, owed, sumOf, usualThrough } from './preview';

/** For one in many visits. */
const CloseDialog = lazy(() => import('./CloseDialog').then((module) => ({ default: module.CloseDialog })));

interface Props {
  settlements: Settlement[];
  manages: boolean;
}

/** What closing a period would pay, before it is closed. */
export function NextPanel({ settlements, manages }: Props) {
  const t = useT();
  const fmt = useFmt();
  const n = t.clerks.next;
  const rules = useQuery(rulesQuery);
  const today = fmt.day(new Date().toISOString());
  const [newest] = settlements;
  const closedThrough = newest ? lastDayBefore(newest.until, fmt.day) : null;
  const [chosen, setChosen] = useState<Day | null>(null);
  const through = chosen ?? usualThrough(today, closedThrough);
  return (
    <Panel title={n.title} explain={<Explain name={n.title} definition={n.about} />} testId="next-settlement">
      {through === null ? (
        <p className="muted">{n.allClosed}</p>
      ) : (
        <QueryView query={rules} quiet loading={<LoadingBlock lines={2} height={36} />}>
          {({ items }) =>
            items.length === 0 ? (
              <p>
                {n.noRules}{' '}
                <Link to="/incentives" search={{ tab: 'rules' }}>
                  {n.toRules}
                </Link>
              </p>
            ) : (
              <Next
                first={firstDay(items, fmt.day) ?? today}
                through={through}
                closedThrough={closedThrough}
                yesterday={dayBefore(today)}
                settlements={settlements}
                manages={manages}
                onChoose={setChosen}
              />
            )
          }
        </QueryView>
      )}
    </Panel>
  );
}

interface NextProps extends Props {
  first: Day;
  through: Day;
  closedThrough: Day | null;
  yesterday: Day;
  onChoose: (through: Day | null) => void;
}

function Next({ first, through, closedThrough, yesterday, settlements, manages, onChoose }: NextProps) {
  const t = useT();
  const n = t.clerks.next;
  const isClosed = closedThrough !== null && through <= closedThrough;
  const isOver = through <= yesterday;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(through);
  const fault = !isDay ? t.access.required : !isOver ? n.notOver : isClosed ? n.closed(closedThrough) : undefined;
  // Before the first rule nothing was earned; the server would refuse days that are the wrong way round.
  // Amounts of another day are not shown meanwhile.
  const query = useQuery({
    ...rankingQuery(first, through),
    placeholderData: undefined,
    enabled: fault === undefined && first <= through,
  });
  return (
    <div className={css.stack}>
      <TextInput
        type="date"
        className={css.start}
        label={n.through}
        description={closedThrough === null ? n.fromTheStart : n.since(closedThrough)}
        max={yesterday}
        value={through}
        error={fault}
        onChange={(event) => onChoose(event.currentTarget.value)}
      />
      {fault === undefined &&
        (first > through ? (
          <Preview rows={[]} through={through} manages={manages} onClosed={() => onChoose(null)} />
        ) : (
          <QueryView query={query} loading={<LoadingBlock lines={3} height={36} />}>
            {({ items }) => (
              <Preview
                rows={owed(items, settlements)}
                through={through}
                manages={manages}
                onClosed={() => onChoose(null)}
              />
            )}
          </QueryView>
        ))}
    </div>
  );
}

interface PreviewProps {
  rows: Owed[];
  through: Day;
  manages: boolean;
  onClosed: () => void;
}

function Preview({ rows, through, manages, onClosed }: PreviewProps) {
  const t = useT();
  const fmt = useFmt();
  const n = t.clerks.next;
  const [asking, setAsking] = useState(false);
  const { shown, hidden, more } = useFirstRows(rows);
  const sum = sumOf(rows);
  const columns: Column<Owed>[] = [
    {
      key: 'name',
      header: t.clerks.settlements.clerk,
      always: true,
      render: ({ clerk_id, name }) => (
        <Link to="/clerks/$id" params={{ id: clerk_id }} translate="no">
          {name}
        </Link>
      ),
    },
    { key: 'amount', header: n.amount, numeric: true, render: ({ amount }) => <MoneyText value={amount} /> },
  ];
  return (
    <>
      {sum ? (
        <div>
          <p className={css.total} data-testid="owed">
            <MoneyText value={sum} />
          </p>
          <p className="muted">{n.clerks(fmt.count(rows.length))}</p>
          <DataTable label={n.title} columns={columns} rows={shown} rowKey={({ clerk_id }) => clerk_id} compact />
          <MoreRows hidden={hidden} onMore={more} />
        </div>
      ) : (
        <p className="muted" data-testid="nothing-owed">
          {n.nothing}
        </p>
      )}
      {manages ? (
        <Button className={css.start} onClick={() => setAsking(true)}>
          {n.close(through)}
        </Button>
      ) : (
        <p className={css.hint}>{n.askManager(t.common.rights['stores.manage'])}</p>
      )}
      <Suspense fallback={null}>
        {asking && (
          <CloseDialog
            through={through}
            sum={sum}
            clerks={rows.length}
            onClosed={onClosed}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </>
  );
}
