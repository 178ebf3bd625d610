import { Button } from '@mantine/core';
import { IconChartHistogram, IconDatabaseImport } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ApiError } from '@/shared/api/client';
import { useT } from '@/shared/i18n';
import { Panel } from '@/shared/ui/Panel';
import { StateView } from '@/shared/ui/StateView';

/** 404 `no_value_run` is a state of a new installation, not a failure. */
export function noValueRun(error: ApiError) {
  return error.code === 'no_value_run' ? <NoValueRun /> : null;
}

function NoValueRun() {
  const t = useT();
  return (
    <Panel>
      <StateView
        testId="state-no-value"
        icon={<IconChartHistogram size={28} stroke={1.5} />}
        title={t.value.noRunTitle}
        text={t.value.noRunText}
      >
        <Button component={Link} to="/imports/new" leftSection={<IconDatabaseImport size={16} />}>
          {t.value.noRunImport}
        </Button>
      </StateView>
    </Panel>
  );
}
