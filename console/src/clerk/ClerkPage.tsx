import { useQuery } from '@tanstack/react-query';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { ownClerkQuery } from './api';
import { CodePanel } from './CodePanel';
import css from './clerk.module.css';
import { SignUpForm } from './SignUpForm';
import { StatementPanel } from './StatementPanel';
import { TodayPanel } from './TodayPanel';

/** For one hand, at the counter: sign somebody up, see today's people, and what it earned. */
export function ClerkPage() {
  const t = useT();
  const fmt = useFmt();
  const c = t.clerk;
  useDocumentTitle(c.title);
  const own = useQuery(ownClerkQuery);
  return (
    <div className={css.page}>
      <PageHeader title={c.title} meta={own.data?.store_name ?? undefined} />
      <QueryView
        query={own}
        quiet
        loading={<LoadingBlock height={120} lines={3} />}
        onError={(error) =>
          error.code === 'not_found' ? <StateView testId="no-clerk" title={c.noClerk} text={c.noClerkText} /> : null
        }
      >
        {(page) => (
          <div className={css.stack}>
            <dl className={css.tiles}>
              <div data-testid="counter">
                <dt>{c.counter}</dt>
                <dd>{fmt.count(page.sign_ups_today)}</dd>
              </div>
              <div>
                <dt>{c.code}</dt>
                <dd className="mono" data-testid="clerk-code">
                  {page.clerk.code}
                </dd>
              </div>
            </dl>
            <p className="muted">{c.codeText}</p>
            {page.store_name === null ? (
              <StateView testId="no-store" title={c.noStore} text={c.noStoreText} />
            ) : (
              <SignUpForm />
            )}
            {page.codes.map((code) => (
              <CodePanel key={code.link} code={code} />
            ))}
            <TodayPanel signUps={page.today} />
            <StatementPanel />
          </div>
        )}
      </QueryView>
    </div>
  );
}
