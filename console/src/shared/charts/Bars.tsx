import { Link } from '@tanstack/react-router';
import { Tip } from '../ui/overlay/Tip';
import css from './charts.module.css';

export interface HistogramBar {
  key: string;
  size: number;
  /** How many people the bar stands for: those of the list behind it. */
  customers: number;
  label: string;
  search: Record<string, string>;
}

interface HistogramProps {
  label: string;
  bars: HistogramBar[];
  scale: [string, string, string];
}

/** The least distance of two things that a finger must tell apart (WCAG 2.2, target size). */
const BAR_PITCH_PX = 24;

/** Histogram whose every bar is a link to the people in it; on a narrow screen it scrolls sideways. */
export function Histogram({ label, bars, scale }: HistogramProps) {
  const tallest = Math.max(1, ...bars.map((bar) => bar.size));
  return (
    <div className={css.barsScroll}>
      <ul className={css.bars} style={{ minWidth: bars.length * BAR_PITCH_PX }} aria-label={label}>
        {bars.map((bar) => (
          <li key={bar.key} style={{ display: 'contents' }}>
            <Tip label={bar.label} delay={0}>
              <Link
                to="/customers"
                search={bar.search}
                className={css.barLink}
                aria-label={bar.label}
                data-count={bar.customers}
                preload={false}
              >
                <span className={css.barFill} style={{ height: `${(bar.size / tallest) * 100}%` }} />
              </Link>
            </Tip>
          </li>
        ))}
      </ul>
      <div className={css.barScale} style={{ minWidth: bars.length * BAR_PITCH_PX }} aria-hidden="true">
        {scale.map((text, index) => (
          <span key={`${text} ${String(index)}`}>{text}</span>
        ))}
      </div>
    </div>
  );
}

/** Parts of a whole in one line; the figures stand next to it as text. */
export function ShareBar({ parts }: { parts: { key: string; size: number; color: string }[] }) {
  const total = parts.reduce((sum, part) => sum + Math.max(0, part.size), 0);
  return (
    <div className={css.share} aria-hidden="true">
      {parts.map((part) => (
        <span
          key={part.key}
          style={{ width: `${total > 0 ? (Math.max(0, part.size) / total) * 100 : 0}%`, background: part.color }}
        />
      ))}
    </div>
  );
}

export function Meter({ ratio }: { ratio: number }) {
  return (
    <span className={css.meter} aria-hidden="true">
      <span style={{ width: `${Math.min(1, Math.max(0, ratio)) * 100}%` }} />
    </span>
  );
}
