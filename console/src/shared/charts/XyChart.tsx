import { scaleLinear } from 'd3-scale';
import { area as areaShape, line as lineShape } from 'd3-shape';
import { type KeyboardEvent, type PointerEvent, useId } from 'react';
import { useT } from '../i18n';
import css from './charts.module.css';
import { usePointerReading } from './usePointerReading';
import { useWidth } from './useSize';

export interface Series {
  key: string;
  label: string;
  kind: 'line' | 'bar' | 'area';
  color: number;
  values: (number | null)[];
  dash?: string;
}

interface Props {
  label: string;
  xLabels: string[];
  series: Series[];
  /** Axis figure and reading figure. */
  formatAxis: (value: number) => string;
  formatValue: (value: number, key: string) => string;
  height?: number;
  /** Points whose period is not over; drawn hatched. */
  partial?: (index: number) => boolean;
  partialLabel?: string;
  markers?: { index: number; label: string }[];
  onPick?: (index: number) => void;
}

/** Of an axis label at 12 px. */
const CHARACTER_PX = 7;
const MARGIN = { top: 12, right: 12, bottom: 26, left: 56 };

/** The words of a marker stand behind its line, before it where the chart ends. */
function besideMarker(x: number, width: number) {
  return x > width * 0.8 ? { x: -6, textAnchor: 'end' as const } : { x: 6 };
}

export function seriesColor(index: number): string {
  return `var(--series-${((index - 1) % 6) + 1})`;
}

