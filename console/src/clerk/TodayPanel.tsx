import { Link } from '@tanstack/react-router';
import { useCustomerName } from '@/customers/name';
import type { CustomerRow } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { When } from '@/shared/ui/Values';
import type { OwnClerk } from './api';
import css from './clerk.module.css';

/** Whom the clerk signed up today. */
export function TodayPanel({ signUps }: { signUps: OwnClerk['today'] }) {
  const c = useT().clerk;
  const nameOf = useCustomerName();
  return (
    <Panel title={c.today} testId="today">
      {signUps.length === 0 ? (
        <p className="muted">{c.nobodyToday}</p>
      ) : (
        <ul className={css.list}>
          {signUps.map(({ at, customer }) => (
            <li key={`${at}${customer?.id ?? ''}`}>
              {customer ? (
                <Link to="/customers/$id" params={{ id: customer.id }} className={css.open}>
                  {nameOf(customer as CustomerRow)}
                </Link>
              ) : (
                <span className="muted">{c.unseen}</span>
              )}
              <When at={at} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
