import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import { RowTable } from '@/shared/ui/PlainTable';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { When } from '@/shared/ui/Values';
import { powersQuery } from './api';
import css from './journey.module.css';
import type { Power, Powers } from './types';

/** How far a customer carries the brand and how much they take part, beside all others, and what makes it. */
export function PowersPanel({ id }: { id: string }) {
  const p = useT().journey.powers;
  const query = useQuery(powersQuery(id));
  return (
    <Panel title={p.title} explain={<Explain name={p.title} definition={p.about} />} testId="powers">
      <QueryView query={query} quiet loading={<LoadingBlock lines={3} height={40} />}>
        {(powers) => <Found powers={powers} />}
      </QueryView>
    </Panel>
  );
}

function Found({ powers }: { powers: Powers }) {
  const p = useT().journey.powers;
  const fmt = useFmt();
  const { spread, activity } = powers;
  const noteOf = (power: Power) =>
    power.points > 0 ? p.beside(fmt.count(power.points), fmt.count(power.among)) : p.noPoints;
  return (
    <>
      <p className={css.lead}>
        {p.period(powers.from, powers.until)} {p.counted} <When at={powers.as_of} />
      </p>
      <FigureStrip label={p.title} dense>
        <Figure name={p.spread} note={noteOf(spread)} testId="spread-power">
          {fmt.count(spread.score)}
        </Figure>
        <Figure name={p.activity} note={noteOf(activity)} testId="activity-power">
          {fmt.count(activity.score)}
        </Figure>
      </FigureStrip>
      <div className={css.below}>
        <RowTable
          label={p.breakdown}
          rows={[
            ...spread.measures.map((one) => ({ ...one, power: p.spread })),
            ...activity.measures.map((one) => ({ ...one, power: p.activity })),
          ]}
          rowKey={({ measure }) => measure}
          columns={[
            { key: 'measure', header: p.measure, render: ({ measure }) => lookup(p.measures, measure) },
            { key: 'power', header: p.of, render: ({ power }) => power },
            { key: 'count', header: p.count, numeric: true, render: ({ count }) => fmt.count(count) },
            { key: 'weight', header: p.weight, numeric: true, render: ({ weight }) => fmt.count(weight) },
            { key: 'points', header: p.points, numeric: true, render: ({ points }) => fmt.count(points) },
          ]}
        />
      </div>
    </>
  );
}
