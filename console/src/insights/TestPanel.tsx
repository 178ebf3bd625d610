import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useCan } from '@/access/me';
import { MISSING, useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { PlainTable } from '@/shared/ui/PlainTable';
import { When } from '@/shared/ui/Values';
import { isClear } from './figures';
import css from './insights.module.css';
import { StateChip, signed } from './TestsTab';
import type { InnovationTest } from './types';

const TestDialog = lazy(() => import('./TestDialog').then((module) => ({ default: module.TestDialog })));
const CloseDialog = lazy(() => import('./CloseDialog').then((module) => ({ default: module.CloseDialog })));

/** One test: its arms, each held against the control, and what was decided. */
export function TestPanel({ test }: { test: InnovationTest }) {
  const i = useT().insights;
  const can = useCan();
  const [opened, setOpened] = useState<'change' | 'close' | null>(null);
  const mayChange = can('segments.manage') && !test.closed;
  // A decision without figures of every arm is none.
  const isCounted = test.comparisons.every((one) => one !== null);
  return (
    <Panel
      title={test.name}
      testId="innovation-test"
      explain={<Explain name={i.arms} definition={i.armsAbout} />}
      actions={
        mayChange && (
          <>
            <Button variant="default" size="xs" onClick={() => setOpened('change')}>
              {i.change}
            </Button>
            <Button size="xs" disabled={!isCounted} onClick={() => setOpened('close')}>
              {i.close}
            </Button>
          </>
        )
      }
    >
      <div className={css.facts}>
        <StateChip test={test} />
        <span>{i.innovations[test.innovation]}</span>
        <span>{i.since(test.started_on)}</span>
        <span translate="no">{test.created_by}</span>
      </div>
      {test.hypothesis !== '' && (
        <p className={css.hypothesis} translate="no">
          {test.hypothesis}
        </p>
      )}
      {mayChange && !isCounted && <p className={css.sub}>{i.closeWhenCounted}</p>}
      <Arms test={test} />
      {test.closed_at && (
        <div className={css.decided} data-testid="decided">
          <p>
            {i.closedBy} <span translate="no">{test.closed_by}</span> · <When at={test.closed_at} />
          </p>
          {test.note && <p translate="no">{test.note}</p>}
        </div>
      )}
      <Suspense>
        {opened === 'change' && <TestDialog test={test} onClose={() => setOpened(null)} />}
        {opened === 'close' && <CloseDialog test={test} onClose={() => setOpened(null)} />}
      </Suspense>
    </Panel>
  );
}

function Arms({ test }: { test: InnovationTest }) {
  const i = useT().insights;
  const fmt = useFmt();
  const points = (value: number) => signed(fmt.decimal(value, 2), value);
  return (
    <PlainTable label={i.arms}>
      <thead>
        <tr>
          <th scope="col">{i.arm.name}</th>
          <th scope="col" className="num">
            {i.arm.people}
          </th>
          <th scope="col" className="num">
            {i.arm.conversions}
          </th>
          <th scope="col" className="num">
            {i.arm.rate}
          </th>
          <th scope="col" className="num">
            {i.arm.lift}
          </th>
          <th scope="col" className="num">
            {i.arm.interval}
          </th>
          <th scope="col" className="num">
            {i.arm.p}
          </th>
          <th scope="col" className="num">
            {i.arm.power}
          </th>
        </tr>
      </thead>
      <tbody>
        {test.arms.map(({ name, people, conversions }, place) => {
          const held = place === 0 ? null : test.comparisons[place - 1];
          return (
            <tr key={name}>
              <th scope="row">
                <span className={css.arm} translate="no">
                  {name}
                </span>
                {place === 0 && <span className={css.sub}>{i.arm.control}</span>}
                {held && isClear(held) && <span className={css.sub}>{i.arm.clear}</span>}
              </th>
              <td className="num">{fmt.count(people)}</td>
              <td className="num">{fmt.count(conversions)}</td>
              <td className="num">{people > 0 ? fmt.percent(conversions / people) : MISSING}</td>
              <td className={held && isClear(held) ? `num ${css.clear}` : 'num'}>
                {held ? points(held.lift_points) : MISSING}
              </td>
              <td className="num">{held ? i.interval(points(held.low_points), points(held.high_points)) : MISSING}</td>
              <td className="num">{held ? fmt.decimal(held.p_value, 3) : MISSING}</td>
              <td className="num">{held ? fmt.percent(held.power, 0) : MISSING}</td>
            </tr>
          );
        })}
      </tbody>
    </PlainTable>
  );
}
