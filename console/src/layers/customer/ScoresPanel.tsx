import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import type { CustomerScores } from '../types';
import { scoresQuery } from './api';
import css from './customer.module.css';

/** How active somebody is, of what that is made, and where they are met: as of the last run of the day. */
export function ScoresPanel({ id }: { id: string }) {
  const s = useT().customerLayers.scores;
  const query = useQuery(scoresQuery(id));
  return (
    <Panel title={s.title} explain={<Explain name={s.title} definition={s.about} />} testId="scores">
      <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={40} />}>
        {(scores) => <Found scores={scores} />}
      </QueryView>
    </Panel>
  );
}

function Found({ scores }: { scores: CustomerScores }) {
  const s = useT().customerLayers.scores;
  const fmt = useFmt();
  const { nameOf } = useTouchPoints();
  const { as_of, activity, activity_power, spread_power, first_touch_point, main_touch_point } = scores;
  if (!as_of || !activity) return <p className="muted">{s.notYet}</p>;
  const isOther = first_touch_point !== null && main_touch_point !== null && first_touch_point !== main_touch_point;
  const touchPoint = (code: string | null) => (code === null ? s.none : <span translate="no">{nameOf(code)}</span>);
  const power = (value: number | null) => (value === null ? s.none : fmt.count(value));
  return (
    <>
      <p className={css.lead}>{s.asOf(fmt.listTime(as_of))}</p>
      <FigureStrip label={s.title} dense>
        <Figure name={s.activity} note={s.activityNote} testId="activity-score">
          {fmt.count(activity.score)}
        </Figure>
        <Figure name={s.activityPower}>{power(activity_power)}</Figure>
        <Figure name={s.spreadPower}>{power(spread_power)}</Figure>
        <Figure name={s.firstTouchPoint} testId="first-touch-point">
          {touchPoint(first_touch_point)}
        </Figure>
        <Figure name={s.mainTouchPoint} note={isOther && s.changed} testId="main-touch-point">
          {touchPoint(main_touch_point)}
        </Figure>
      </FigureStrip>
      <div className={css.below}>
        <RowTable
          label={s.parts}
          rows={activity.parts}
          rowKey={({ deed }) => deed}
          rowTestId={({ deed }) => `deed-${deed}`}
          columns={[
            { key: 'deed', header: s.deed, render: ({ deed }) => lookup(s.deeds, deed) },
            { key: 'count', header: s.count, numeric: true, render: ({ count }) => fmt.count(count) },
            { key: 'weight', header: s.weight, numeric: true, render: ({ weight }) => fmt.count(weight) },
            {
              key: 'points',
              header: s.points,
              numeric: true,
              render: ({ count, weight }) => fmt.count(count * weight),
            },
          ]}
        />
      </div>
    </>
  );
}
