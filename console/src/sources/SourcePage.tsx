import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { NotFoundView } from '@/app/Fallbacks';
import type { Source, SourceCounts, SourceDetail } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Later } from '@/shared/ui/Later';
import { Notice } from '@/shared/ui/Notice';
import { PageHeader, Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact, When } from '@/shared/ui/Values';
import { sourceQuery } from './api';
import { DaysPanel } from './DaysPanel';
import { DebuggerPanel } from './debugger/DebuggerPanel';
import { Snippets } from './Snippets';
import { SourceActions } from './SourceActions';
import { SourceStateChip } from './SourceState';
import { KEY_PLACEHOLDER } from './snippets';
import { rateText } from './sourceForm';
import css from './sources.module.css';

export function SourcePage() {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(sourceQuery(id));
  useDocumentTitle(query.data ? `${query.data.source.name} · ${t.sources.title}` : t.sources.title);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(detail) => <SourceView key={id} detail={detail} />}
    </QueryView>
  );
}

function SourceView({ detail }: { detail: SourceDetail }) {
  const t = useT();
  const fmt = useFmt();
  const can = useCan();
  const s = t.sources;
  const { source, totals } = detail;
  return (
    <div data-testid="source" data-state={source.state}>
      <nav className={css.back} aria-label={s.title}>
        <Link to="/sources">← {s.title}</Link>
      </nav>
      <PageHeader
        title={source.name}
        meta={<Meta source={source} />}
        actions={can('sources.manage') && <SourceActions source={source} />}
      />
      <p className="visually-hidden" role="status">
        {lookup(s.states, source.state)}
      </p>
      <div className={css.stack}>
        {source.state === 'paused' && (
          <div className={css.notice}>
            <Notice tone="warning" title={s.pausedTitle}>
              <p>{s.pausedText}</p>
            </Notice>
          </div>
        )}
        {source.earlier_key_valid_until && (
          <div className={css.notice}>
            <Notice tone="info">
              {s.grace(fmt.listTime(source.earlier_key_valid_until), source.write_key_ending)}
            </Notice>
          </div>
        )}
        <Figures totals={totals} />
        <DebuggerPanel source={source} />
        <Later>
          <Panel title={s.connect.title}>
            <p className={css.intro}>{s.connect.replace(KEY_PLACEHOLDER, source.write_key_ending)}</p>
            <Snippets kind={source.kind} writeKey={KEY_PLACEHOLDER} />
          </Panel>
          {totals.last_at && <DaysPanel detail={detail} />}
        </Later>
      </div>
    </div>
  );
}

function Meta({ source }: { source: Source }) {
  const t = useT();
  const fmt = useFmt();
  const s = t.sources;
  return (
    <>
      <SourceStateChip state={source.state} />
      <span>{lookup(s.kinds, source.kind)}</span>
      <span>
        {source.rate_limit === null ? s.page.notLimited : s.page.limited(rateText(t, fmt, source.rate_limit))}
      </span>
      <span>{s.page.userId(lookup(s.form.userIdTypes, source.user_id_type))}</span>
      <span>{s.page.keyEnding(source.write_key_ending)}</span>
      <span>{s.page.created(fmt.day(source.created_at))}</span>
    </>
  );
}

function Figures({ totals }: { totals: SourceCounts }) {
  const t = useT();
  const { page: p, column: c, nothingYet } = t.sources;
  const explain = (name: string, definition: string) => <Explain name={name} definition={definition} />;
  return (
    <FigureStrip label={p.figures} dense>
      <Figure name={c.accepted} explain={explain(c.accepted, p.accepted)} testId="source-accepted">
        <CountCompact value={totals.accepted} />
      </Figure>
      <Figure name={c.duplicates} explain={explain(c.duplicates, p.duplicates)}>
        <CountCompact value={totals.duplicates} />
      </Figure>
      <Figure name={c.refused} explain={explain(c.refused, p.refused)} testId="source-refused">
        <CountCompact value={totals.refused} />
      </Figure>
      <Figure name={c.last} explain={explain(c.last, p.last)}>
        {totals.last_at ? <When at={totals.last_at} relative /> : <span className="muted">{nothingYet}</span>}
      </Figure>
    </FigureStrip>
  );
}
