import { useFmt } from '../fmt';
import css from './shareBar.module.css';
import { Missing } from './Values';

interface Props {
  ratio: number | null;
  tone?: 'loss';
  /** Why there is none. */
  reason?: string;
}

/** Hundredths of a percent, of nobody or nothing null. */
export function ratioOf(basisPoints: number | null): number | null {
  return basisPoints === null ? null : basisPoints / 10_000;
}

/** A share with a bar of its length; the figure says the same. */
export function ShareBar({ ratio, tone, reason }: Props) {
  const fmt = useFmt();
  if (ratio === null) return <Missing reason={reason} />;
  return (
    <span className={css.share}>
      <span className={css.track} aria-hidden="true">
        <span className={css.bar} data-tone={tone} style={{ width: `${Math.min(1, ratio) * 100}%` }} />
      </span>
      <span className={css.figure}>{fmt.percent(ratio)}</span>
    </span>
  );
}
