import { Button } from '@mantine/core';
import { IconChartHistogram, IconDatabaseImport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ApiError } from '@/shared/api/client';
import { useValueRun } from '@/shared/api/useValueRun';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { StateView } from '@/shared/ui/StateView';
import { RecalculateButton } from './RecalculateButton';
import { RunFailedText } from './RunFailedText';

/** 404 `no_value_run` is a state of a new installation, not a failure. */
export function noValueRun(error: ApiError) {
  return error.code === 'no_value_run' ? <NothingValued /> : null;
}

function NothingValued() {
  const t = useT();
  return (
    <NoValueRun text={t.value.noRunText}>
      <Button component={Link} to="/imports/new" leftSection={<IconDatabaseImport size={16} />}>
        {t.value.noRunImport}
      </Button>
    </NoValueRun>
  );
}

/** Where values will stand: says whether they are being computed, or why that failed. The shell refreshes it. */
export function NoValueRun({ text, children }: { text: string; children: ReactNode }) {
  const t = useT();
  const fmt = useFmt();
  const { computing, progress, error } = useValueRun();
  const icon = <IconChartHistogram size={28} stroke={1.5} />;
  if (computing) {
    return (
      <Panel>
        <StateView
          testId="state-computing"
          icon={icon}
          title={t.value.computing(fmt.percent(progress, 0))}
          text={t.value.computingText}
        />
      </Panel>
    );
  }
  if (error !== null) {
    return (
      <Panel>
        <StateView
          testId="state-run-failed"
          icon={icon}
          title={t.value.runFailed}
          text={<RunFailedText error={error} />}
        >
          <RecalculateButton primary />
        </StateView>
      </Panel>
    );
  }
  return (
    <Panel>
      <StateView testId="state-no-value" icon={icon} title={t.value.noRunTitle} text={text}>
        {children}
      </StateView>
    </Panel>
  );
}
