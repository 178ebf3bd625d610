import { scaleLinear } from 'd3-scale';
import { ChartFrame } from '@/shared/charts/ChartFrame';
import charts from '@/shared/charts/charts.module.css';
import { useWidth } from '@/shared/charts/useSize';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { middleOf, spanOf } from './figures';
import css from './insights.module.css';
import type { Attribute, Quadrant } from './types';

const MARGIN = { top: 12, right: 16, bottom: 44, left: 48 };
const HEIGHT = 420;
/** Of a point, with its number in it. */
const RADIUS = 11;

const CORNERS: { quadrant: Quadrant; right: boolean; top: boolean }[] = [
  { quadrant: 'fix', right: false, top: true },
  { quadrant: 'strengthen', right: true, top: true },
  { quadrant: 'low_priority', right: false, top: false },
  { quadrant: 'enough', right: true, top: false },
];

/** Importance over satisfaction, with lines at the means of all: what to mend first lies above on the left. */
export function QuadrantChart({ items }: { items: Attribute[] }) {
  const i = useT().insights;
  const fmt = useFmt();
  const rating = (value: number) => fmt.number(value, 2);
  const namesOf = (quadrant: Quadrant) => {
    const own = items.filter((one) => one.quadrant === quadrant).map(({ name }) => name);
    return `${i.quadrants[quadrant]}: ${own.length === 0 ? i.none : fmt.list(own)}`;
  };
  return (
    <ChartFrame
      title={i.chart}
      explain={<Explain name={i.chart} definition={i.chartAbout} />}
      fileName="attributes"
      testId="quadrants"
      table={{
        columns: [i.column.attribute, i.column.quadrant, i.column.importance, i.column.satisfaction, i.column.ratings],
        rows: items.map(({ name, quadrant, importance, satisfaction, ratings }, place) => ({
          cells: [
            <>
              {fmt.count(place + 1)} <span translate="no">{name}</span>
            </>,
            i.quadrants[quadrant],
            rating(importance),
            rating(satisfaction),
            fmt.count(ratings),
          ],
          plain: [name, quadrant, importance, satisfaction, ratings],
        })),
      }}
    >
      <Plot items={items} label={CORNERS.map(({ quadrant }) => namesOf(quadrant)).join('. ')} />
    </ChartFrame>
  );
}

function Plot({ items, label }: { items: Attribute[]; label: string }) {
  const i = useT().insights;
  const fmt = useFmt();
  const [ref, width] = useWidth<HTMLDivElement>();
  const innerWidth = Math.max(0, width - MARGIN.left - MARGIN.right);
  const innerHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const middle = middleOf(items);
  const x = scaleLinear()
    .domain(spanOf(items.map(({ satisfaction }) => satisfaction)))
    .range([0, innerWidth]);
  const y = scaleLinear()
    .domain(spanOf(items.map(({ importance }) => importance)))
    .range([innerHeight, 0]);
  const [across, down] = [x(middle.satisfaction), y(middle.importance)];
  return (
    <div ref={ref} className={charts.plot} style={{ height: HEIGHT }} role="img" aria-label={label}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <g transform={`translate(${MARGIN.left},${MARGIN.top})`}>
            <rect width={across} height={down} className={css.fix} />
            <rect x={across} width={innerWidth - across} height={down} className={css.strengthen} />
            {y.ticks(5).map((tick) => (
              <g key={tick}>
                <line x2={innerWidth} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
                <text x={-8} y={y(tick)} dy="0.32em" textAnchor="end" className={charts.axis}>
                  {fmt.number(tick, 1)}
                </text>
              </g>
            ))}
            {x.ticks(5).map((tick) => (
              <text key={tick} x={x(tick)} y={innerHeight + 18} textAnchor="middle" className={charts.axis}>
                {fmt.number(tick, 1)}
              </text>
            ))}
            <text x={innerWidth / 2} y={innerHeight + 38} textAnchor="middle" className={charts.axis}>
              {i.column.satisfaction} →
            </text>
            <text
              transform={`translate(-36,${innerHeight / 2}) rotate(-90)`}
              textAnchor="middle"
              className={charts.axis}
            >
              {i.column.importance} →
            </text>
            <line x1={across} x2={across} y2={innerHeight} className={css.middle} />
            <line x2={innerWidth} y1={down} y2={down} className={css.middle} />
            {CORNERS.map(({ quadrant, right, top }) => (
              <text
                key={quadrant}
                x={right ? innerWidth - 8 : 8}
                y={top ? 18 : innerHeight - 10}
                textAnchor={right ? 'end' : 'start'}
                className={css.corner}
              >
                {i.quadrants[quadrant]}
              </text>
            ))}
            {items.map((one, place) => (
              <g key={one.id} transform={`translate(${x(one.satisfaction)},${y(one.importance)})`}>
                <title>{one.name}</title>
                <circle r={RADIUS} className={css.point} data-quadrant={one.quadrant} />
                <text dy="0.34em" textAnchor="middle" className={css.pointNumber}>
                  {fmt.count(place + 1)}
                </text>
              </g>
            ))}
          </g>
        </svg>
      )}
    </div>
  );
}
