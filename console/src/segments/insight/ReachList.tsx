import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { reachQuery, type Whom } from './api';
import css from './insight.module.css';
import { useNames } from './useNames';

/** Of whom a rule means, how many can be written to, by whatever channel and by each. Where that is not known, nothing is said. */
export function ReachList({ whom }: { whom: Whom }) {
  const r = useT().segmentInsight.reach;
  const fmt = useFmt();
  const nameOf = useNames();
  const { data, error, isPlaceholderData } = useQuery(reachQuery(whom));
  if (!data || error) return null;
  const share = (count: number) => (data.count === 0 ? 0 : count / data.count);
  const rows = [
    { channel: '', name: r.any, count: data.any },
    ...data.channels.map((one) => ({ ...one, name: nameOf(one.names) })),
  ];
  return (
    <div className={css.reach} data-testid="reach-by-channel" aria-busy={isPlaceholderData || undefined}>
      <div className={css.subHead}>
        <h3 className={css.sub}>{r.title}</h3>
        <Explain name={r.title} definition={r.about} />
      </div>
      <ul>
        {rows.map(({ channel, name, count }) => (
          <li key={channel} data-channel={channel || 'any'} data-count={count}>
            <span translate={channel === '' ? undefined : 'no'}>{name}</span>
            <span className={css.track} aria-hidden="true">
              <span style={{ width: `${share(count) * 100}%` }} />
            </span>
            <span>
              {fmt.count(count)} <span className="muted">{fmt.percent(share(count))}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
