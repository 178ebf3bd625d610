import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCustomerName } from '@/customers/name';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { ErrorPanel, LoadingBlock } from '@/shared/ui/StateView';
import { MoneyText } from '@/shared/ui/Values';
import { countQuery, isNotBuilt, sampleQuery } from '../api';
import { ClauseCounts } from '../ClauseCounts';
import { ReachList } from '../insight/ReachList';
import { NotBuilt } from '../NotBuilt';
import css from './editor.module.css';

interface Props {
  /** The rule that is asked for: one that can be used; null: there is none. */
  text: string | null;
  /** Something is typed, whatever it is. */
  hasText: boolean;
  /** What is typed is not what the answer is about. */
  isOld: boolean;
}

/** How many a rule means now, each of its conditions, and some of them. */
export function AnswerPanel({ text, hasText, isOld }: Props) {
  const t = useT();
  const a = t.segmentEditor.answer;
  const fmt = useFmt();
  const query = useQuery({ ...countQuery(text ?? ''), enabled: text !== null });
  const found = text === null ? undefined : query.data;
  const isStale = isOld || query.isPlaceholderData;
  return (
    <Panel title={a.title} testId="answer">
      {text === null && <p className="muted">{hasText ? a.wrong : a.waiting}</p>}
      {text !== null && query.isPending && !query.error && <LoadingBlock lines={2} height={40} />}
      {text !== null && query.error && <Failed error={query.error} onRetry={() => query.refetch()} />}
      {found && !query.error && (
        <div className={css.answer} data-stale={isStale || undefined} aria-busy={isStale || undefined}>
          <p className={css.count} data-testid="count" data-count={found.count} aria-live="polite">
            {fmt.count(found.count)}
          </p>
          <p className="muted">
            {a.of(fmt.count(found.everybody), fmt.listTime(found.as_of))}
            {found.everybody > 0 && ` · ${a.share(fmt.percent(found.count / found.everybody))}`}
          </p>
          <ClauseCounts of={found} />
          {text !== null && <ReachList whom={{ text }} />}
        </div>
      )}
      {text !== null && !query.error && <Sample text={text} />}
    </Panel>
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return isNotBuilt(error) ? <NotBuilt /> : <ErrorPanel error={error} onRetry={onRetry} />;
}

function Sample({ text }: { text: string }) {
  const t = useT();
  const a = t.segmentEditor.answer;
  const fmt = useFmt();
  const nameOf = useCustomerName();
  const { data, error, isPlaceholderData } = useQuery(sampleQuery(text));
  if (!data || error) return null;
  return (
    <div data-testid="sample" aria-busy={isPlaceholderData || undefined}>
      <div className={css.subHead}>
        <h3 className={css.sub}>{a.people}</h3>
        <Explain name={a.people} definition={a.peopleAbout} />
      </div>
      {data.items.length === 0 ? (
        <p className="muted">{a.nobody}</p>
      ) : (
        <ul className={css.people}>
          {data.items.map((row) => (
            <li key={row.id}>
              <Link to="/customers/$id" params={{ id: row.id }} target="_blank" className={css.person}>
                {nameOf(row)} <IconExternalLink size={12} aria-hidden="true" />
              </Link>
              <span className="muted">
                {a.orders(fmt.count(row.orders))} · <MoneyText value={row.revenue} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
