import { Link } from '@tanstack/react-router';
import type { Overview } from '@/shared/api/types';
import { useValueRun } from '@/shared/api/useValueRun';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { Panel } from '@/shared/ui/Panel';
import { When } from '@/shared/ui/Values';
import { RecalculateButton } from '@/value/RecalculateButton';
import { RunFailedText } from '@/value/RunFailedText';
import css from './home.module.css';

export function FreshnessPanel({ overview }: { overview: Overview }) {
  const t = useT();
  const fmt = useFmt();
  const f = t.home.freshness;
  const run = useValueRun();
  const { data_freshness: fresh, jobs, imports } = overview;
  return (
    <Panel title={f.title} actions={<RecalculateButton />} testId="freshness">
      <dl className={css.facts}>
        <div>
          <dt>{f.lastFact}</dt>
          <dd>{fresh.last_fact_at ? <When at={fresh.last_fact_at} /> : f.never}</dd>
        </div>
        <div>
          <dt>{f.lastImport}</dt>
          <dd>
            {fresh.last_import ? (
              <>
                <Link to="/imports/$id" params={{ id: fresh.last_import.id }}>
                  {f.accepted(fmt.count(fresh.last_import.accepted))}
                </Link>{' '}
                <When at={fresh.last_import.finished_at} relative />
              </>
            ) : (
              f.never
            )}
          </dd>
        </div>
        <div>
          <dt>{f.lastRun}</dt>
          <dd>{fresh.last_value_run ? <When at={fresh.last_value_run.finished_at} relative /> : f.never}</dd>
        </div>
        <div>
          <dt>{f.waiting}</dt>
          <dd>{fresh.waiting_facts > 0 ? f.waitingFacts(fmt.count(fresh.waiting_facts)) : f.waitingNone}</dd>
        </div>
      </dl>
      {run.computing && <p className="muted">{t.value.computing(fmt.percent(run.progress, 0))}</p>}
      {run.error !== null && (
        <Notice tone="danger" title={t.value.runFailed}>
          <p>
            <RunFailedText error={run.error} />
          </p>
        </Notice>
      )}
      {imports.unfinished > 0 && (
        <Notice tone="info">
          <Link to="/imports">{f.unfinished(fmt.count(imports.unfinished))}</Link>
        </Notice>
      )}
      {jobs.running > 0 && <p className="muted">{f.runningJobs(fmt.count(jobs.running))}</p>}
      {jobs.dead > 0 && (
        <Notice tone="danger">
          <Link to="/settings/$section" params={{ section: 'jobs' }} search={{ state: 'dead' }}>
            {f.deadJobs(fmt.count(jobs.dead))}
          </Link>
        </Notice>
      )}
    </Panel>
  );
}
