import { scaleLinear } from 'd3-scale';
import { line as lineShape } from 'd3-shape';
import css from './charts.module.css';
import { useWidth } from './useSize';

interface Props {
  label: string;
  points: { p: number; share: number }[];
  mark: { p: number; share: number; text: string };
  formatPercent: (ratio: number) => string;
  xLabel: string;
  height?: number;
}

const MARGIN = { top: 12, right: 16, bottom: 40, left: 48 };

/** Cumulative share of value over customers, the most valuable first; the diagonal is perfect equality. */
export function LorenzChart({ label, points, mark, formatPercent, xLabel, height = 260 }: Props) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const innerWidth = Math.max(0, width - MARGIN.left - MARGIN.right);
  const innerHeight = height - MARGIN.top - MARGIN.bottom;
  const x = scaleLinear().range([0, innerWidth]);
  const y = scaleLinear()
    .domain([0, Math.max(1, ...points.map((point) => point.share))])
    .range([innerHeight, 0]);
  const path = lineShape<{ p: number; share: number }>()
    .x((point) => x(point.p))
    .y((point) => y(point.share))([{ p: 0, share: 0 }, ...points]);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return (
    <div ref={ref} className={css.plot} style={{ height }} role="img" aria-label={label}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          <g transform={`translate(${MARGIN.left},${MARGIN.top})`}>
            {ticks.map((tick) => (
              <g key={tick}>
                <line x2={innerWidth} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
                <text x={-8} y={y(tick)} dy="0.32em" textAnchor="end" className={css.axis}>
                  {formatPercent(tick)}
                </text>
                <text x={x(tick)} y={innerHeight + 18} textAnchor="middle" className={css.axis}>
                  {formatPercent(tick)}
                </text>
              </g>
            ))}
            <text x={innerWidth / 2} y={innerHeight + 36} textAnchor="middle" className={css.axis}>
              {xLabel}
            </text>
            <line x1={0} y1={y(0)} x2={x(1)} y2={y(1)} stroke="var(--border-control)" strokeDasharray="4 4" />
            <path d={path ?? ''} fill="none" stroke="var(--series-1)" strokeWidth="2.5" />
            <line
              x1={x(mark.p)}
              x2={x(mark.p)}
              y1={y(0)}
              y2={y(mark.share)}
              stroke="var(--text-2)"
              strokeDasharray="3 3"
            />
            <circle
              cx={x(mark.p)}
              cy={y(mark.share)}
              r="5"
              fill="var(--series-1)"
              stroke="var(--surface)"
              strokeWidth="2"
            />
            <text x={x(mark.p) + 10} y={y(mark.share) + 20} fontSize="13" fontWeight="600" fill="var(--text)">
              {mark.text}
            </text>
          </g>
        </svg>
      )}
    </div>
  );
}
