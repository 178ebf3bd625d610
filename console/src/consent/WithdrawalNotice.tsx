import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import css from './consent.module.css';
import type { Purpose, Withdrawal } from './types';

interface Props {
  withdrawal: Withdrawal;
  purposes: Purpose[];
}

/** What was collected under a purpose is going, or is gone. */
export function WithdrawalNotice({ withdrawal, purposes }: Props) {
  const t = useT();
  const fmt = useFmt();
  const w = t.consent.withdrawal;
  const name = purposes.find(({ code }) => code === withdrawal.purpose)?.name ?? withdrawal.purpose;
  const removed = Object.entries(withdrawal.removed).filter(([, count]) => count > 0);
  const what = fmt.list(removed.map(([place, count]) => w.removed(lookup(w.places, place), fmt.count(count))));
  if (withdrawal.finished_at)
    return (
      <p className={css.gone} data-withdrawal="done">
        {w.done(name, fmt.listTime(withdrawal.finished_at))} {removed.length === 0 ? w.nothing : what}
      </p>
    );
  return (
    <div role="status" data-withdrawal="running">
      <Notice tone={withdrawal.is_overdue ? 'danger' : 'info'} title={w.running(name)}>
        <p>
          {withdrawal.is_overdue
            ? w.overdue(fmt.listTime(withdrawal.deadline_at))
            : w.by(fmt.listTime(withdrawal.deadline_at))}
        </p>
      </Notice>
    </div>
  );
}