/** Time series as lines, areas or bars. Reads like a slider: arrow keys move, the value is spoken. */
export function XyChart(props: Props) {
  const { label, xLabels, series, formatAxis, formatValue, partial, markers = [], onPick, height = 240 } = props;
  const t = useT();
  const [ref, width] = useWidth<HTMLDivElement>();
  const patternId = useId().replaceAll(':', '');
  const count = xLabels.length;
  const innerWidth = Math.max(0, width - MARGIN.left - MARGIN.right);
  const innerHeight = height - MARGIN.top - MARGIN.bottom;
  const numbers = series.flatMap((one) => one.values.filter((value): value is number => value !== null));
  const y = scaleLinear()
    .domain([Math.min(0, ...numbers), Math.max(1e-9, ...numbers)])
    .nice(4)
    .range([innerHeight, 0]);
  const step = count > 0 ? innerWidth / count : 0;
  const xAt = (index: number) => step * (index + 0.5);
  const longestLabel = Math.max(0, ...xLabels.map((text) => text.length));
  const labelEvery = Math.max(1, Math.ceil((longestLabel * CHARACTER_PX + 14) / Math.max(1, step)));
  const bars = series.filter((one) => one.kind === 'bar');
  const barWidth = Math.max(1, Math.min(36, (step * 0.68) / Math.max(1, bars.length)));

  const readingOf = (index: number) =>
    `${xLabels[index]}${partial?.(index) ? ` (${props.partialLabel ?? t.common.partialMonth})` : ''}: ${series
      .filter((one) => one.values[index] !== null && one.values[index] !== undefined)
      .map((one) => `${one.label} ${formatValue(one.values[index] as number, one.key)}`)
      .join(', ')}`;

  const indexOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const index = Math.floor((event.clientX - box.left - MARGIN.left) / Math.max(1e-9, step));
    return index >= 0 && index < count ? index : null;
  };
  const { active, setActive, handlers } = usePointerReading(indexOf, onPick);
  const onKeyDown = (event: KeyboardEvent) => {
    if (count === 0) return;
    const before = Math.max(0, (active ?? count) - 1);
    const after = Math.min(count - 1, (active ?? -1) + 1);
    const moves: Record<string, number> = {
      ArrowLeft: before,
      ArrowDown: before,
      ArrowRight: after,
      ArrowUp: after,
      Home: 0,
      End: count - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
    } else if (event.key === 'Escape') setActive(null);
    else if (event.key === 'Enter' && active !== null) onPick?.(active);
  };

  return (
    <div className={css.chart}>
      {series.length > 1 && (
        <ul className={css.legend}>
          {series.map((one) => (
            <li key={one.key}>
              <svg width="20" height="10" aria-hidden="true">
                {one.kind === 'bar' ? (
                  <rect width="12" height="10" x="4" rx="2" fill={seriesColor(one.color)} />
                ) : (
                  <line
                    x1="0"
                    x2="20"
                    y1="5"
                    y2="5"
                    stroke={seriesColor(one.color)}
                    strokeWidth="2.5"
                    strokeDasharray={one.dash}
                  />
                )}
              </svg>
              {one.label}
            </li>
          ))}
        </ul>
      )}
      <div
        ref={ref}
        className={css.plot}
        style={{ height }}
        role="slider"
        tabIndex={0}
        aria-label={[label, t.common.chartHint, onPick && t.common.chartPick].filter(Boolean).join('. ')}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={active ?? 0}
        aria-valuetext={count > 0 ? readingOf(active ?? 0) : undefined}
        onKeyDown={onKeyDown}
        onBlur={() => setActive(null)}
        {...handlers}
        data-pickable={onPick ? '' : undefined}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            <defs>
              <pattern id={patternId} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="6" height="6" fill="var(--surface)" />
                <rect width="3" height="6" fill="var(--series-1)" opacity="0.55" />
              </pattern>
            </defs>
            <g transform={`translate(${MARGIN.left},${MARGIN.top})`}>
              {y.ticks(4).map((tick) => (
                <g key={tick} transform={`translate(0,${y(tick)})`}>
                  <line x2={innerWidth} stroke="var(--grid)" />
                  <text x={-8} dy="0.32em" textAnchor="end" className={css.axis}>
                    {formatAxis(tick)}
                  </text>
                </g>
              ))}
              {active !== null && <rect x={step * active} width={step} height={innerHeight} className={css.active} />}
              {bars.map((one, order) =>
                one.values.map((value, index) =>
                  value === null ? null : (
                    <rect
                      key={`${one.key} ${xLabels[index]}`}
                      x={xAt(index) - (barWidth * bars.length) / 2 + order * barWidth}
                      y={Math.min(y(value), y(0))}
                      width={barWidth}
                      height={Math.max(value === 0 ? 0 : 1, Math.abs(y(value) - y(0)))}
                      rx={Math.min(3, barWidth / 3)}
                      fill={partial?.(index) ? `url(#${patternId})` : seriesColor(one.color)}
                      stroke={partial?.(index) ? seriesColor(one.color) : 'none'}
                    />
                  ),
                ),
              )}
              {series
                .filter((one) => one.kind !== 'bar')
                .map((one) => {
                  const defined = (value: number | null) => value !== null;
                  const path = lineShape<number | null>()
                    .defined(defined)
                    .x((_, index) => xAt(index))
                    .y((value) => y(value ?? 0))(one.values);
                  const fill =
                    one.kind === 'area'
                      ? areaShape<number | null>()
                          .defined(defined)
                          .x((_, index) => xAt(index))
                          .y0(y(0))
                          .y1((value) => y(value ?? 0))(one.values)
                      : null;
                  return (
                    <g key={one.key}>
                      {fill && <path d={fill} fill={seriesColor(one.color)} opacity="0.12" />}
                      <path
                        d={path ?? ''}
                        fill="none"
                        stroke={seriesColor(one.color)}
                        strokeWidth="2"
                        strokeDasharray={one.dash}
                        strokeLinejoin="round"
                      />
                      {active !== null && one.values[active] !== null && one.values[active] !== undefined && (
                        <circle
                          cx={xAt(active)}
                          cy={y(one.values[active] as number)}
                          r="4"
                          fill={seriesColor(one.color)}
                          stroke="var(--surface)"
                          strokeWidth="2"
                        />
                      )}
                    </g>
                  );
                })}
              {markers.map((marker) => (
                <g key={marker.label} transform={`translate(${step * marker.index},0)`}>
                  <line y2={innerHeight} stroke="var(--text-2)" strokeDasharray="4 3" />
                  <text {...besideMarker(step * marker.index, innerWidth)} y="10" className={css.axis}>
                    {marker.label}
                  </text>
                </g>
              ))}
              <line x2={innerWidth} transform={`translate(0,${y(0)})`} stroke="var(--border-control)" />
              {xLabels.map((text, index) =>
                index % labelEvery === 0 ? (
                  <text key={text} x={xAt(index)} y={innerHeight + 18} textAnchor="middle" className={css.axis}>
                    {text}
                  </text>
                ) : null,
              )}
            </g>
          </svg>
        )}
        {active !== null && width > 0 && (
          <div
            className={css.reading}
            style={
              xAt(active) < innerWidth / 2
                ? { left: MARGIN.left + xAt(active) + step / 2 + 8 }
                : { right: width - MARGIN.left - xAt(active) + step / 2 + 8 }
            }
            aria-hidden="true"
          >
            <strong>{xLabels[active]}</strong>
            {partial?.(active) && <span className="muted"> {props.partialLabel ?? t.common.partialMonth}</span>}
            <dl>
              {series.map((one) => {
                const value = one.values[active];
                return value === null || value === undefined ? null : (
                  <div key={one.key}>
                    <dt>
                      <span className={css.dot} style={{ background: seriesColor(one.color) }} />
                      {one.label}
                    </dt>
                    <dd>{formatValue(value, one.key)}</dd>
                  </div>
                );
              })}
            </dl>
          </div>
        )}
      </div>
    </div>
  );
}
