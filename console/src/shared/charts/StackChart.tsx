import { scaleLinear } from 'd3-scale';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useFmt } from '../fmt';
import css from './charts.module.css';
import { usePointerReading } from './usePointerReading';
import { useWidth } from './useSize';

export interface StackSeries {
  key: string;
  label: string;
  paint: { background: string; opacity: number };
  values: number[];
}

interface Props {
  label: string;
  xLabels: string[];
  /** From below. */
  series: StackSeries[];
  /** What all parts of a column are together. */
  total: string;
  /** How it is read by keyboard. */
  hint: string;
  onPick: (key: string, index: number) => void;
  height: number;
}

/** Of an axis label at 12 px. */
const CHARACTER_PX = 7;
const MARGIN = { top: 12, right: 12, bottom: 26, left: 56 };
const COLUMN_PX_MAX = 44;

/**
 * Counts of parts of a whole over time, one upon the other. Reads like a slider: left and right go through the columns, up and
 * down through the parts of one; Enter opens the people of a part.
 */
export function StackChart({ label, xLabels, series, total, hint, onPick, height }: Props) {
  const fmt = useFmt();
  const [ref, width] = useWidth<HTMLDivElement>();
  /** The part that is read; null: all of the column. */
  const [part, setPart] = useState<number | null>(null);
  const pointed = useRef<number | null>(null);
  const count = xLabels.length;
  const innerWidth = Math.max(0, width - MARGIN.left - MARGIN.right);
  const innerHeight = height - MARGIN.top - MARGIN.bottom;
  const totals = xLabels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const y = scaleLinear()
    .domain([0, Math.max(1, ...totals)])
    .nice(4)
    .range([innerHeight, 0]);
  const step = count > 0 ? innerWidth / count : 0;
  const columnWidth = Math.max(1, Math.min(COLUMN_PX_MAX, step * 0.72));
  const xAt = (index: number) => step * (index + 0.5);
  const longestLabel = Math.max(0, ...xLabels.map((text) => text.length));
  const labelEvery = Math.max(1, Math.ceil((longestLabel * CHARACTER_PX + 14) / Math.max(1, step)));

  const indexOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const index = Math.floor((event.clientX - box.left - MARGIN.left) / Math.max(1e-9, step));
    const at = event.target instanceof Element ? event.target.getAttribute('data-part') : null;
    pointed.current = at === null ? null : Number(at);
    return index >= 0 && index < count ? index : null;
  };
  const open = (index: number, at: number | null) => {
    const one = at === null ? undefined : series[at];
    if (one && (one.values[index] ?? 0) > 0) onPick(one.key, index);
  };
  const { active, setActive, handlers } = usePointerReading(indexOf, (index) => open(index, pointed.current));
  const onPointerMove = (event: PointerEvent) => {
    handlers.onPointerMove(event);
    setPart(pointed.current);
  };

  const shareOf = (value: number, index: number) => fmt.percent(totals[index] ? value / (totals[index] ?? 1) : 0);
  const say = (one: StackSeries, index: number) => `${one.label} ${fmt.count(one.values[index] ?? 0)}`;
  const readingOf = (index: number) => {
    const one = part === null ? undefined : series[part];
    const parts = one
      ? `${say(one, index)} (${shareOf(one.values[index] ?? 0, index)})`
      : [...series.map((each) => say(each, index)), `${total} ${fmt.count(totals[index] ?? 0)}`].join(', ');
    return `${xLabels[index]}: ${parts}`;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (count === 0) return;
    const columns: Record<string, number> = {
      ArrowLeft: Math.max(0, (active ?? count) - 1),
      ArrowRight: Math.min(count - 1, (active ?? -1) + 1),
      Home: 0,
      End: count - 1,
    };
    const parts: Record<string, number> = {
      ArrowUp: Math.min(series.length - 1, (part ?? -1) + 1),
      ArrowDown: Math.max(0, (part ?? series.length) - 1),
    };
    const [column, row] = [columns[event.key], parts[event.key]];
    if (column !== undefined) setActive(column);
    else if (row !== undefined) {
      setActive(active ?? count - 1);
      setPart(row);
    } else if (event.key === 'Escape') {
      setActive(null);
      setPart(null);
    } else if (event.key === 'Enter' && active !== null) open(active, part);
    else return;
    event.preventDefault();
  };
  const leave = () => {
    setActive(null);
    setPart(null);
  };

  return (
    <div className={css.chart}>
      <ul className={css.legend}>
        {series.map(({ key, label: name, paint }) => (
          <li key={key}>
            <span className={css.patch} aria-hidden="true">
              <span style={paint} />
            </span>
            <span translate="no">{name}</span>
          </li>
        ))}
      </ul>
      <div
        ref={ref}
        className={css.plot}
        style={{ height }}
        role="slider"
        tabIndex={0}
        aria-label={`${label}. ${hint}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={active ?? 0}
        aria-valuetext={count > 0 ? readingOf(active ?? 0) : undefined}
        onKeyDown={onKeyDown}
        onBlur={leave}
        {...handlers}
        onPointerMove={onPointerMove}
        data-pickable=""
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            <g transform={`translate(${MARGIN.left},${MARGIN.top})`}>
              {y.ticks(4).map((tick) => (
                <g key={tick} transform={`translate(0,${y(tick)})`}>
                  <line x2={innerWidth} stroke="var(--grid)" />
                  <text x={-8} dy="0.32em" textAnchor="end" className={css.axis}>
                    {fmt.compact(tick)}
                  </text>
                </g>
              ))}
              {active !== null && <rect x={step * active} width={step} height={innerHeight} className={css.active} />}
              {xLabels.map((text, index) => {
                let below = 0;
                return (
                  <g key={text}>
                    {series.map(({ key, values, paint }, at) => {
                      const value = values[index] ?? 0;
                      below += value;
                      return value === 0 ? null : (
                        <rect
                          key={key}
                          data-part={at}
                          x={xAt(index) - columnWidth / 2}
                          y={y(below)}
                          width={columnWidth}
                          height={Math.max(0.5, y(below - value) - y(below))}
                          fill={paint.background}
                          fillOpacity={paint.opacity}
                          className={css.stackPart}
                          data-read={(index === active && at === part) || undefined}
                        />
                      );
                    })}
                  </g>
                );
              })}
              <line x2={innerWidth} transform={`translate(0,${y(0)})`} stroke="var(--border-control)" />
              {xLabels.map((text, index) =>
                (count - 1 - index) % labelEvery === 0 ? (
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
            <dl>
              {series
                .map(({ key, label: name, paint, values }, at) => (
                  <div key={key} data-read={at === part || undefined} className={css.stackRow}>
                    <dt>
                      <span className={css.patch}>
                        <span style={paint} />
                      </span>
                      {name}
                    </dt>
                    <dd>
                      {fmt.count(values[active] ?? 0)} <small>{shareOf(values[active] ?? 0, active)}</small>
                    </dd>
                  </div>
                ))
                .reverse()}
              <div className={css.stackRow}>
                <dt>{total}</dt>
                <dd>{fmt.count(totals[active] ?? 0)}</dd>
              </div>
            </dl>
          </div>
        )}
      </div>
    </div>
  );
}
