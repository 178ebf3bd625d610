import type { CustomerProfile } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { When } from '@/shared/ui/Values';
import css from './profile.module.css';

/** What touch-points saw of the customer. */
export function ActivityPanel({ activity }: { activity: CustomerProfile['activity'] }) {
  const t = useT();
  const fmt = useFmt();
  const p = t.customers.profile;
  return (
    <Panel
      title={p.activity}
      explain={<Explain name={p.activity} definition={t.customers.definitions.activity} />}
      testId="activity"
    >
      {activity === null ? (
        <p className="muted">{p.noActivity}</p>
      ) : (
        <dl className={css.facts}>
          <div>
            <dt>{p.activityEvents}</dt>
            <dd>{fmt.count(activity.events)}</dd>
          </div>
          <div>
            <dt>{p.activityFirst}</dt>
            <dd>
              <When at={activity.first_at} />
            </dd>
          </div>
          <div>
            <dt>{p.activityLast}</dt>
            <dd>
              <When at={activity.last_at} relative />
            </dd>
          </div>
        </dl>
      )}
    </Panel>
  );
}
