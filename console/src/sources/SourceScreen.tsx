import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { NotFoundView } from '@/app/Fallbacks';
import type { Source, SourceCounts, SourceDetail } from '@/shared/api/types';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { useDocumentTitle } from '@/shared/ui/hooks';
import { Notice } from '@/shared/ui/Notice';
import { BackNav, PageHeader } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { sourceQuery } from './api';
import { heldOf } from './held';
import { SourceStateChip } from './SourceState';
import { rateText } from './sourceForm';
import css from './sources.module.css';

const VIEWS = [
  { view: 'messages', to: '/sources/$id' },
  { view: 'plan', to: '/sources/$id/plan' },
  { view: 'quarantine', to: '/sources/$id/quarantine' },
] as const;

export type SourceViewName = (typeof VIEWS)[number]['view'];

interface Props {
  view: SourceViewName;
  actions?: (source: Source) => ReactNode;
  children: (detail: SourceDetail) => ReactNode;
}

/** What the pages of one source have in common: whose they are, the way between them, and that it is paused. */
export function SourceScreen({ view, actions, children }: Props) {
  const t = useT();
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(sourceQuery(id));
  const page = view === 'messages' ? t.sources.title : t.sources.views[view];
  useDocumentTitle(query.data ? `${query.data.source.name} · ${page}` : page);
  return (
    <QueryView
      query={query}
      quiet
      loading={<LoadingBlock lines={3} height={100} />}
      onError={(error) => (error.status === 404 ? <NotFoundView /> : null)}
    >
      {(detail) => (
        <div key={id} data-testid="source" data-state={detail.source.state}>
          <Heading detail={detail} view={view} actions={actions?.(detail.source)} />
          <div className={css.stack}>
            {detail.source.state === 'paused' && (
              <div className={css.notice}>
                <Notice tone="warning" title={t.sources.pausedTitle}>
                  <p>{t.sources.pausedText}</p>
                </Notice>
              </div>
            )}
            {children(detail)}
          </div>
        </div>
      )}
    </QueryView>
  );
}

interface HeadingProps {
  detail: SourceDetail;
  view: SourceViewName;
  actions: ReactNode;
}

function Heading({ detail: { source, totals }, view, actions }: HeadingProps) {
  const s = useT().sources;
  return (
    <>
      <BackNav label={s.title}>
        <Link to="/sources">← {s.title}</Link>
      </BackNav>
      <PageHeader title={source.name} meta={<Meta source={source} />} actions={actions} />
      <p className="visually-hidden" role="status">
        {lookup(s.states, source.state)}
      </p>
      <Views id={source.id} totals={totals} view={view} />
    </>
  );
}

function Views({ id, totals, view: current }: { id: string; totals: SourceCounts; view: SourceViewName }) {
  const s = useT().sources;
  const fmt = useFmt();
  const held = heldOf(totals);
  return (
    <nav className={css.views} aria-label={s.views.name}>
      {VIEWS.map(({ view, to }) => (
        <Link
          key={view}
          to={to}
          params={{ id }}
          activeOptions={{ exact: true, includeSearch: false }}
          aria-current={view === current ? 'page' : undefined}
          className={css.view}
        >
          {s.views[view]}
          {view === 'quarantine' && held > 0 && (
            <span className={css.badge}>
              <span aria-hidden="true">{fmt.compactCount(held)}</span>
              <span className="visually-hidden">{s.heldCount(fmt.count(held))}</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
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
