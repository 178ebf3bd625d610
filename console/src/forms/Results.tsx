import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { StoreName } from '@/clerks/StoreName';
import { usePeriod } from '@/codes/period';
import { useFmt } from '@/shared/fmt';
import { lookup, useT } from '@/shared/i18n';
import { type Column, DataTable } from '@/shared/ui/DataTable';
import { Explain } from '@/shared/ui/Explain';
import { Figure, FigureStrip } from '@/shared/ui/Figure';
import { Panel } from '@/shared/ui/Panel';
import registry from '@/shared/ui/registry.module.css';
import { ratioOf, ShareBar } from '@/shared/ui/ShareBar';
import { LoadingBlock, QueryView } from '@/shared/ui/StateView';
import { CountCompact, Percent, When } from '@/shared/ui/Values';
import { countersQuery, resultsQuery } from './api';
import css from './forms.module.css';
import { ClerkLink, CodeLink } from './parts';
import type { Form, FormRefusal, FormResults, FormSpot } from './types';

interface Props {
  form: Form;
  /** Beside what came of it, and below. */
  beside: ReactNode;
  children: ReactNode;
}

/** How many answered in the days that the address names, where, and who followed. */
export function Results({ form, beside, children }: Props) {
  const query = useQuery(resultsQuery(form.id, usePeriod()));
  return (
    <>
      <QueryView query={query} quiet loading={<LoadingBlock height={96} />}>
        {(results) => <Figures results={results} />}
      </QueryView>
      <div className={css.two}>
        <div className={registry.stack}>{beside}</div>
        <div className={registry.stack}>
          <QueryView query={query} quiet loading={<LoadingBlock lines={4} height={40} />}>
            {(results) => (
              <div className={registry.stack}>
                <SpotsPanel form={form} results={results} />
                {results.refusals.length > 0 && <RefusalsPanel refusals={results.refusals} />}
              </div>
            )}
          </QueryView>
          {children}
        </div>
      </div>
    </>
  );
}

/** Hundredths of a percent. */

function Figures({ results: { submissions, customers, follow, attribution_days } }: { results: FormResults }) {
  const f = useT().forms.figures;
  const fmt = useFmt();
  const figure = (name: string, definition: string, testId: string, value: number) => (
    <Figure name={name} explain={<Explain name={name} definition={definition} />} testId={testId}>
      <CountCompact value={value} />
    </Figure>
  );
  return (
    <FigureStrip label={f.label} dense>
      {figure(f.submissions, f.submissionsAbout, 'form-submissions', submissions)}
      {figure(f.customers, f.customersAbout, 'form-customers', customers)}
      {figure(f.shown, f.shownAbout, 'form-shown', follow.codes_shown)}
      {figure(f.followed, f.followedAbout(fmt.count(attribution_days)), 'form-followed', follow.followed)}
      {figure(f.before, f.beforeAbout, 'form-followed-before', follow.followed_before)}
      <Figure name={f.rate} explain={<Explain name={f.rate} definition={f.rateAbout} />} testId="form-rate">
        <Percent ratio={ratioOf(follow.rate_basis_points)} reason={f.noneShown} />
      </Figure>
    </FigureStrip>
  );
}

function SpotsPanel({ form, results }: { form: Form; results: FormResults }) {
  const { spots: s, figures: f } = useT().forms;
  const fmt = useFmt();
  const columns: Column<FormSpot>[] = [
    { key: 'spot', header: s.spot, always: true, render: (spot) => <Spot spot={spot} form={form} /> },
    { key: 'submissions', header: f.submissions, numeric: true, render: ({ submissions }) => fmt.count(submissions) },
    {
      key: 'share',
      header: s.share,
      numeric: true,
      render: ({ submissions }) => <ShareBar ratio={submissions / results.submissions} />,
    },
    { key: 'shown', header: f.shown, numeric: true, render: ({ follow }) => fmt.count(follow.codes_shown) },
    { key: 'followed', header: f.followed, numeric: true, render: ({ follow }) => fmt.count(follow.followed) },
    {
      key: 'rate',
      header: f.rate,
      numeric: true,
      render: ({ follow }) => <ShareBar ratio={ratioOf(follow.rate_basis_points)} reason={f.noneShown} />,
    },
    {
      key: 'before',
      header: f.before,
      numeric: true,
      render: ({ follow }) => fmt.count(follow.followed_before),
    },
    { key: 'last', header: s.last, numeric: true, render: ({ last_at }) => <When at={last_at} relative /> },
  ];
  return (
    <Panel flush title={s.title} explain={<Explain name={s.title} definition={s.about} />} testId="form-spots">
      {results.by_spot.length === 0 ? (
        <p className={registry.none}>{s.empty}</p>
      ) : (
        <DataTable
          label={s.title}
          columns={columns}
          rows={results.by_spot}
          rowKey={({ counter_id, place_id, clerk_id, code_id }) =>
            [counter_id, place_id, clerk_id, code_id].map((id) => id ?? '').join(' ')
          }
        />
      )}
    </Panel>
  );
}

interface SpotProps {
  spot: FormSpot;
  form: Form;
}

/** The page that it was, and below it to what that was bound. */
function Spot({ spot: { counter_id, place_id, clerk_id, code_id }, form }: SpotProps) {
  const s = useT().forms.spots;
  const counters = useQuery(countersQuery(form.id)).data;
  const bound = [
    place_id === null ? null : <StoreName key="store" id={place_id} />,
    clerk_id === null ? null : <ClerkLink key="clerk" id={clerk_id} />,
    code_id === null ? null : <CodeLink key="code" id={code_id} />,
  ].filter((link) => link !== null);
  return (
    <>
      {counter_id === null ? (
        s.own
      ) : (
        <span translate="no">{counters?.find(({ id }) => id === counter_id)?.name ?? counter_id}</span>
      )}
      <span className={css.of}>
        {bound.map((link, place) => (
          <Fragment key={link.key}>
            {place > 0 && ' · '}
            {link}
          </Fragment>
        ))}
      </span>
    </>
  );
}

function RefusalsPanel({ refusals }: { refusals: FormRefusal[] }) {
  const r = useT().forms.refusals;
  const fmt = useFmt();
  return (
    <Panel flush title={r.title} explain={<Explain name={r.title} definition={r.about} />} testId="form-refusals">
      <DataTable
        label={r.title}
        columns={[
          { key: 'reason', header: r.reason, always: true, render: ({ reason }) => lookup(r.reasons, reason) },
          { key: 'refused', header: r.refused, numeric: true, render: ({ refused }) => fmt.count(refused) },
          { key: 'last', header: r.last, numeric: true, render: ({ last_at }) => <When at={last_at} relative /> },
        ]}
        rows={refusals}
        rowKey={({ reason }) => reason}
      />
    </Panel>
  );
}
