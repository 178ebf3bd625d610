import { Progress } from '@mantine/core';
import { useValueRun } from '@/shared/api/useValueRun';
import { useFmt } from '@/shared/fmt';
import { useT } from '@/shared/i18n';
import { Notice } from '@/shared/ui/Notice';
import { RunFailedText } from '@/value/RunFailedText';

/** An import that is through is not yet in the value figures: the run that follows is. */
export function ComputingNotice() {
  const t = useT();
  const fmt = useFmt();
  const p = t.importPage;
  const { computing, progress, error } = useValueRun();
  if (error !== null)
    return (
      <Notice tone="danger" title={p.computingFailed}>
        <p>
          <RunFailedText error={error} />
        </p>
      </Notice>
    );
  if (!computing) return null;
  const percent = fmt.percent(progress, 0);
  return (
    <div data-testid="computing-value">
      <Notice tone="info">
        <p>{p.computing(percent)}</p>
        <Progress.Root size="sm" mt={8}>
          <Progress.Section value={progress * 100} aria-label={p.computing(percent)} />
        </Progress.Root>
      </Notice>
    </div>
  );
}
