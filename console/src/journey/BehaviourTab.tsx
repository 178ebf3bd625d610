import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { ScrollRegion } from '@/shared/ui/ScrollRegion';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { behaviourQuery } from './api';
import { cellAt, SLOTS, stepOf, WEEKDAYS } from './behaviour';
import css from './journey.module.css';
import { PowersPanel } from './PowersPanel';
import { ReachedTable } from './ReachedTable';
import type { Behaviour } from './types';

/** When a customer is active, how far they reach, where they were met, and what they did in the community. */
export function BehaviourTab({ id }: { id: string }) {
  const query = useQuery(behaviourQuery(id));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock lines={5} height={56} />}>
      {(behaviour) => <Parts id={id} behaviour={behaviour} />}
    </QueryView>
  );
}

function Parts({ id, behaviour }: { id: string; behaviour: Behaviour }) {
  const { behaviour: b, events } = useT().journey;
  const { nameOf } = useTouchPoints();
  return (
    <div className={css.stack} data-testid="behaviour">
      <ActivePanel behaviour={behaviour} />
      <PowersPanel id={id} />
      <Panel title={b.touchPoints}>
        <ReachedTable label={b.touchPoints} rows={behaviour.touch_points} say={nameOf} none={b.noTouchPoints} />
      </Panel>
      <Panel title={b.community} explain={<Explain name={b.community} definition={b.communityAbout} />}>
        <ReachedTable
          label={b.community}
          rows={behaviour.community}
          say={(name) => lookup(events, name)}
          none={b.noCommunity}
        />
      </Panel>
    </div>
  );
}

function ActivePanel({ behaviour }: { behaviour: Behaviour }) {
  const b = useT().journey.behaviour;
  const fmt = useFmt();
  const { cycle, weeks } = behaviour;
  return (
    <Panel title={b.active} explain={<Explain name={b.active} definition={b.about} />}>
      <p className={css.lead}>{b.period(behaviour.from, behaviour.until)}</p>
      <FigureStrip label={b.active} dense>
        <Figure
          name={b.cycle}
          note={cycle ? b.inWeeks(fmt.count(cycle.weeks), fmt.count(weeks)) : b.noCycle}
          testId="active-cycle"
        >
          {cycle ? b.when(lookup(b.weekdays, cycle.weekday), lookup(b.slots, cycle.slot)) : b.none}
        </Figure>
        <Figure name={b.interval} note={b.intervalNote} testId="active-interval">
          {behaviour.median_interval_days === null ? b.none : b.days(fmt.count(behaviour.median_interval_days))}
        </Figure>
        <Figure name={b.activeDays}>{fmt.count(behaviour.active_days)}</Figure>
      </FigureStrip>
      <ActiveTable behaviour={behaviour} />
    </Panel>
  );
}

/** A real table: in how many of the weeks anything happened, by weekday and time of day. */
function ActiveTable({ behaviour: { cells, weeks } }: { behaviour: Behaviour }) {
  const b = useT().journey.behaviour;
  const fmt = useFmt();
  return (
    <ScrollRegion label={b.table} className={css.scroll}>
      <table className={css.active}>
        <caption>{b.table}</caption>
        <thead>
          <tr>
            <td />
            {SLOTS.map((slot) => (
              <th key={slot} scope="col">
                {b.slots[slot]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WEEKDAYS.map((weekday) => (
            <tr key={weekday}>
              <th scope="row">{b.weekdays[weekday]}</th>
              {SLOTS.map((slot) => {
                const cell = cellAt(cells, weekday, slot);
                return (
                  <td
                    key={slot}
                    data-step={stepOf(cell?.weeks ?? 0, weeks)}
                    title={cell ? b.facts(fmt.count(cell.facts)) : undefined}
                  >
                    {fmt.count(cell?.weeks ?? 0)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
