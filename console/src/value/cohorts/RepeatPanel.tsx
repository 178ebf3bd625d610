import { Link } from '@tanstack/react-router';
import type { CohortReport, RepeatRate } from '@/shared/api/types';
import { DownloadCsv } from '@/shared/charts/DownloadCsv';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Explain } from '@/shared/ui/Explain';
import { Panel } from '@/shared/ui/Panel';
import { Missing } from '@/shared/ui/Values';
import css from '../value.module.css';
import { repeatFile } from './files';

export function RepeatPanel({ report }: { report: CohortReport }) {
  const t = useT();
  const fmt = useFmt();
  const c = t.value.cohorts;
  return (
    <Panel
      title={c.repeat}
      explain={<Explain name={c.repeat} definition={c.repeatDefinition} asOf={report.as_of} />}
      actions={<DownloadCsv title={c.repeat} file={() => repeatFile(report, c)} />}
      testId="repeat"
    >
      {report.interval_median_days !== null && (
        <p className={css.sentence}>
          {c.interval(fmt.number(report.interval_median_days, 1))}
          <Explain name={c.intervalName} definition={c.intervalDefinition} asOf={report.as_of} />
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={css.scroll} tabIndex={0} aria-label={c.repeat}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{c.cohort}</th>
              <th scope="col" className={css.num}>
                {c.size}
              </th>
              {['30', '60', '90'].map((days) => (
                <th key={days} scope="col" className={css.num}>
                  {c.within(days)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.rows.map((row) => (
              <tr key={row.cohort}>
                <th scope="row">{row.cohort}</th>
                <td className={css.num}>
                  <Link to="/customers" search={{ cohort: row.cohort }}>
                    {fmt.count(row.size)}
                  </Link>
                </td>
                {([row.repeat_30, row.repeat_60, row.repeat_90] as const).map((rate, index) => (
                  <td key={`${row.cohort} ${String(index)}`} className={css.num}>
                    <Rate rate={rate} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function Rate({ rate }: { rate: RepeatRate | null }) {
  const t = useT();
  const fmt = useFmt();
  const c = t.value.cohorts;
  if (!rate?.observable) return <Missing reason={c.notObservable} />;
  return (
    <>
      {fmt.percent(rate.rate)}
      <span className="muted">{c.ofObservable(fmt.count(rate.observable))}</span>
    </>
  );
}
