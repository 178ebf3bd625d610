import { SegmentedControl } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Measure, ValueReport } from '@/shared/api/types';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { LoadingBlock, QueryView, StateView } from '@/shared/ui/StateView';
import { distributionQuery } from '../api';
import { noValueRun } from '../NoValueRun';
import css from '../value.module.css';
import { DecilePanel } from './DecilePanel';
import { HistogramPanel } from './HistogramPanel';
import { LorenzPanel } from './LorenzPanel';

const MEASURES: Measure[] = ['lifetime', 'historical', 'current', 'potential'];

export function DistributionTab({ report }: { report: ValueReport | undefined }) {
  const t = useT();
  const [measure, setMeasure] = useState<Measure>('lifetime');
  const query = useQuery(distributionQuery(measure));
  const chooser = (
    <SegmentedControl
      size="xs"
      aria-label={t.value.distribution.measure}
      value={measure}
      onChange={(next) => setMeasure(next as Measure)}
      data={MEASURES.map((value) => ({ value, label: t.common.parts[value] }))}
      className={css.scrollX}
    />
  );
  return (
    <QueryView
      query={query}
      loading={<LoadingBlock lines={2} height={260} />}
      onError={(error) => (error.code === 'not_found' ? <TooLittleData chooser={chooser} /> : noValueRun(error))}
    >
      {(distribution) => (
        <div className={css.stack}>
          <HistogramPanel distribution={distribution} chooser={chooser} asOf={report?.as_of ?? null} />
          <div className={css.two}>
            <DecilePanel distribution={distribution} asOf={report?.as_of ?? null} />
            {report?.top20 && <LorenzPanel top={report.top20} asOf={report.as_of} />}
          </div>
        </div>
      )}
    </QueryView>
  );
}

/** Without a forecast there is no lifetime value; what was earned so far can still be chosen. */
function TooLittleData({ chooser }: { chooser: ReactNode }) {
  const t = useT();
  const d = t.value.distribution;
  return (
    <Panel title={d.title} actions={chooser}>
      <StateView
        testId="state-too-little-data"
        icon={<IconChartHistogram size={28} stroke={1.5} />}
        title={d.tooLittleTitle}
        text={d.tooLittleText}
      />
    </Panel>
  );
}
