import { Link } from '@tanstack/react-router';
import { useCustomerName } from '@/customers/name';
import type { Day, Overview } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Chip, type Tone } from '@/shared/ui/Chip';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { MoneyText } from '@/shared/ui/Values';
import css from './home.module.css';

const TONES: Record<string, Tone> = { overdue: 'warning', high_value_fading: 'danger' };

export function AttentionPanel({ attention, asOf }: { attention: Overview['attention']; asOf: Day | null }) {
  const t = useT();
  const fmt = useFmt();
  const nameOf = useCustomerName();
  const a = t.home.attention;
  return (
    <Panel
      title={a.title}
      explain={<Explain name={a.title} definition={t.home.definitions.attention} asOf={asOf} />}
      actions={
        <Link to="/customers" search={{ overdue: 'true', sort: 'potential_value' }}>
          {a.seeAll}
        </Link>
      }
      testId="attention"
    >
      {attention.length === 0 && <p className="muted">{a.empty}</p>}
      <ul className={css.attention}>
        {attention.map(({ customer, reason, detail }) => (
          <li key={`${customer.id} ${reason}`}>
            <Link to="/customers/$id" params={{ id: customer.id }} className={css.attentionName}>
              {nameOf(customer)}
            </Link>
            <span className={css.attentionReason}>
              <Chip tone={TONES[reason]}>{a.reasons[reason] ?? reason}</Chip>
              <span className="muted">
                {[
                  detail.expected_on && a.due(detail.expected_on),
                  detail.days_overdue !== null &&
                    detail.days_overdue > 0 &&
                    a.overdueDays(fmt.count(detail.days_overdue)),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            <span className={css.attentionValue}>
              <span className="muted">{a.potential} </span>
              <MoneyText value={detail.potential} reason={t.value.distribution.tooLittleTitle} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
