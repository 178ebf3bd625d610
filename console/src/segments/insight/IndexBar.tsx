import { useFmt } from '@/shared/fmt';
import { Missing } from '@/shared/ui/Values';
import css from './insight.module.css';

/** As far as the bar goes: four times as often as among everybody, or a quarter as often. */
const LIMIT = Math.log(4);

/** 100 is in the middle; half as often is as far from it as twice as often. */
export function IndexBar({ index }: { index: number | null }) {
  const fmt = useFmt();
  if (index === null) return <Missing />;
  const away = Math.max(-1, Math.min(1, Math.log(Math.max(index, 1) / 100) / LIMIT)) * 50;
  return (
    <span className={css.index}>
      <span className={css.scale} aria-hidden="true">
        <span
          data-less={away < 0 || undefined}
          style={away < 0 ? { right: '50%', width: `${-away}%` } : { left: '50%', width: `${away}%` }}
        />
      </span>
      <span className={css.figure}>{fmt.count(Math.round(index))}</span>
    </span>
  );
}
