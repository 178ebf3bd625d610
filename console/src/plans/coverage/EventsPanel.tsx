import { Button } from '@mantine/core';
import { useState } from 'react';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Panel } from '@/shared/ui/Panel';
import { When } from '@/shared/ui/Values';
import { keyOf } from '../document';
import type { PlanCoverage } from '../types';
import { eventName } from '../words';
import { type CoverageState, stateOf, worstFirst } from './events';

const TONES: Record<CoverageState, Tone> = { covered: 'success', wrong: 'danger', missing: 'warning' };

type Row = PlanCoverage['events'][number];

/** Which events of the plan come, and which never come right. */
export function EventsPanel({ coverage }: { coverage: PlanCoverage }) {
  const t = useT();
  const fmt = useFmt();
  const c = t.plans.coverage;
  const [all, setAll] = useState(false);
  const open = coverage.events.filter((event) => stateOf(event) !== 'covered');
  const rows = worstFirst(all || open.length === 0 ? coverage.events : open);
  const columns: Column<Row>[] = [
    { key: 'event', header: c.event, render: (event) => <span translate="no">{eventName(t, event)}</span> },
    {
      key: 'state',
      header: c.state,
      render: (event) => <Chip tone={TONES[stateOf(event)]}>{c.states[stateOf(event)]}</Chip>,
    },
    { key: 'facts', header: c.came, numeric: true, render: ({ facts }) => fmt.count(facts) },
    { key: 'violating', header: c.violating, numeric: true, render: ({ violating }) => fmt.count(violating) },
    { key: 'last', header: c.last, numeric: true, render: ({ last_at }) => <When at={last_at} relative /> },
  ];
  return (
    <Panel
      flush
      title={c.events}
      testId="plan-events"
      actions={
        open.length > 0 &&
        open.length < coverage.events.length && (
          <Button size="xs" variant="default" onClick={() => setAll(!all)}>
            {all ? c.showOpen : c.showAll}
          </Button>
        )
      }
    >
      <DataTable label={c.events} columns={columns} rows={rows} rowKey={keyOf} compact tall={rows.length > 12} />
    </Panel>
  );
}
