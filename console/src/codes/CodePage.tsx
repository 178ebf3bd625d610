import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import { SpanField } from '@/app/forms/SpanField';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Fact, Facts } from '@/shared/ui/Facts';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { useTouchPoints } from '@/touchPoints/useTouchPoints';
import { codeQuery, reportQuery } from './api';
import { CodeActions } from './CodeActions';
import css from './codes.module.css';
import { Figures } from './Figures';
import { sumsOf } from './list';
import { MatrixPanel } from './MatrixPanel';
import { PicturePanel } from './PicturePanel';
import { Parameters, StateChip } from './parts';
import { usePeriod } from './period';
import { ScansPanel } from './ScansPanel';
import type { Code } from './types';

/** One code: what to print, where it leads, and what became of its scans. */
export function CodePage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(codeQuery(id));
  useDocumentTitle(query.data ? `${query.data.name} · ${t.codes.title}` : t.codes.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(code) => <View key={id} code={code} />}
    </QueryView>
  );
}

function View({ code }: { code: Code }) {
  const t = useT();
  const fmt = useFmt();
  const k = t.codes;
  const can = useCan();
  const { nameOf, isOpen } = useTouchPoints();
  return (
    <div data-testid="code" data-state={code.state}>
      <BackNav label={k.title}>
        <Link to="/codes">← {k.title}</Link>
      </BackNav>
      <PageHeader
        title={<span translate="no">{code.name}</span>}
        meta={
          <>
            <StateChip state={code.state} />
            <span translate="no">{nameOf(code.touch_point)}</span>
            <Link to="/codes" search={{ batch: code.batch_id }}>
              {k.page.batch}
            </Link>
            <span>{k.page.created(fmt.day(code.created_at))}</span>
          </>
        }
        actions={can('touch_points.manage') && <CodeActions code={code} />}
      />
      <p className="visually-hidden" role="status">
        {code.state === 'paused' ? k.states.paused : k.states.active}
      </p>
      <div className={css.stack}>
        {code.state === 'paused' && (
          <div className={css.notice}>
            <Notice tone="warning">{k.page.paused}</Notice>
          </div>
        )}
        {code.state === 'active' && !isOpen(code.touch_point) && (
          <div className={css.notice}>
            <Notice tone="warning">{k.page.archived}</Notice>
          </div>
        )}
        <div className={css.bar}>
          <SpanField label={k.period} timeZone={fmt.timeZone} usual="all" />
        </div>
        <CodeFigures code={code} />
        <div className={css.two}>
          <PicturePanel code={code} />
          <div className={css.stack}>
            <MatrixPanel id={code.id} />
            <About code={code} />
            <Later>
              <ScansPanel id={code.id} />
            </Later>
          </div>
        </div>
      </div>
    </div>
  );
}

function CodeFigures({ code }: { code: Code }) {
  const t = useT();
  const query = useQuery(reportQuery(code.batch_id, usePeriod()));
  return (
    <QueryView query={query} quiet loading={<LoadingBlock height={96} />}>
      {({ items, attribution_days }) => (
        <Figures
          label={t.codes.figures.label}
          sums={sumsOf(items.filter((row) => row.code.id === code.id))}
          days={attribution_days}
        />
      )}
    </QueryView>
  );
}

function About({ code }: { code: Code }) {
  const { page: p } = useT().codes;
  return (
    <Panel title={p.about} testId="code-about">
      <Facts>
        <Fact name={p.target}>
          <a href={code.target} target="_blank" rel="noreferrer" translate="no" className={css.anywhere}>
            {code.target}
          </a>
        </Fact>
        <Fact name={p.parameters}>
          {Object.keys(code.parameters).length === 0 ? (
            <span className="muted">{p.noParameters}</span>
          ) : (
            <Parameters of={code.parameters} />
          )}
        </Fact>
      </Facts>
    </Panel>
  );
}
