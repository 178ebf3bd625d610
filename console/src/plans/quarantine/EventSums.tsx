import { UnstyledButton } from '@mantine/core';
import { Meter } from '@/shared/charts/Bars';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { mask } from '@/shared/privacy/mask';
import { Panel } from '@/shared/ui/Panel';
import type { QuarantinedEvent } from '../types';
import css from './quarantine.module.css';
import type { HeldFilter } from './scope';

/** More are in the filter. */
const SHOWN = 6;

interface Props {
  events: QuarantinedEvent[];
  filter: HeldFilter;
  onChoose: (filter: HeldFilter) => void;
}

/** How many of each event are held now; each leads to those. */
export function EventSums({ events, filter, onChoose }: Props) {
  const t = useT();
  const fmt = useFmt();
  const q = t.quarantine;
  const most = Math.max(...events.map(({ facts }) => facts));
  const rows = [...events].sort((a, b) => b.facts - a.facts).slice(0, SHOWN);
  return (
    <Panel title={q.byEvent} testId="held-events">
      <ul className={css.sums}>
        {rows.map((one) => {
          const chosen = filter.event?.type === one.event_type && filter.event.name === one.event;
          return (
            <li key={`${one.event_type} ${one.event}`}>
              <UnstyledButton
                className={css.sum}
                aria-pressed={chosen}
                onClick={() =>
                  onChoose({ ...filter, event: chosen ? null : { type: one.event_type, name: one.event } })
                }
              >
                <span className={css.sumName} translate="no">
                  <span className="mono muted">{one.event_type}</span> {mask('text', one.event)}
                </span>
                <span className={css.sumCount}>{q.held(fmt.count(one.facts))}</span>
                <Meter ratio={one.facts / most} />
                <span className={css.sumTimes}>{q.period(fmt.listTime(one.first_at), fmt.listTime(one.last_at))}</span>
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
